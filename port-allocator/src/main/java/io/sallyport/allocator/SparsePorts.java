package io.sallyport.allocator;

import java.util.Arrays;

/** Few ports: a sorted array ({@code char} is Java's unsigned 16 bits). */
final class SparsePorts extends PortSet {

    private static final char[] NOTHING = {};

    private char[] sorted = NOTHING;
    private int size;

    @Override
    int size() {
        return size;
    }

    private int find(int port) {
        return Arrays.binarySearch(sorted, 0, size, (char) port);
    }

    @Override
    boolean contains(int port) {
        return find(port) >= 0;
    }

    @Override
    PortSet with(int port) {
        checkPort(port);
        int at = -find(port) - 1;
        Invariant.check(at >= 0, "a port is added once");
        if (size + 1 == DENSE_FROM) {
            return DensePorts.of(sorted, size).with(port);
        }
        if (size == sorted.length) {
            sorted = Arrays.copyOf(sorted, Math.max(1, Math.min(2 * size, DENSE_FROM - 1)));
        }
        System.arraycopy(sorted, at, sorted, at + 1, size - at);
        sorted[at] = (char) port;
        size++;
        return this;
    }

    @Override
    PortSet without(int port) {
        int at = find(port);
        Invariant.check(at >= 0, "a port that is removed was there");
        size--;
        System.arraycopy(sorted, at + 1, sorted, at, size - at);
        if (size <= sorted.length / 4) {
            sorted = Arrays.copyOf(sorted, size);
        }
        return this;
    }

    @Override
    int freePort(int rank) {
        // sorted[i] has (sorted[i] - PORT_MIN - i) free ports below it, a count that never falls
        // with i: those with at most `rank` of them lie below the wanted port and shift it up.
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] - Limits.PORT_MIN - middle <= rank) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Limits.PORT_MIN + checkedFreeRank(rank) + low;
    }

    @Override
    int[] toArray() {
        int[] ports = new int[size];
        for (int i = 0; i < size; i++) {
            ports[i] = sorted[i];
        }
        return ports;
    }

    @Override
    PortSet copy() {
        SparsePorts copy = new SparsePorts();
        copy.sorted = Arrays.copyOf(sorted, size);
        copy.size = size;
        return copy;
    }
}
