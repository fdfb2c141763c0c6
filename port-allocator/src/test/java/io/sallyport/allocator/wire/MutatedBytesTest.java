package io.sallyport.allocator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bytes from a socket may be anything: they are a value with one form, or a WireException. */
class MutatedBytesTest {

    private static final int MUTANTS = 100_000;

    @Test
    void mutatedBytesAreRefusedOrReadAsExactlyWhatTheySay() {
        RandomGenerator random = Seed.of(getClass()).random();
        List<Map.Entry<String, Samples.Sample>> samples = List.copyOf(Samples.all().entrySet());
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            Map.Entry<String, Samples.Sample> sample = samples.get(random.nextInt(samples.size()));
            byte[] mutant = mutate(sample.getValue().bytes(), random);
            try {
                byte[] again = sample.getValue().readAndWrite().apply(mutant);
                assertThat(again)
                        .as("%s %s", sample.getKey(), HexFormat.of().formatHex(mutant))
                        .isEqualTo(mutant);
            } catch (WireException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError(
                        sample.getKey() + " " + HexFormat.of().formatHex(mutant), e);
            }
        }
        assertThat(refused)
                .as("most mutants are refused, some are values")
                .isBetween(MUTANTS / 3, MUTANTS - 1);
    }

    private static byte[] mutate(byte[] bytes, RandomGenerator random) {
        byte[] mutant = bytes.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(4)) {
                case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutant[at] = (byte) random.nextInt(256);
                case 2 -> mutant = Arrays.copyOf(mutant, 1 + random.nextInt(mutant.length + 8));
                default -> Arrays.fill(mutant, at, Math.min(at + 4, mutant.length), (byte) -1);
            }
        }
        return mutant;
    }
}
