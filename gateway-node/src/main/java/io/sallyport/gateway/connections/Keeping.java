package io.sallyport.gateway.connections;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;

/**
 * What the packets' side asks of the keepers' side. Implemented by {@code peers}; worker thread
 * only. Each asked question is answered exactly once, perhaps before the call returns.
 */
public interface Keeping {

    /** Answer to a question about a connection. */
    interface Waiter {
        /** It is installed in this slot: run the waiting packets again. */
        void ready(int slot);

        void refused(Refusal refusal);
    }

    /** Why there is no connection. Each is a drop reason of the same name. */
    enum Refusal {
        /** No free port towards this destination. */
        PORTS_EXHAUSTED,
        /** The store did not answer in time and no port was in hand. */
        STORE_SILENT,
        /** This node is not a member of its epoch, or its horizon has passed. */
        NOT_ACTING,
        /** Home, gate or keepers did not answer in time. */
        KEEPERS_SILENT,
        /** Nobody knows such a connection. */
        UNKNOWN_CONNECTION,
        /** The connection is being ended. */
        ENDING,
        /** Too many opens or questions are under way, or the table is full. */
        OVERLOADED,
        /** The EIP is no longer this gateway's. */
        EIP_GONE,
        /** The tenant leases as many ports as its quota allows. */
        PORTS_OVER_QUOTA,
        /** This client opens too many cold destinations per second. */
        COLD_QUOTA_CLIENT,
        /** This tenant's clients together open too many cold destinations per second. */
        COLD_QUOTA_TENANT
    }

    /**
     * A wish for a new connection; {@code eip} was chosen by the caller from the gateway's.
     *
     * @param tenant whose gateway it is, and whose quotas it uses
     * @param numbers what the packet that wishes for it says of its stream
     */
    record Wish(
            GatewayId gateway,
            TenantId tenant,
            InsideKey inside,
            IpAddress eip,
            long poolGeneration,
            int copies,
            ClientPath path,
            Numbers numbers) {}

    /**
     * A first packet from inside, or a further SYN. Finds the mapping that exists, or agrees a new
     * one with home, gate and keepers; a TCP connection that its client has finished or reset is
     * ended instead, so that the client's next SYN opens another ({@link Refusal#ENDING}). A second
     * call for a key that is under way joins it.
     */
    void open(Wish wish, Waiter waiter);

    /** No slot: the wish takes its way through {@link #open}. */
    int NOT_AT_ONCE = -1;

    /**
     * The shortest of ways: where this node is all the keepers that such a connection has, and has
     * a port in hand, it is open and installed when this returns.
     *
     * @param mayWait whether {@link #open} will be called where it is not: only then a port may be
     *     drawn before it is known whether this node is its home
     * @return its slot, or {@link #NOT_AT_ONCE}: no connection was opened
     */
    default int openAtOnce(Wish wish, boolean mayWait) {
        return NOT_AT_ONCE;
    }

    /** A packet from inside that may not open (TCP without SYN): only finds. */
    void find(InsideKey key, Waiter waiter);

    /** A packet from outside. */
    void find(OutsideKey key, Waiter waiter);

    /** The worker saw FIN or RST on a connection it carries: the home is told at once. */
    void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn);

    /**
     * A FIN or RST was seen of which this node cannot tell whether it is the stream's: whoever saw
     * the other side's acknowledgements may.
     *
     * @param sequence the number of the FIN itself, or of the RST
     */
    void endClaimed(ConnectionId id, boolean outward, int sequence, boolean reset);

    /**
     * Where a connection's stream was when a segment last proved it, here or at one who told: for
     * the worker that has only strangers' word, or is about to take some.
     */
    Numbers numbers(ConnectionId id);

    /** The client was seen at another place, and proved that it is the same. */
    void moved(ConnectionId id, ClientPath path);

    /**
     * The client seems to be at another place, and this node has not seen enough of the connection
     * to tell: whoever has may say so.
     */
    void elsewhere(ConnectionId id, ClientPath path, int sequence, int acknowledgement);

    /**
     * Its elastic IP has begun another life: it is to end everywhere. Said for each view, and again
     * while packets of it come, since whoever is asked may not be able to do it yet; nothing is
     * forwarded meanwhile.
     */
    void over(ConnectionId id);

    /** Whether this node may forward at all now: a member, its horizon ahead. Cheap. */
    boolean acting(long nowNanos);

    /**
     * Until when it may, should nothing more be heard: for those that forward while the worker does
     * not look. Asked after {@link #acting}.
     *
     * @return CLOCK_BOOTTIME in nanoseconds; 0: not at all
     */
    default long actsUntilBootNanos() {
        return 0;
    }

    /**
     * Frames, answers and timers that are due; bounded work.
     *
     * @return how much was done; 0 lets the worker sleep
     */
    int turn(long nowNanos);
}
