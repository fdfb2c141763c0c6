package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gate of a connection: first keeper of its inside key. It lets one connection in per key, and
 * keeps copies for others as a further keeper. Worker thread.
 */
final class Gate {

    private final Seat seat;
    private final Rules rules;

    /** Puts that wait until this epoch is settled for gates. */
    private final List<Copy> early = new ArrayList<>();

    Gate(Seat seat, Rules rules) {
        this.seat = seat;
        this.rules = rules;
    }

    boolean settled() {
        return !rules.hold(Rule.BARRIER) || seat.members.gateSettled();
    }

    /** From the home: as gate or as a further keeper. */
    void keep(Incarnation from, Frame.Keep keep) {
        ConnectionId id = keep.held().connection().id();
        Copy known = seat.copies.get(id);
        if (keep.opened()) {
            Copy copy = seat.keep(from, keep.held(), Copy.State.OPEN);
            if (copy.state == Copy.State.OPENING) {
                copy.become(Copy.State.OPEN, seat.now());
                seat.wake(copy);
            }
            if (keep.gate()) {
                compare(copy);
            }
            return;
        }
        if (known != null) {
            return;
        }
        Copy copy = seat.keep(from, keep.held(), Copy.State.OPENING);
        if (keep.gate()) {
            put(copy);
        } else {
            seat.send(copy.opener.life(), new Frame.Agreed(id));
        }
    }

    /** Put if absent; {@code copy} is among the copies already, but not agreed. */
    void put(Copy copy) {
        if (!seat.copies.has(copy) || copy.state != Copy.State.OPENING || copy.gateAgreed) {
            return;
        }
        if (!settled()) {
            early.add(copy);
            return;
        }
        Copy other = blocking(copy);
        if (other == null) {
            copy.gateAgreed = true;
            seat.send(copy.opener.life(), new Frame.Agreed(copy.id()));
            return;
        }
        switch (other.state) {
            case OPENING, STOPPED -> other.await(() -> put(copy));
            case ENDING -> {
                withdraw(copy);
                seat.send(copy.opener.life(), new Frame.GateEnding(copy.id()));
            }
            case OPEN -> {
                withdraw(copy);
                Incarnation opener = copy.opener.life();
                if (rules.hold(Rule.REGISTER) && !seat.isMe(opener)) {
                    boolean unused = seat.given(other, opener);
                }
                seat.counters.given++;
                seat.send(opener, new Frame.GateHas(copy.id(), other.held(seat.now())));
            }
        }
    }

    /** Refused as gate; the home, if it is this node, keeps it until the opener gives up. */
    private void withdraw(Copy copy) {
        if (!seat.isMe(copy.home)) {
            seat.copies.remove(copy);
            seat.wake(copy);
        }
    }

    private @Nullable Copy blocking(Copy copy) {
        for (Copy other : seat.copies.inside(copy.inside())) {
            if (other != copy && other.takesKey()) {
                return other;
            }
        }
        return null;
    }

    /**
     * Two mappings of one inside key, brought together by an epoch: the younger is ended. Not
     * before the epoch is settled: until then one that is over may stand here as if it were open.
     */
    void compare(Copy copy) {
        if (!settled()) {
            return;
        }
        List<Copy> same = seat.copies.inside(copy.inside());
        Copy oldest = null;
        for (Copy other : same) {
            if (other.state == Copy.State.OPEN) {
                if (oldest == null) {
                    oldest = other;
                } else {
                    seat.send(other.home, new Frame.EndAsked(other.id()));
                }
            }
        }
    }

    void learned() {
        early.clear();
    }

    void settle() {
        List<Copy> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::put);
        seat.walks.begin(
                copy -> {
                    if (seat.isMe(copy.gate) && seat.copies.inside(copy.inside()).size() > 1) {
                        compare(copy);
                    }
                },
                () -> {});
    }
}
