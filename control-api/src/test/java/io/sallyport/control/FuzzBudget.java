package io.sallyport.control;

import java.util.concurrent.TimeUnit;

/**
 * How long a fuzzer goes on: a number of rounds, so that a run is the same each time; or, with
 * {@code -Dfuzz.seconds=N}, until that time is over. {@code -Dfuzz.seed=N} for other requests.
 */
final class FuzzBudget {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);

    static final long SEED = Long.getLong("fuzz.seed", 20261121);

    private final int rounds;
    private final long startNanos = System.nanoTime();

    FuzzBudget(int rounds) {
        this.rounds = rounds;
    }

    boolean hasRound(int round) {
        return SECONDS == 0
                ? round < rounds
                : System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(SECONDS);
    }
}
