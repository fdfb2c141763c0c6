package io.sallyport.allocator.table;

import java.util.Arrays;

/** A list of row numbers. One thread at a time. */
final class RowNumbers {

    private static final int[] NONE = {};

    private int[] rows = NONE;
    private int size;

    void add(int row) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, Math.max(64, 2 * size));
        }
        rows[size++] = row;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int removeLast() {
        return rows[--size];
    }

    long bytes() {
        return (long) rows.length * Integer.BYTES;
    }

    /** Forgets all, and gives back the memory. */
    void clear() {
        rows = NONE;
        size = 0;
    }
}
