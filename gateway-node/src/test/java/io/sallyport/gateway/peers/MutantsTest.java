package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation is worth something only if it notices when a rule is taken away. Here are those
 * that it notices within some seeds; {@code ./sallyport simulate --mutants} tries all.
 */
class MutantsTest {

    /** Far more than any needs on a busy box. */
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    @ParameterizedTest
    @EnumSource(
            names = {
                "REGISTER",
                "ACKNOWLEDGE",
                "EVERY_COPY",
                "FENCE",
                "FORGET",
                "HOME_PUT",
                "DEDUPE"
            })
    void isNoticed(SimMutant mutant) {
        SimMutant.Noticed noticed = mutant.search(System.nanoTime() + PATIENCE_NANOS);
        System.out.println("without \"" + mutant.rule + "\": " + noticed);
        assertThat(noticed).as("what a run without it shows").isNotNull();
    }

    /**
     * That a home refuses a port that it knows is the last line: with an honest store and ledger
     * nothing gets that far. So the store lies here, and all is well.
     */
    @Test
    void aHomeRefusesAPortThatItKnowsEvenWhenTheStoreGrantsItTwice() {
        SimWorld world =
                new SimWorld(
                        SimScenario.quiet(1, 3, 6)
                                .without(Rules.ALL, Set.of(SimMutants.Switch.GRANTS_ONCE)));
        world.start();
        new SimLoad(world, 12, 2).start(10 * SimWorld.MS);
        world.run(20_000 * SimWorld.MS);
        assertThat(world.tally.opened).isPositive();
    }
}
