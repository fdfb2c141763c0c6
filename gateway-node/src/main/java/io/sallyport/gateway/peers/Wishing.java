package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A wish on its way through {@link Opening}. Worker thread. */
final class Wishing implements PortLedger.Taker, Carry.Seeker {

    /** The agreement of home, gate and keepers to one connection, under way. */
    static final class Attempt {
        final Wishing wishing;
        final Connection connection;
        final Incarnation home;
        final Incarnation gate;
        final long untilNanos;

        /** Who has not agreed yet. */
        Holders awaited;

        /** Of {@link Admission}. */
        boolean counts;

        Attempt(
                Wishing wishing,
                Connection connection,
                Incarnation home,
                Incarnation gate,
                Holders awaited,
                long untilNanos) {
            this.wishing = wishing;
            this.connection = connection;
            this.home = home;
            this.gate = gate;
            this.awaited = awaited;
            this.untilNanos = untilNanos;
        }

        long begunNanos() {
            return untilNanos - Opening.ATTEMPT_NANOS;
        }

        /** As it is told to those who are to hold it. */
        Frame.Held held() {
            Wish wish = wishing.wish;
            return new Frame.Held(
                    connection,
                    wish.copies(),
                    new Frame.Sight(connection.id(), 0, 0, 0, wish.numbers()));
        }
    }

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
