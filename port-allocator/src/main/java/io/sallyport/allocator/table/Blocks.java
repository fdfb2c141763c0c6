package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import java.util.Arrays;

/**
 * Memory in blocks of 8, 16, 32 ... 16,384 chars ({@code char} is Java's unsigned 16 bits), cut
 * from pages of one size each. A small array of its own would cost each destination a header and
 * the collector a visit. What is released is used again for its size.
 *
 * <p>A block is named by a number that is never {@link #NONE}; its chars are those of {@link #page}
 * from {@link #offset} on. One thread at a time.
 */
final class Blocks {

    static final int NONE = 0;

    private static final int UNIT_CHARS = 8;
    private static final int SIZES = 12;
    private static final int PAGE_UNITS = 1 << 13;

    private char[][] pages = new char[4][];

    /** The first page is left out, so that no block is number {@link #NONE}. */
    private int pageCount = 1;

    private final int[] released = new int[SIZES];
    private final int[] fresh = new int[SIZES];

    Blocks() {
        Invariant.check(PAGE_UNITS >> (SIZES - 1) > 0, "the largest block fits a page");
    }

    /** Which of the sizes holds that many chars: the same for all lengths that share a block. */
    static int size(int chars) {
        Invariant.check(
                chars > 0 && chars <= UNIT_CHARS << (SIZES - 1), "a length that has a block");
        return Integer.SIZE - Integer.numberOfLeadingZeros((chars - 1) / UNIT_CHARS);
    }

    int allocate(int chars) {
        int size = size(chars);
        int block = released[size];
        if (block != NONE) {
            released[size] = page(block)[offset(block)] << 16 | page(block)[offset(block) + 1];
            return block;
        }
        if (fresh[size] % PAGE_UNITS == 0) {
            fresh[size] = newPage() * PAGE_UNITS;
        }
        block = fresh[size];
        fresh[size] += 1 << size;
        return block;
    }

    private int newPage() {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, 2 * pageCount);
        }
        pages[pageCount] = new char[PAGE_UNITS * UNIT_CHARS];
        return pageCount++;
    }

    /**
     * @param chars the length it was allocated for, or another of the same size
     */
    void release(int block, int chars) {
        int size = size(chars);
        char[] page = page(block);
        int at = offset(block);
        page[at] = (char) (released[size] >>> 16);
        page[at + 1] = (char) released[size];
        released[size] = block;
    }

    char[] page(int block) {
        return pages[block / PAGE_UNITS];
    }

    int offset(int block) {
        return block % PAGE_UNITS * UNIT_CHARS;
    }

    /** How much memory the pages take. */
    long bytes() {
        return (long) (pageCount - 1) * PAGE_UNITS * UNIT_CHARS * Character.BYTES;
    }
}
