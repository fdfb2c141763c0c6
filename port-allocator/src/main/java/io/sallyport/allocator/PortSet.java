package io.sallyport.allocator;

/**
 * A set of ports of one destination, between {@link Limits#PORT_MIN} and {@link Limits#PORT_MAX}.
 *
 * <p>Most destinations have few ports out and a few have nearly all, and a draw must be uniform
 * over what is free at any fill (promise A3). So there are two forms: a sorted array while ports
 * are few, and a bitmap with counts per block of 1,024 (8.2 KB) from then on. Both find the n-th
 * free port directly (rank and select), in the same time at 1 % and at 99 % fill; probing would
 * slow down as it fills, or prefer the neighbours of used ports.
 *
 * <p>Sets are changed in place; {@link #with} and {@link #without} return the set to go on with,
 * which is another one where the form changes. One thread at a time.
 */
abstract sealed class PortSet permits SparsePorts, DensePorts {

    /** From here on the bitmap is the smaller and faster form. */
    static final int DENSE_FROM = 257;

    /** Back to the array only well below, so that a set at the border does not flap. */
    static final int SPARSE_FROM = 128;

    static PortSet empty() {
        return new SparsePorts();
    }

    abstract int size();

    abstract boolean contains(int port);

    /** The set with a port that it did not have. */
    abstract PortSet with(int port);

    /** The set without a port that it had. */
    abstract PortSet without(int port);

    /**
     * The port that has {@code rank} lower ones outside of the set, counting from the lowest of the
     * range.
     *
     * @param rank 0 to {@code PORTS - size() - 1}
     */
    abstract int freePort(int rank);

    /** All ports, ascending; a fresh array. */
    abstract int[] toArray();

    abstract PortSet copy();

    final int checkedFreeRank(int rank) {
        Invariant.check(rank >= 0 && rank < Limits.PORTS - size(), "rank of a free port");
        return rank;
    }

    static void checkPort(int port) {
        Invariant.check(port >= Limits.PORT_MIN && port <= Limits.PORT_MAX, "port in the range");
    }
}
