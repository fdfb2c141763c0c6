package io.sallyport.allocator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sees every port that is given and every one that comes back, and knows all that is free: is there
 * anything in the past from which the next port can be told? Under a fair draw its place among the
 * free ones is uniform and independent of all before, and no guess is right more often than once in
 * as many as are free.
 */
final class Onlooker {

    private static final int CELLS = 256;
    private static final int LAGS = 8;

    private final FreePorts free;
    private final RandomGenerator dither;
    private final long[] seen = new long[CELLS];
    private final double[] recent = new double[LAGS];
    private final double[] products = new double[LAGS];
    private final char[] followed = new char[Limits.PORT_MAX + 1];
    private final long[] hits = new long[Guess.values().length];
    private final double[] fairHits = new double[Guess.values().length];
    private long count;
    private int last = Limits.PORT_MIN;
    private int beforeLast = Limits.PORT_MIN;
    private int returned = Limits.PORT_MIN;

    /** Ways to guess the next port. */
    private enum Guess {
        NEXT_ABOVE,
        SAME_STEP_AGAIN,
        LAST_RETURNED,
        WHAT_FOLLOWED_LAST_TIME
    }

    Onlooker(FreePorts free, RandomGenerator dither) {
        this.free = free;
        this.dither = dither;
    }

    /** Before it counts as taken. */
    void given(int port) {
        for (Guess guess : Guess.values()) {
            int guessed = guessed(guess);
            if (free.has(guessed)) {
                fairHits[guess.ordinal()] += 1.0 / free.count();
                hits[guess.ordinal()] += guessed == port ? 1 : 0;
            }
        }
        // A place within its rank makes a discrete uniform rank a continuous one, exactly.
        double place = (free.rank(port) + dither.nextDouble()) / free.count();
        seen[(int) (place * CELLS)]++;
        for (int lag = 0; lag < LAGS && lag < count; lag++) {
            products[lag] += (place - 0.5) * (recent[(int) ((count - 1 - lag) % LAGS)] - 0.5);
        }
        recent[(int) (count % LAGS)] = place;
        count++;
        followed[last] = (char) port;
        beforeLast = last;
        last = port;
    }

    void returned(int port) {
        returned = port;
    }

    private int guessed(Guess guess) {
        return switch (guess) {
            case NEXT_ABOVE -> free.above(last);
            case SAME_STEP_AGAIN -> Math.clamp(2L * last - beforeLast, 0, Limits.PORT_MAX);
            case LAST_RETURNED -> returned;
            case WHAT_FOLLOWED_LAST_TIME -> followed[last];
        };
    }

    /** 255 degrees of freedom: above 380 once in a million runs of a fair draw. */
    double chiSquare() {
        double expected = (double) count / CELLS;
        return Arrays.stream(seen).mapToDouble(n -> (n - expected) * (n - expected)).sum()
                / expected;
    }

    /** The largest of the correlations with the eight before, in standard deviations. */
    double correlation() {
        double variance = 1.0 / 12;
        return Arrays.stream(products)
                .map(sum -> Math.abs(sum / count / variance) * Math.sqrt(count))
                .max()
                .orElseThrow();
    }

    /** The best guess's surplus over what a fair draw allows, in standard deviations. */
    double surplus() {
        double most = 0;
        for (Guess guess : Guess.values()) {
            double fair = Math.max(fairHits[guess.ordinal()], 1);
            most = Math.max(most, (hits[guess.ordinal()] - fair) / Math.sqrt(fair));
        }
        return most;
    }

    /** What gives the order away; empty where nothing does. */
    List<String> tells() {
        List<String> tells = new ArrayList<>();
        if (chiSquare() > 380) {
            tells.add("not uniform");
        }
        if (correlation() > 5.5) {
            tells.add("correlated");
        }
        if (surplus() > 6) {
            tells.add("guessed");
        }
        return tells;
    }

    @Override
    public String toString() {
        return "%d ports, %d free: chi-square %.1f (255), correlation %.2f sd, best guess %+.2f sd"
                .formatted(count, free.count(), chiSquare(), correlation(), surplus());
    }
}
