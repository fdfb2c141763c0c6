package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short cut of {@link MutatedFrames}. */
class MutatedFramesTest {

    @Test
    void aBentFrameIsRefusedOrMeansWhatItsBytesSay() {
        long seed = Long.getLong("fuzz.seed", 20_261_121);
        System.out.println("fuzz.seed=" + seed);
        MutatedFrames mutated = new MutatedFrames(seed);
        for (int i = 0; i < 200_000; i++) {
            mutated.one();
        }
        mutated.tally()
                .forEach((kind, counts) -> {
                    assertThat(counts[0]).as(kind + " refused").isGreaterThan(1_000);
                    assertThat(counts[1]).as(kind + " read").isGreaterThan(100);
                });
    }
}
