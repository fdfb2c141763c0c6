package io.sallyport.lab;

import java.util.Arrays;
import java.util.List;

/**
 * Whether ports that were drawn one after another from a set of free ones look as if each was as
 * likely as any other, whatever came before (promise A3). Ports count by their rank among the free
 * ones, so that what is held leaves no trace. Thresholds lie where chance alone gets once in some
 * ten thousand runs.
 *
 * @param chiSquare over {@link #CELLS} cells of equal size
 * @param correlation of each rank with the next
 * @param neighbours how often the next was the rank right above or below
 */
record PortStatistics(int draws, int free, double chiSquare, double correlation, int neighbours) {

    private static final int CELLS = 64;

    /**
     * @param free ascending, without doubles; everything drawn is among them
     */
    static PortStatistics of(List<Integer> drawn, int[] free) {
        int[] ranks = new int[drawn.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = Arrays.binarySearch(free, drawn.get(i));
            if (ranks[i] < 0) {
                throw new IllegalArgumentException("port " + drawn.get(i) + " was not free");
            }
        }
        return new PortStatistics(
                ranks.length,
                free.length,
                chiSquare(ranks, free.length),
                correlation(ranks),
                neighbours(ranks));
    }

    private static double chiSquare(int[] ranks, int free) {
        long[] counts = new long[CELLS];
        for (int rank : ranks) {
            counts[(int) ((long) rank * CELLS / free)]++;
        }
        double sum = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            // Cells differ by one port where the free ones do not divide evenly.
            long first = ((long) cell * free + CELLS - 1) / CELLS;
            long next = ((long) (cell + 1) * free + CELLS - 1) / CELLS;
            double expected = (double) ranks.length * (next - first) / free;
            sum += (counts[cell] - expected) * (counts[cell] - expected) / expected;
        }
        return sum;
    }

    private static double correlation(int[] ranks) {
        double mean = Arrays.stream(ranks).average().orElse(0);
        double up = 0;
        double down = 0;
        for (int i = 0; i < ranks.length; i++) {
            down += (ranks[i] - mean) * (ranks[i] - mean);
            if (i > 0) {
                up += (ranks[i] - mean) * (ranks[i - 1] - mean);
            }
        }
        return down == 0 ? 1 : up / down;
    }

    private static int neighbours(int[] ranks) {
        int count = 0;
        for (int i = 1; i < ranks.length; i++) {
            if (Math.abs(ranks[i] - ranks[i - 1]) == 1) {
                count++;
            }
        }
        return count;
    }

    /** Chi-square of 63 degrees of freedom is above 115 once in 15,000 times. */
    boolean isEven() {
        return chiSquare < 115;
    }

    boolean isUncorrelated() {
        return Math.abs(correlation) < 4 / Math.sqrt(draws);
    }

    /** Two of all free ranks are neighbours: their number is a Poisson count. */
    boolean hasNoGuess() {
        double expected = 2.0 * draws / free;
        return neighbours < expected + 5 * Math.sqrt(expected) + 5;
    }

    @Override
    public String toString() {
        return "%,d draws of %,d free: chi-square %.1f (63), correlation %.4f, neighbours %d (%.1f)"
                .formatted(draws, free, chiSquare, correlation, neighbours, 2.0 * draws / free);
    }
}
