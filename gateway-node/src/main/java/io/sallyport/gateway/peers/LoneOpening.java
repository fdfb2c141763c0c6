package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.gateway.ports.Ended;
import io.sallyport.gateway.ports.LeasedPort;
import io.sallyport.gateway.ports.PortLedger;

/**
 * The opener's side where this node is alone. A member that is alone is home, gate and opener of
 * everything: what it would tell itself is decided here in one step, by the same rules, and nobody
 * else is to hold a copy. Worker thread.
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

    /** {@link Keeping#openAtOnce}, of a key for which no wish is under way. */
    int open(Wish wish) {
        if (!seat.members.alone()
                || !gate.settled()
                || !horizon.acting(seat.now())
                || seat.copies.hasInside(wish.inside())) {
            return Keeping.NOT_AT_ONCE;
        }
        LeasedPort port = ledger.takeInHand(Opening.leaseKey(wish));
        if (port == null) {
            return Keeping.NOT_AT_ONCE;
        }
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
        if (!seat.copies.addAtRest(slot, wish.copies())) {
            keep(connection, wish, port);
        }
        return slot;
    }

    /** A pass over all copies is under way. */
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
