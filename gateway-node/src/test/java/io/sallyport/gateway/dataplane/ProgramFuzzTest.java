package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.dataplane.ProgramFuzz.Tally;
import io.sallyport.gateway.dataplane.ProgramFuzz.World;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short cut of {@link ProgramFuzz}; {@code -Dfuzz.program.packets} for another length, {@code
 * -Dfuzz.seed} to repeat one.
 */
@Tag("privileged")
@Tag("bpf")
class ProgramFuzzTest {

    private static final int PACKETS = Integer.getInteger("fuzz.program.packets", 100_000);

    private final long seed = Long.getLong("fuzz.seed", new Random().nextLong());

    @ParameterizedTest
    @EnumSource
    void damagedPacketsBecomeTheSameOnBothPathsAndNeverLeak(World world) {
        System.out.println("fuzz seed " + seed);
        Tally tally = ProgramFuzz.run(world, PACKETS / World.values().length, seed);
        System.out.println(world + ": " + tally);
        assertThat(tally.sent()).isGreaterThan(tally.packets() / 20);
        assertThat(tally.handedUp()).isGreaterThan(tally.packets() / 20);
    }
}
