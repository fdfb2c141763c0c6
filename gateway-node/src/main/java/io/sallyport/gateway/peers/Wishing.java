package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A wish on its way through {@link Opening}. Worker thread. */
final class Wishing implements PortLedger.Taker, Carry.Seeker {

    private final Opening opening;
    final Wish wish;
    final List<Waiter> waiters = new ArrayList<>(1);
    final long untilNanos;
    @Nullable Attempt attempt;

    /** Its home is asked whether it goes on, by a question of that number. */
    @Nullable ConnectionId known;

    int question;

    /** Drawn for it, but its home or gate is not reachable now: it waits with the port. */
    @Nullable LeasedPort drawn;

    /** Not before then it looks again for what may be there. */
    long seekNanos = Long.MIN_VALUE;

    /** For its turn, with {@link Admission}. */
    boolean waits;

    boolean taking;
    boolean parked;
    boolean over;

    Wishing(Opening opening, Wish wish, long untilNanos) {
        this.opening = opening;
        this.wish = wish;
        this.untilNanos = untilNanos;
    }

    long begunNanos() {
        return untilNanos - Opening.WISH_NANOS;
    }

    @Override
    public void port(LeasedPort port) {
        opening.ported(this, port);
    }

    @Override
    public void refused(Refusal refusal) {
        taking = false;
        // Where its connection was found meanwhile it needs no port.
        if (known == null) {
            opening.refuse(this, refusal);
        }
    }

    @Override
    public void here() {
        opening.found(this);
    }

    /** What to say where its time is over. */
    Refusal silent() {
        return taking ? Refusal.STORE_SILENT : Refusal.KEEPERS_SILENT;
    }
}
