package io.sallyport.allocator;

/** The free ports of one destination as whoever watches could know them, with their ranks. */
final class FreePorts {

    private static final int WORDS_IN_BLOCK = 16;

    private final long[] words = new long[Limits.PORTS / Long.SIZE];
    private final int[] blocks = new int[words.length / WORDS_IN_BLOCK];
    private int count;

    FreePorts() {
        for (int port = Limits.PORT_MIN; port <= Limits.PORT_MAX; port++) {
            set(port, true);
        }
    }

    int count() {
        return count;
    }

    boolean has(int port) {
        int bit = port - Limits.PORT_MIN;
        return bit >= 0 && (words[bit / Long.SIZE] >>> bit % Long.SIZE & 1) == 1;
    }

    void set(int port, boolean free) {
        int bit = port - Limits.PORT_MIN;
        words[bit / Long.SIZE] ^= 1L << bit % Long.SIZE;
        blocks[bit / Long.SIZE / WORDS_IN_BLOCK] += free ? 1 : -1;
        count += free ? 1 : -1;
    }

    /** How many lower ones are free. */
    int rank(int port) {
        int bit = port - Limits.PORT_MIN;
        int word = bit / Long.SIZE;
        int rank = 0;
        for (int block = 0; block < word / WORDS_IN_BLOCK; block++) {
            rank += blocks[block];
        }
        for (int each = word / WORDS_IN_BLOCK * WORDS_IN_BLOCK; each < word; each++) {
            rank += Long.bitCount(words[each]);
        }
        return rank + Long.bitCount(words[word] & (1L << bit % Long.SIZE) - 1);
    }

    /** The free one that has so many lower ones. */
    int select(int rank) {
        int left = rank;
        int block = 0;
        while (left >= blocks[block]) {
            left -= blocks[block++];
        }
        int word = block * WORDS_IN_BLOCK;
        while (left >= Long.bitCount(words[word])) {
            left -= Long.bitCount(words[word++]);
        }
        long bits = words[word];
        for (; left > 0; left--) {
            bits &= bits - 1;
        }
        return Limits.PORT_MIN + word * Long.SIZE + Long.numberOfTrailingZeros(bits);
    }

    /** The first free one above, or the lowest of all. */
    int above(int port) {
        int rank = port >= Limits.PORT_MAX ? 0 : rank(port + 1);
        return select(rank == count ? 0 : rank);
    }
}
