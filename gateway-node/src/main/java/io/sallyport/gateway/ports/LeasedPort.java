package io.sallyport.gateway.ports;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Epoch;
import org.jspecify.annotations.Nullable;

/** One port that the store granted to this node. Worker thread. */
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

    final Lease lease;
    private final int port;
    private final long grant;
    private final Epoch granted;

    Place place = Place.GONE;

    /** While cooling. */
    long restsUntilNanos;

    /** While lent: to whom, since when, and when its home was last asked whether it knows it. */
    @Nullable ConnectionId borrower;

    long lentNanos;
    long askedNanos;

    /** Links of {@link LentPorts}. */
    @Nullable LeasedPort before;

    @Nullable LeasedPort after;

    LeasedPort(Lease lease, int port, long grant, Epoch granted) {
        this.lease = lease;
        this.port = port;
        this.grant = grant;
        this.granted = granted;
    }

    public LeaseKey key() {
        return lease.key;
    }

    public int port() {
        return port;
    }

    /** Log index of the grant. */
    public long grant() {
        return grant;
    }

    /** An epoch no later than the grant: whoever was a member since then may know the port. */
    public Epoch granted() {
        return granted;
    }

    @Override
    public String toString() {
        return lease.key + " port " + port + " of grant " + grant + ", " + place;
    }
}
