package io.sallyport.gateway.ports;

import io.sallyport.allocator.Limits;

/**
 * How many ports to ask of the store for one destination. It learns by count, not by time: one for
 * a cold destination, and twice as many whenever what was asked last is spent within {@link
 * #QUICK_NANOS}, up to {@link #MOST_BY_COUNT}. So n connections cost about log n requests. Beyond
 * that it learns by rate: twice as many where that was spent within {@link #HOT_NANOS}, else half;
 * so that whoever opens faster than the store answers does not wait for it. It forgets slowly, by
 * half for each {@link #SLOW_NANOS} of quiet. What is in hand too long is harmless: under pressure
 * it goes back at once. Worker thread.
 */
final class Appetite {

    static final int MOST = Limits.WANT_MAX;

    /** Half of it carries 100 opens a second through a 5 s silence of the store. */
    static final int MOST_BY_COUNT = Limits.PLENTY;

    static final long HOT_NANOS = 1_000_000_000L;

    static final long QUICK_NANOS = 1_800_000_000_000L;
    static final long SLOW_NANOS = 2 * QUICK_NANOS;

    /** Below this a lease is too small to be worth asking ahead. */
    private static final int AHEAD_MIN = 8;

    /** What is in hand should last for so long: longer than an election. */
    private static final double AHEAD_NANOS = 10e9;

    private int size;
    private long refilledNanos;

    /** Of the next request, for {@code waiting} takers at least. */
    int next(long nowNanos, int waiting) {
        long since = nowNanos - refilledNanos;
        if (size == 0) {
            size = 1;
        } else if (since < HOT_NANOS) {
            size *= 2;
        } else if (since < QUICK_NANOS) {
            size = Math.max(Math.min(2 * size, MOST_BY_COUNT), size / 2);
        } else if (since > SLOW_NANOS) {
            size >>= Math.min(31, since / SLOW_NANOS);
        }
        refilledNanos = nowNanos;
        size = Math.clamp(size, Math.clamp(waiting, 1, MOST), MOST);
        return size;
    }

    /** The store gave less than was asked for: a fair share of what is left. */
    void cutShort(int granted) {
        size = Math.max(1, granted);
    }

    /** Whether what is left in hand may be spent before an answer comes. */
    boolean runsOut(long nowNanos, int inHand) {
        return size >= AHEAD_MIN
                && inHand < size / 2
                && (double) (nowNanos - refilledNanos) * inHand < AHEAD_NANOS * (size - inHand);
    }
}
