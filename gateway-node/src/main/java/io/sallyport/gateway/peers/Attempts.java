package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What is proposed and not agreed to yet: the home has to put it, the gate to let it in, and
 * keepers to have it. Only when all have said so it is written into the table, and packets leave.
 * One that fails (a silent keeper, a new epoch, a port that the home knows) is given up, and its
 * wish tries again. Worker thread.
 */
final class Attempts {

    /** Home, gate and keepers have so long to agree. */
    static final long ATTEMPT_NANOS = 1_500_000_000L;

    private final Seat seat;
    private final Horizon horizon;
    private final Gate gate;
    private final PortLedger ledger;
    private final Names names;
    private final Seeking seeking;
    private final Admission admission;
    private final Opening opening;

    /** The first to begin is the first whose time is over. */
    private final SequencedMap<ConnectionId, Attempt> underWay = new LinkedHashMap<>();

    Attempts(
            Seat seat,
            Horizon horizon,
            Gate gate,
            PortLedger ledger,
            Names names,
            Seeking seeking,
            Admission admission,
            Opening opening) {
        this.seat = seat;
        this.horizon = horizon;
        this.gate = gate;
        this.ledger = ledger;
        this.names = names;
        this.seeking = seeking;
        this.admission = admission;
        this.opening = opening;
    }

    /** Ends those whose time is over; how many. */
    int turn() {
        long now = seat.now();
        int done = 0;
        for (var first = underWay.firstEntry();
                first != null && first.getValue().untilNanos <= now;
                first = underWay.firstEntry()) {
            admission.late(first.getValue(), now);
            fail(first.getValue());
            done++;
        }
        return done;
    }

    /** Those of an old epoch are over: their homes judge them when the new one is settled. */
    void learned() {
        List.copyOf(underWay.values()).forEach(this::forget);
    }

    /** Its wish has what it wants. */
    void giveUp(Wishing wishing) {
        Attempt attempt = wishing.attempt;
        if (attempt != null) {
            giveUp(attempt);
        }
    }

    /** Its wish is over. */
    void over(Wishing wishing) {
        Attempt attempt = wishing.attempt;
        if (attempt != null) {
            admission.late(attempt, seat.now());
            giveUp(attempt);
        }
    }

    void propose(Wishing wishing, LeasedPort port) {
        Wish wish = wishing.wish;
        Connection connection = names.connection(wish, port);
        Keepers keepers = seat.members.keepers();
        Incarnation home = keepers.home(connection.outside());
        Incarnation gate = keepers.gate(wish.inside());
        Holders awaited = keepers.holders(connection, home, gate, seat.me, wish.copies());
        if (!allReachable(awaited)) {
            // It waits with this port: another, drawn for the sake of a reachable home, would make
            // ports guessable from who is down.
            wishing.drawn = port;
            wishing.parked = true;
            seeking.seek(wishing);
            return;
        }
        if (!seat.isMe(home) && !seat.isMe(gate)) {
            awaited = awaited.without(seat.me);
        }
        Attempt attempt =
                new Attempt(wishing, connection, home, gate, awaited, seat.now() + ATTEMPT_NANOS);
        wishing.attempt = attempt;
        underWay.put(connection.id(), attempt);
        if (seat.members.gateSettled()) {
            admission.began(attempt);
        }
        ledger.lend(port, connection.id());
        seat.send(home, new Frame.Propose(attempt.held()));
        if (!seat.members.gateSettled()) {
            // Nor is the gate, as likely as not: then it lets nobody in.
            seeking.seek(wishing);
        }
    }

    void agreed(Incarnation from, ConnectionId id) {
        Attempt attempt = underWay.get(id);
        if (attempt == null || !attempt.awaited.contains(from)) {
            return;
        }
        attempt.awaited = attempt.awaited.without(from);
        if (from.equals(attempt.home) && !seat.isMe(from) && seat.isMe(attempt.gate)) {
            // The home has it, so it is my turn as gate: nobody needs to tell me what it is.
            gate.put(seat.keep(seat.me, attempt.held(), Copy.State.OPENING));
        }
        if (attempt.awaited.isEmpty()) {
            opened(attempt);
        }
    }

    private void opened(Attempt attempt) {
        admission.agreed(attempt, seat.now());
        forget(attempt);
        Wishing wishing = attempt.wishing;
        Connection connection = attempt.connection;
        ConnectionId id = connection.id();
        // The one critical section of an open: on this thread no epoch can be learned within it.
        int slot =
                seat.members.live()
                                && horizon.acting(seat.now())
                                && connection.opened().equals(seat.members.epoch())
                        ? seat.carriage.install(connection, wishing.wish.numbers())
                        : Carriage.FULL;
        Incarnation home = attempt.home;
        if (slot == Carriage.FULL) {
            seat.send(home, new Frame.GivenUp(id));
            opening.refuse(wishing, Refusal.OVERLOADED);
            return;
        }
        Copy copy = seat.keep(seat.me, attempt.held(), Copy.State.OPENING);
        copy.become(Copy.State.OPEN, seat.now());
        copy.installed = true;
        seat.counters.opened++;
        if (seat.isMe(home)) {
            for (Incarnation holder : copy.noted()) {
                seat.send(holder, new Frame.Opened(id));
            }
        } else {
            seat.send(home, new Frame.Opened(id));
        }
        opening.ready(wishing, slot);
        seat.wake(copy);
    }

    void homeRefused(ConnectionId id) {
        Attempt attempt = underWay.get(id);
        if (attempt != null) {
            fail(attempt);
        }
    }

    void gateHas(Incarnation from, ConnectionId id, Frame.Held existing) {
        // Kept also where the attempt is over: the gate has noted us.
        Copy copy = seat.keep(from, existing, Copy.State.OPEN);
        if (copy.state == Copy.State.OPENING) {
            copy.become(Copy.State.OPEN, seat.now());
        }
        Attempt attempt = underWay.get(id);
        if (attempt != null) {
            giveUp(attempt);
            opening.proceed(attempt.wishing);
        }
        seat.wake(copy);
    }

    void gateEnding(ConnectionId id) {
        Attempt attempt = underWay.get(id);
        if (attempt != null) {
            giveUp(attempt);
            opening.refuse(attempt.wishing, Refusal.ENDING);
        }
    }

    /** The home asks: its copy is opening still. */
    void stillOpening(Incarnation home, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        boolean ending = copy != null && copy.state == Copy.State.ENDING;
        boolean open = copy != null && copy.state != Copy.State.OPENING && !ending;
        if (open) {
            seat.send(home, new Frame.Opened(id));
        } else if (!ending && !underWay.containsKey(id)) {
            // What is ending may never have been open: who asks is told to drop it.
            seat.send(home, new Frame.GivenUp(id));
        }
    }

    private void fail(Attempt attempt) {
        if (underWay.get(attempt.connection.id()) == attempt) {
            giveUp(attempt);
            attempt.wishing.parked = true;
        }
    }

    private void giveUp(Attempt attempt) {
        forget(attempt);
        Connection connection = attempt.connection;
        seat.send(
                seat.members.keepers().home(connection.outside()),
                new Frame.GivenUp(connection.id()));
    }

    private void forget(Attempt attempt) {
        admission.over(attempt);
        underWay.remove(attempt.connection.id());
        attempt.wishing.attempt = null;
    }

    private boolean allReachable(Holders nodes) {
        for (Incarnation node : nodes.members()) {
            if (!seat.reachable(node)) {
                return false;
            }
        }
        return true;
    }

    /** A peer has fallen silent: who waits for its word looks among the others. */
    void silent() {
        for (Attempt attempt : List.copyOf(underWay.values())) {
            if (!allReachable(attempt.awaited)) {
                admission.over(attempt);
                seeking.seek(attempt.wishing);
            }
        }
    }

    /** What was asked of that peer is lost. */
    void down(Incarnation peer) {
        for (Attempt attempt : List.copyOf(underWay.values())) {
            if (attempt.home.equals(peer) || attempt.awaited.contains(peer)) {
                fail(attempt);
                seeking.seek(attempt.wishing);
            }
        }
    }
}
