package io.sallyport.gateway.ports;

import io.sallyport.allocator.LeaseKey;
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

    /** While lent: the sequence of the connection of this node's that has it. */
    long borrower;

    /** While lent: when its home was last asked whether it knows it. While cooling: until when. */
    long nanos;

    /** Links of {@link LentPorts}. */
    @Nullable LeasedPort before;

    @Nullable LeasedPort after;

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
