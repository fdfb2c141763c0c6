package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;

/**
 * Copies that nobody needs are let go. A connection is to be held by its home, its gate, the first
 * keepers up to R, and whoever forwards it; but routers send it elsewhere with each change, and
 * homes and gates are others in each epoch, so one that lives long would end up at every node. The
 * home tells a holder that he need not hold it: where R has become lower ({@link Replication}), and
 * where he has offered it, since he has met none of its packets for a quarter of its idle time. He
 * goes on with it while he forwards it, is its gate, or has given it to others, for whom he
 * answers.
 *
 * <p>He has forgotten it before the home strikes him off, so whoever forwards is always known. What
 * the home gives him between its word and his answer makes the answer void: it may have crossed it.
 * Whom the home tells it notes, whoever gave it to him, until he has answered. And the home tells
 * nobody before all whom it wants to hold it have it for certain. Worker thread.
 */
final class Spares {

    private final Seat seat;
    private final Home home;

    Spares(Seat seat, Home home) {
        this.seat = seat;
        this.home = home;
    }

    // At a holder.

    /**
     * The regular look at a copy that is not at home here, after a quarter of its idle time.
     *
     * @return whether it was offered: there is nothing to tell of it
     */
    boolean offer(Copy copy, long now) {
        if (!isSpare(copy, now) || home.wanted(copy).contains(seat.me)) {
            return false;
        }
        seat.send(copy.home, new Frame.Offer(copy.id()));
        return true;
    }

    /** Nothing is done with it here, and nobody has it from here. */
    private boolean isSpare(Copy copy, long now) {
        return copy.state == Copy.State.OPEN
                && copy.fan == null
                && !seat.isMe(copy.home)
                && !seat.isMe(copy.gate)
                && copy.noted().without(copy.home).without(seat.me).isEmpty()
                && !isUsed(copy, now);
    }

    /** What the home tells holders of a stream is no packet: its own record says. */
    private boolean isUsed(Copy copy, long now) {
        Carriage.Observation seen = copy.installed ? seat.carriage.observe(copy.id()) : null;
        if (seen == null) {
            return false;
        }
        long last = Math.max(seen.lastOutNanos(), seen.lastInNanos());
        return copy.hasFreshFlags()
                || last != Long.MIN_VALUE
                        && (last > copy.reportedNanos || now - last < seat.quarterNanos(copy));
    }

    void spare(Incarnation from, Frame.Spare frame) {
        Copy copy = seat.copies.get(frame.id());
        if (copy != null) {
            seat.observe(copy);
            if (!copy.home.equals(from) || !isSpare(copy, seat.now())) {
                seat.send(from, new Frame.Kept(frame.id(), frame.number()));
                return;
            }
            letGo(copy);
        }
        seat.send(from, new Frame.Spared(frame.id(), frame.number()));
    }

    private void letGo(Copy copy) {
        if (copy.installed) {
            copy.installed = false;
            seat.carriage.drop(copy.id());
        }
        seat.copies.remove(copy);
        seat.counters.letGo++;
        seat.wake(copy);
    }

    // At the home.

    void offered(Incarnation from, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy != null
                && copy.state == Copy.State.OPEN
                && seat.isMe(copy.home)
                && home.settled()) {
            Holders wanted = home.wanted(copy);
            if (!wanted.contains(from) && isHeldBy(wanted, copy)) {
                tell(copy, from);
            }
        }
    }

    /** All who need not hold it; how many were told. */
    int tellAll(Copy copy) {
        Holders wanted = home.wanted(copy);
        int told = 0;
        if (isHeldBy(wanted, copy)) {
            for (Incarnation holder : copy.noted()) {
                if (!seat.isMe(holder) && !wanted.contains(holder)) {
                    tell(copy, holder);
                    told++;
                }
            }
        }
        return told;
    }

    private boolean isHeldBy(Holders wanted, Copy copy) {
        return wanted.members().stream()
                .allMatch(holder ->
                        seat.isMe(holder)
                                || seat.reachable(holder)
                                        && copy.noted().contains(holder)
                                        && !seat.sparing.isTold(copy, holder));
    }

    private void tell(Copy copy, Incarnation holder) {
        // He may have it of another, and have told the home of it in a session that is new: that is
        // on its way here perhaps, and must not arrive after the port is free.
        boolean unused = copy.note(holder);
        seat.send(holder, new Frame.Spare(copy.id(), seat.sparing.tell(copy, holder)));
    }

    /** He has it no more. */
    void spared(Incarnation from, Frame.Spared frame) {
        Copy copy = seat.copies.get(frame.id());
        if (seat.sparing.answered(frame.id(), from, frame.number()) && copy != null) {
            copy.strike(from);
        }
    }

    /** He has it still. */
    void kept(Incarnation from, Frame.Kept frame) {
        boolean unused = seat.sparing.answered(frame.id(), from, frame.number());
    }
}
