package io.sallyport.gateway.neighbours;

import io.sallyport.gateway.wire.HotPath;

/**
 * A map from 128-bit addresses to longs with open addressing. Filled by one thread, then published
 * and only read.
 */
final class AddressMap {

    static final long MISSING = Long.MIN_VALUE;

    private final int mask;
    private final long[] highs;
    private final long[] lows;
    private final long[] values;

    /**
     * @param entries most that will be put
     */
    AddressMap(int entries) {
        int slots = Integer.highestOneBit(Math.max(entries, 1) * 2 - 1) * 2;
        mask = slots - 1;
        highs = new long[slots];
        lows = new long[slots];
        values = new long[slots];
        java.util.Arrays.fill(values, MISSING);
    }

    void put(long high, long low, long value) {
        int slot = slot(high, low);
        highs[slot] = high;
        lows[slot] = low;
        values[slot] = value;
    }

    @HotPath
    long get(long high, long low) {
        return values[slot(high, low)];
    }

    /** Where it is, or the free slot where its search ends. */
    private int slot(long high, long low) {
        long hash = (high * 0x9e3779b97f4a7c15L ^ low) * 0xff51afd7ed558ccdL;
        int slot = (int) (hash >>> 32) & mask;
        while (values[slot] != MISSING && (highs[slot] != high || lows[slot] != low)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
