package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import java.util.Arrays;

/**
 * Records of so many ints each, in pages, numbered from 1. A released number is given again, with
 * its words as they were left but the first. One thread at a time.
 */
final class RowSlab {

    /** More than fit any memory that this is meant for; the index has no room for more bits. */
    private static final int SLOTS_MAX = 1 << 26;

    private static final int PAGE_SLOTS = 1 << 12;

    private final int words;
    private int[][] pages = new int[4][];
    private int next = 1;
    private int released;

    RowSlab(int words) {
        this.words = words;
    }

    int allocate() {
        if (released != 0) {
            int slot = released;
            released = get(slot, 0);
            return slot;
        }
        Invariant.check(next < SLOTS_MAX, "a table has fewer rows than that");
        int page = next / PAGE_SLOTS;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, 2 * page);
        }
        if (next == 1 || next % PAGE_SLOTS == 0) {
            pages[page] = new int[PAGE_SLOTS * words];
        }
        return next++;
    }

    void release(int slot) {
        set(slot, 0, released);
        released = slot;
    }

    /** Numbers up to here, without it, were given at some time. */
    int end() {
        return next;
    }

    /** How much memory the pages take. */
    long bytes() {
        int pagesUsed = next == 1 ? 0 : (next - 1) / PAGE_SLOTS + 1;
        return (long) pagesUsed * PAGE_SLOTS * words * Integer.BYTES;
    }

    int get(int slot, int word) {
        return pages[slot / PAGE_SLOTS][slot % PAGE_SLOTS * words + word];
    }

    void set(int slot, int word, int value) {
        pages[slot / PAGE_SLOTS][slot % PAGE_SLOTS * words + word] = value;
    }
}
