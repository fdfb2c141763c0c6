package io.sallyport.gateway.connections;

import io.sallyport.net.IpAddress;
import java.util.List;

/**
 * What the keepers' side asks of the packets' side: to forward a connection, to stop, to tell what
 * it saw. Implemented by the data plane; worker thread only.
 */
public interface Carriage {

    /**
     * What a carrier has seen. Times are System.nanoTime; {@code Long.MIN_VALUE} = never a packet.
     */
    record Observation(
            long lastOutNanos,
            long lastInNanos,
            int tcpFlagsOut,
            int tcpFlagsIn,
            Numbers numbers) {}

    int FULL = -1;

    /** No slot. */
    int NOWHERE = -1;

    /**
     * A connection that a former life of this node forwarded, and the kernel went on to.
     *
     * @param copies how many nodes are to hold it
     */
    record Inherited(Connection connection, int copies, Observation observation) {}

    /**
     * What a former life left behind and is this life's from now on. Asked once, when this life has
     * joined. A former life whose horizon has passed by {@code bootNanos} may have been called dead
     * before, its ports be others' by now: then all is forgotten and there is nothing.
     */
    default List<Inherited> inherit(long bootNanos) {
        return List.of();
    }

    /**
     * Writes the record, in entry first, then out; from now on both directions are translated here.
     * A connection that is installed already keeps its slot and all that is in it.
     *
     * @param numbers where its stream was when somebody who told us saw it last
     * @return the slot, or {@link #FULL}
     */
    int install(Connection connection, Numbers numbers);

    boolean isInstalled(ConnectionId id);

    /**
     * Where it is installed, for who asks of many without an object for each, or {@link #NOWHERE}.
     */
    int slotOf(ConnectionId id);

    /** The same by its inside key. */
    int slotOf(InsideKey key);

    /** The same by its outside key. */
    int slotOf(OutsideKey key);

    /**
     * What is installed in that slot, with its newest path, whose moves are not counted here.
     *
     * @return null where nothing is
     */
    @org.jspecify.annotations.Nullable
    Connection connection(int slot);

    /**
     * Of a slot in use: when a packet passed last or, where none has, when it was installed, by
     * System.nanoTime; perhaps some milliseconds early.
     */
    long seenNanos(int slot);

    /** Of a slot in use: all TCP flags seen in that direction. */
    int tcpFlags(int slot, boolean outward);

    /** Of a slot in use: the IANA number. */
    int protocol(int slot);

    /**
     * Grows when something else is said of what exists: {@link #isOver}, {@link #opensNoMore} and
     * {@link #copies} may have other answers from now on.
     */
    default int changes() {
        return 0;
    }

    /** Whether no connection is opened any more in that life of an elastic IP. */
    default boolean opensNoMore(IpAddress eip, long poolGeneration) {
        return false;
    }

    /**
     * How many nodes are to hold such a connection.
     *
     * @return 0 where its gateway is not known here
     */
    default int copies(int vpc, IpAddress eip, long poolGeneration) {
        return 0;
    }

    /**
     * Whether packets will never pass on such a connection again: its elastic IP has begun another
     * life.
     */
    default boolean isOver(int vpc, IpAddress eip, long poolGeneration) {
        return false;
    }

    /** What was seen so far; null where it is not installed. */
    @org.jspecify.annotations.Nullable
    Observation observe(ConnectionId id);

    /** Packets are held back from now on (they count as seen); tells what was seen until now. */
    @org.jspecify.annotations.Nullable
    Observation stop(ConnectionId id);

    /** The end was called off: forward again. */
    void resume(ConnectionId id);

    /** The client is reached another way from now on. No-op where not installed. */
    default void moved(ConnectionId id, ClientPath path) {}

    /**
     * Whether a TCP segment from inside continues what was seen here of the connection: its
     * sequence number is about where the remote's acknowledgements are.
     *
     * @return false where too little was seen to say so
     */
    default boolean proves(ConnectionId id, int sequence, int acknowledgement) {
        return false;
    }

    /**
     * Whether a FIN or RST fits what was seen here of the stream; then it is noted as if it had
     * passed here.
     *
     * @return false where too little was seen to say so
     */
    default boolean confirms(ConnectionId id, boolean outward, int sequence, boolean reset) {
        return false;
    }

    /**
     * Forget it: final counters go to the flow log, the slot is free. No-op where not installed.
     */
    void drop(ConnectionId id);
}
