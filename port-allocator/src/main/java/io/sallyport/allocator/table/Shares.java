package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Limits;

/**
 * The ports of one destination and who holds them. Holders are small numbers here, and stand at
 * places from 0 to {@link #holders()} - 1 in no order. One thread at a time.
 *
 * <p>Most destinations have few ports out and a few have nearly all, and a draw must be uniform
 * over what is free at any fill (promise A3). So there are two forms, {@link PortList} and {@link
 * PortPlanes}. Both find the n-th free port directly (rank and select), in the same time at 1 % and
 * at 99 % fill; probing would slow down as it fills, or prefer the neighbours of used ports.
 */
abstract sealed class Shares permits PortList, PortPlanes {

    static final int NOBODY = -1;

    /** How many ports are held. */
    abstract int size();

    abstract int holders();

    abstract int holderAt(int place);

    /** Log index of the newest grant to the holder at this place. */
    abstract long grantAt(int place);

    abstract int sizeAt(int place);

    /** The place of a holder, or {@link #NOBODY}. */
    abstract int find(int holder);

    /** Where the port's holder stands, or {@link #NOBODY}; any port number may be asked for. */
    abstract int placeOf(int port);

    /**
     * The port that has {@code rank} lower free ones.
     *
     * @param rank 0 to {@code PORTS - size() - 1}
     */
    abstract int freePort(int rank);

    /** Writes the ports of the holder at this place, ascending: {@link #sizeAt} of them. */
    abstract void copyPorts(int place, char[] into);

    /** A new holder, without ports yet; its place is the last. */
    abstract void join(int holder);

    /** The holder's newest grant. */
    abstract void granted(int place, long grant);

    /** Gives a free port. */
    abstract void add(int place, int port);

    /** Takes back a port that the holder has. */
    abstract void remove(int place, int port);

    /** Ends a holder without ports; another may stand at its place then. */
    abstract void leave(int place);

    /** Makes this an equal of the other; there must be no holder yet. */
    final void takeAll(Shares other) {
        for (int place = 0; place < other.holders(); place++) {
            join(other.holderAt(place));
            granted(place, other.grantAt(place));
            char[] ports = new char[other.sizeAt(place)];
            other.copyPorts(place, ports);
            for (char port : ports) {
                add(place, port);
            }
        }
    }

    final int checkedFreeRank(int rank) {
        Invariant.check(rank >= 0 && rank < Limits.PORTS - size(), "rank of a free port");
        return rank;
    }

    static void checkPort(int port) {
        Invariant.check(port >= Limits.PORT_MIN && port <= Limits.PORT_MAX, "port in the range");
    }
}
