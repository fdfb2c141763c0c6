package io.sallyport.allocator;

import java.util.Arrays;

/** Many ports: a bit for each of the range, and how many are set in each block of 1,024. */
final class DensePorts extends PortSet {

    private static final int BLOCK_PORTS = 1024;
    private static final int BLOCK_WORDS = BLOCK_PORTS / Long.SIZE;
    private static final int BLOCKS = Limits.PORTS / BLOCK_PORTS;

    static {
        Invariant.check(BLOCKS * BLOCK_PORTS == Limits.PORTS, "blocks fill the range");
    }

    private final long[] words;
    private final short[] blockSizes;
    private int size;

    private DensePorts(long[] words, short[] blockSizes, int size) {
        this.words = words;
        this.blockSizes = blockSizes;
        this.size = size;
    }

    static DensePorts of(char[] ports, int count) {
        DensePorts dense = new DensePorts(new long[Limits.PORTS / Long.SIZE], new short[BLOCKS], 0);
        for (int i = 0; i < count; i++) {
            dense.set(ports[i] - Limits.PORT_MIN, 1);
        }
        return dense;
    }

    private void set(int bit, int change) {
        words[bit / Long.SIZE] ^= 1L << bit;
        blockSizes[bit / BLOCK_PORTS] += (short) change;
        size += change;
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean contains(int port) {
        int bit = port - Limits.PORT_MIN;
        return bit >= 0 && bit < Limits.PORTS && (words[bit / Long.SIZE] & 1L << bit) != 0;
    }

    @Override
    PortSet with(int port) {
        checkPort(port);
        Invariant.check(!contains(port), "a port is added once");
        set(port - Limits.PORT_MIN, 1);
        return this;
    }

    @Override
    PortSet without(int port) {
        Invariant.check(contains(port), "a port that is removed was there");
        set(port - Limits.PORT_MIN, -1);
        return size == SPARSE_FROM ? toSparse() : this;
    }

    private PortSet toSparse() {
        PortSet sparse = PortSet.empty();
        for (int port : toArray()) {
            sparse = sparse.with(port);
        }
        return sparse;
    }

    @Override
    int freePort(int rank) {
        int left = checkedFreeRank(rank);
        int block = 0;
        while (left >= BLOCK_PORTS - blockSizes[block]) {
            left -= BLOCK_PORTS - blockSizes[block];
            block++;
        }
        int word = block * BLOCK_WORDS;
        while (left >= Long.bitCount(~words[word])) {
            left -= Long.bitCount(~words[word]);
            word++;
        }
        // expand() moves the one bit to the place of the left-th zero of the word.
        int bit = Long.numberOfTrailingZeros(Long.expand(1L << left, ~words[word]));
        return Limits.PORT_MIN + word * Long.SIZE + bit;
    }

    @Override
    int[] toArray() {
        int[] ports = new int[size];
        int count = 0;
        for (int word = 0; word < words.length; word++) {
            for (long rest = words[word]; rest != 0; rest &= rest - 1) {
                ports[count++] =
                        Limits.PORT_MIN + word * Long.SIZE + Long.numberOfTrailingZeros(rest);
            }
        }
        return ports;
    }

    @Override
    PortSet copy() {
        return new DensePorts(
                Arrays.copyOf(words, words.length),
                Arrays.copyOf(blockSizes, blockSizes.length),
                size);
    }
}
