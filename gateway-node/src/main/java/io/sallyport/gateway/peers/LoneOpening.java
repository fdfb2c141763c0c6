package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.gateway.ports.Ended;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.net.Endpoint;

/**
 * The opener's side where this node is home and gate of what it opens and nobody else is to hold a
 * copy: always where it is alone, and otherwise, of connections that one node is to hold, where
 * both fall to it. What it would tell itself is decided here in one step, by the same rules. Worker
 * thread.
 */
final class LoneOpening {

    private final Seat seat;
    private final Horizon horizon;
    private final Gate gate;
    private final PortLedger ledger;
    private final Names names;

    LoneOpening(Seat seat, Horizon horizon, Gate gate, PortLedger ledger, Names names) {
        this.seat = seat;
        this.horizon = horizon;
        this.gate = gate;
        this.ledger = ledger;
        this.names = names;
    }

    /** Whether a connection of this key, for which no wish is under way, may be opened here. */
    boolean mayOpen(Wish wish) {
        return (seat.members.alone() || isItsOnlyHolderAsGate(wish))
                && gate.settled()
                && horizon.acting(seat.now())
                && !seat.copies.hasInside(wish.inside());
    }

    private boolean isItsOnlyHolderAsGate(Wish wish) {
        InsideKey inside = wish.inside();
        return wish.copies() <= 1
                && seat.carriage.copies(inside.vpc(), wish.eip(), wish.poolGeneration()) <= 1
                && seat.members.live()
                && seat.isMe(seat.members.keepers().gate(inside));
    }

    /** Whether this node is the home of what would be opened with that port. */
    boolean isHome(Wish wish, LeasedPort port) {
        return seat.members.alone() || seat.isMe(seat.members.keepers().home(outside(wish, port)));
    }

    private static OutsideKey outside(Wish wish, LeasedPort port) {
        InsideKey inside = wish.inside();
        return new OutsideKey(
                inside.protocol(), new Endpoint(wish.eip(), port.port()), inside.remote());
    }

    /** {@link Keeping#openAtOnce}, where it may open and is the home. */
    int open(Wish wish, LeasedPort port) {
        Connection connection = names.connection(wish, port);
        // A port that is known here counts as lent until its home has been asked, as if refused.
        ledger.lend(port, connection.id());
        if (seat.rules.hold(Rule.HOME_PUT) && seat.copies.hasOutside(connection.outside())) {
            return Keeping.NOT_AT_ONCE;
        }
        int slot = seat.carriage.install(connection, wish.numbers());
        if (slot == Carriage.FULL) {
            ledger.freed(port.key(), port.port(), connection.id(), Ended.IDLE);
            return Keeping.NOT_AT_ONCE;
        }
        seat.counters.opened++;
        if (!seat.members.alone() || !seat.copies.addAtRest(slot, wish.copies())) {
            keep(connection, wish, port);
        }
        return slot;
    }

    /** There are others, or a pass over all copies is under way. */
    private void keep(Connection connection, Wish wish, LeasedPort port) {
        Copy copy =
                seat.copies.copyOf(
                        connection,
                        port.key(),
                        wish.copies(),
                        Copy.State.OPEN,
                        seat.me,
                        seat.me,
                        seat.now());
        copy.gateAgreed = true;
        copy.installed = true;
        copy.note(seat.me);
        copy.numbers(wish.numbers());
        seat.copies.add(copy);
    }
}
