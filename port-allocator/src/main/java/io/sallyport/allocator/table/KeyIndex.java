package io.sallyport.allocator.table;

import java.util.Arrays;

/**
 * Finds the row of a key: open addressing, in {@link RowKey#SEGMENTS} small tables that grow each
 * on its own, so that no insertion ever waits for millions to move. An entry is a row's number and
 * five bits of its hash, which spare most looks at rows that are others'. One thread at a time.
 */
final class KeyIndex {

    private static final int ROW_BITS = 27;
    private static final int ROW_MASK = (1 << ROW_BITS) - 1;
    private static final int EMPTY = 0;

    /** Was an entry: a search goes on here. No row has this number. */
    private static final int REMOVED = 1;

    private static final int[] NO_ENTRIES = {};
    private static final int LEAST = 8;
    private static final int ARRAY_HEADER_BYTES = 16;

    private final Rows rows;
    private final long secret;
    private final int[][] segments = new int[RowKey.SEGMENTS][];
    private final int[] present = new int[RowKey.SEGMENTS];
    private final int[] filled = new int[RowKey.SEGMENTS];
    private final RowKey moving = new RowKey();

    KeyIndex(Rows rows, long secret) {
        this.rows = rows;
        this.secret = secret;
        Arrays.fill(segments, NO_ENTRIES);
    }

    /** The row of the key, or {@link Rows#NONE}. */
    int find(RowKey key) {
        int[] entries = segments[key.segment];
        if (entries.length == 0) {
            return Rows.NONE;
        }
        long hash = key.hash(secret);
        int tag = tag(hash);
        int mask = entries.length - 1;
        for (int at = (int) hash & mask; entries[at] != EMPTY; at = at + 1 & mask) {
            int row = entries[at] & ROW_MASK;
            if (entries[at] >>> ROW_BITS == tag && row != REMOVED && rows.matches(row, key)) {
                return row;
            }
        }
        return Rows.NONE;
    }

    private static int tag(long hash) {
        return (int) (hash >>> 59);
    }

    /** Adds a row whose key is not there. */
    void add(RowKey key, int row) {
        int segment = key.segment;
        if (4 * (filled[segment] + 1) > 3 * segments[segment].length) {
            rebuild(segment);
        }
        int[] entries = segments[segment];
        int at = put(entries, key.hash(secret), row);
        present[segment]++;
        filled[segment] += at == EMPTY ? 1 : 0;
    }

    /** Returns what stood at the entry that was taken: EMPTY or REMOVED. */
    private static int put(int[] entries, long hash, int row) {
        int mask = entries.length - 1;
        int at = (int) hash & mask;
        while (entries[at] > REMOVED || entries[at] < EMPTY) {
            at = at + 1 & mask;
        }
        int former = entries[at];
        entries[at] = tag(hash) << ROW_BITS | row;
        return former;
    }

    private void rebuild(int segment) {
        int length = LEAST;
        while (length < 2 * (present[segment] + 1)) {
            length *= 2;
        }
        int[] entries = new int[length];
        for (int entry : segments[segment]) {
            int row = entry & ROW_MASK;
            if (row > REMOVED) {
                rows.readKey(row, moving);
                put(entries, moving.hash(secret), row);
            }
        }
        segments[segment] = entries;
        filled[segment] = present[segment];
    }

    void remove(RowKey key, int row) {
        int segment = key.segment;
        int[] entries = segments[segment];
        int mask = entries.length - 1;
        int at = (int) key.hash(secret) & mask;
        while ((entries[at] & ROW_MASK) != row) {
            at = at + 1 & mask;
        }
        entries[at] = REMOVED;
        present[segment]--;
        // Before an empty entry no search has to go on.
        while (entries[at] == REMOVED && entries[at + 1 & mask] == EMPTY) {
            entries[at] = EMPTY;
            filled[segment]--;
            at = at - 1 & mask;
        }
    }

    /** The rows of a segment, in no order; a fresh array. */
    int[] rowsOf(int segment) {
        int[] found = new int[present[segment]];
        int count = 0;
        for (int entry : segments[segment]) {
            if ((entry & ROW_MASK) > REMOVED) {
                found[count++] = entry & ROW_MASK;
            }
        }
        return found;
    }

    /** How much memory the entries take. */
    long bytes() {
        long bytes = 0;
        for (int[] entries : segments) {
            bytes += entries.length == 0 ? 0 : ARRAY_HEADER_BYTES + 4L * entries.length;
        }
        return bytes;
    }
}
