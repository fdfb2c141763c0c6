package io.sallyport.bench;

import java.util.Arrays;

/**
 * What one load measured.
 *
 * @param ports granted in all
 * @param seconds it took
 * @param nanos each request's latency, ascending; nobody writes to it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
record Sample(long ports, double seconds, long[] nanos) {

    static Sample of(long ports, double seconds, long[] nanos, int count) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return new Sample(ports, seconds, sorted);
    }

    double portsPerSecond() {
        return ports / seconds;
    }

    /**
     * @param share 0 to 1: 0.99 is p99
     * @return milliseconds; NaN where nothing was measured
     */
    double millis(double share) {
        if (nanos.length == 0) {
            return Double.NaN;
        }
        int at = (int) Math.min(nanos.length - 1L, (long) (share * nanos.length));
        return nanos[at] / 1e6;
    }
}
