package io.sallyport.gateway.ports;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Epoch;
import org.jspecify.annotations.Nullable;

/**
 * One port that the store granted to this node: one object, since there may be a million. Worker
 * thread.
 */
public final class LeasedPort {

    /** Where it is; exactly one at a time. */
    enum Place {
        /** Free to be spent. */
        HAND,
        /** Given to a taker, who has neither lent it nor given it back. */
        DRAWN,
        /** A connection has it, or may have it: its answer did not come. */
        LENT,
        /** Used, and resting. */
        COOLING,
        /** To be returned to the store. */
        LEAVING,
        /** A Return that names it is under way. */
        RETURNING,
        /** A Return that names it had no answer: perhaps ours, perhaps not. Never used again. */
        DOUBTFUL,
        /** No longer ours, or granted anew as another object. */
        GONE
    }

    private static final Place[] PLACES = Place.values();

    /** What the ports of one answer have in common. */
    record Grant(Lease lease, long number, Epoch asked) {}

    final Grant grant;
    private final char port;
    private byte place = (byte) Place.GONE.ordinal();

    /** While lent: the low half of the sequence of this node's connection that has it. */
    private int borrower;

    /**
     * While lent: when its home was last asked whether it knows it. While cooling: until when. In
     * ticks of the clock, the low half.
     */
    private int ticks;

    /** Links of {@link LentPorts}. */
    @Nullable LeasedPort before;

    @Nullable LeasedPort after;

    /**
     * A tick in nanoseconds is 2 to the power of this: 65 us, so that half of them are 39 hours.
     */
    private static final int TICK_BITS = 16;

    LeasedPort(Grant grant, int port) {
        this.grant = grant;
        this.port = (char) port;
    }

    Place place() {
        return PLACES[place];
    }

    void place(Place to) {
        place = (byte) to.ordinal();
    }

    void borrower(ConnectionId connection) {
        borrower = (int) connection.sequence();
    }

    /** Of those that a node opens within years no two that are at work at once look the same. */
    boolean isBorrowedBy(ConnectionId connection) {
        return borrower == (int) connection.sequence();
    }

    /** {@code newest}: a sequence that is not 2^31 away. */
    long borrower(long newest) {
        return newest + (borrower - (int) newest);
    }

    /** Rounded up to a tick. */
    void nanos(long at) {
        ticks = (int) ticks(at);
    }

    private static long ticks(long nanos) {
        return nanos + (1L << TICK_BITS) - 1 >> TICK_BITS;
    }

    /** Whether its time is before that one, to a tick. */
    boolean isBefore(long nanos) {
        return ticks - (int) ticks(nanos) < 0;
    }

    /** Whether its time has come at that one, to a tick. */
    boolean isDue(long nanos) {
        return ticks - (int) ticks(nanos) <= 0;
    }

    /** Its time, {@code near} which it is. */
    long nanosNear(long near) {
        long nearTicks = ticks(near);
        return nearTicks + (ticks - (int) nearTicks) << TICK_BITS;
    }

    /** By their times. */
    static int compare(LeasedPort one, LeasedPort other) {
        return Integer.signum(one.ticks - other.ticks);
    }

    Lease lease() {
        return grant.lease();
    }

    public LeaseKey key() {
        return grant.lease().key;
    }

    public int port() {
        return port;
    }

    /** Log index of the grant. */
    public long grant() {
        return grant.number();
    }

    /** An epoch no later than the grant: whoever was a member since then may know the port. */
    public Epoch granted() {
        return grant.asked();
    }

    @Override
    public String toString() {
        return key() + " port " + port() + " of grant " + grant() + ", " + place();
    }
}
