package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The home of a connection: first keeper of its outside key. It refuses a port that it knows, notes
 * who has a copy, and judges when a connection is over. Worker thread.
 */
final class Home {

    /** An opening that is neither opened nor given up after this time is asked about. */
    private static final long OPENING_NANOS = 3_000_000_000L;

    /** A client's kernel says a SYN again after a second at the earliest (RFC 6298, section 2). */
    private static final long GOES_ON_NANOS = 900_000_000L;

    /** Silence of one who is away is no idleness, until he must have stopped by his own clock. */
    private static final long AWAY_NANOS = Horizon.REACH_NANOS + 5_000_000_000L;

    private final Seat seat;
    private final Rules rules;
    private final Gate gate;
    private final Ending ending;

    /** Of these all were asked just now: SYNs that somebody made up stop a stream no more. */
    private final Set<ConnectionId> askedNow = new HashSet<>();

    /** And of these all have answered that they go on. */
    private final Set<ConnectionId> goingOn = new HashSet<>();

    Home(Seat seat, Rules rules, Gate gate, Ending ending) {
        this.seat = seat;
        this.rules = rules;
        this.gate = gate;
        this.ending = ending;
    }

    boolean settled() {
        return !rules.hold(Rule.BARRIER) || seat.members.homeSettled();
    }

    void propose(Incarnation opener, Frame.Held held) {
        ConnectionId id = held.connection().id();
        if (seat.copies.get(id) != null) {
            return;
        }
        if (rules.hold(Rule.HOME_PUT) && seat.copies.hasOutside(held.connection().outside())) {
            seat.send(opener, new Frame.HomeRefused(id));
            return;
        }
        Copy copy = seat.keep(opener, held, Copy.State.OPENING);
        // The opener may not have heard of a higher R yet.
        copy.copies = (byte) Math.max(copy.copies, seat.level(copy));
        Holders holders =
                seat.members
                        .keepers()
                        .holders(held.connection(), copy.home, copy.gate, opener, copy.copies);
        copy.note(holders);
        for (Incarnation holder : holders) {
            // Who opens has it; where he is the gate as well, he puts it when I have agreed.
            if (!seat.isMe(holder) && !holder.equals(opener)) {
                seat.send(holder, new Frame.Keep(held, holder.equals(copy.gate), false));
            }
        }
        if (seat.isMe(copy.gate)) {
            gate.put(copy);
        } else {
            seat.send(opener, new Frame.Agreed(id));
        }
    }

    /** From the opener to the home, from the home to the others. */
    void opened(Incarnation from, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy != null && copy.state == Copy.State.OPENING) {
            becomeOpen(copy, from);
        }
    }

    private void becomeOpen(Copy copy, Incarnation source) {
        copy.become(Copy.State.OPEN, seat.now());
        if (seat.isMe(copy.home)) {
            for (Incarnation holder : copy.noted()) {
                if (!seat.isMe(holder) && !holder.equals(source)) {
                    seat.send(holder, new Frame.Opened(copy.id()));
                }
            }
        }
        seat.wake(copy);
    }

    void givenUp(Incarnation from, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy != null
                && copy.state == Copy.State.OPENING
                && seat.isMe(copy.home)
                && from.equals(copy.opener.life())) {
            ending.dropAll(copy);
        }
    }

    /** Who asks has met a packet of it, and asks again while there are more. */
    void endAsked(ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy == null) {
            // A record that nobody here keeps is of nobody.
            seat.carriage.drop(id);
        } else if (seat.isMe(copy.home) && settled()) {
            end(copy);
        }
    }

    /**
     * A client says a SYN that did not begin this connection, with its tuple. The flags that
     * carriers told decide: one that is over would end under the new one after its short time
     * limit. Where it may be over all are asked first, for the word of its end may be on its way
     * here. One that nobody saw answered is given up: its client would say the same SYN again. Else
     * the other side is still using it, and the SYN may be anybody's: it goes on, for the remote to
     * answer (RFC 5961, section 4). While one who may have met an end cannot be asked, or all were
     * asked just now, nothing is answered, and who asks asks again.
     */
    void opensAnew(Incarnation from, ConnectionId id, int question) {
        opensAnew(from, id, question, false);
    }

    private void opensAnew(Incarnation from, ConnectionId id, int question, boolean allAnswered) {
        if (!settled()) {
            return; // asked again
        }
        Copy copy = seat.copies.get(id);
        if (copy == null || copy.state == Copy.State.ENDING) {
            seat.send(from, new Frame.GoesOn(id, question, false));
            return;
        }
        boolean unused = seat.given(copy, from);
        if (copy.state != Copy.State.OPEN) {
            askedLater(copy, from, question);
            return;
        }
        seat.observe(copy);
        boolean answered = wasAnswered(copy);
        if (Timeouts.isOver(copy.flagsOut(), copy.flagsIn()) || allAnswered && !answered) {
            end(copy);
            seat.send(from, new Frame.GoesOn(id, question, false));
        } else if (allAnswered || goingOn.contains(id) && !isHalfOver(copy)) {
            copy.seenNanos = seat.now();
            seat.send(from, new Frame.GoesOn(id, question, true));
            if (goingOn.add(id)) {
                seat.after(GOES_ON_NANOS, () -> goingOn.remove(id));
            }
        } else if (canAskAll(copy) && askedNow.add(id)) {
            seat.after(GOES_ON_NANOS, () -> askedNow.remove(id));
            ending.stopAll(copy, () -> opensAnew(from, id, question, true));
        }
    }

    /** What lacks a sight counts as answered: nobody knows that it was not. */
    private static boolean wasAnswered(Copy copy) {
        return copy.lacksSight || ((copy.flagsOut() | copy.flagsIn()) & Seat.ACK) != 0;
    }

    private static boolean isHalfOver(Copy copy) {
        return Timeouts.isHalfOver(copy.flagsOut(), copy.flagsIn());
    }

    private boolean canAskAll(Copy copy) {
        return copy.noted().members().stream().allMatch(seat::reachable)
                && !seat.members.frozen(copy.opener.opened());
    }

    /** When it is open as far as is known here, and nobody else asks. */
    private void askedLater(Copy copy, Incarnation from, int question) {
        Epoch epoch = seat.members.epoch();
        copy.await(() -> {
            if (epoch.equals(seat.members.epoch())) {
                opensAnew(from, copy.id(), question, false);
            }
        });
    }

    /** Ends it without asking whether somebody uses it. */
    private void end(Copy copy) {
        switch (copy.state) {
            case OPEN -> ending.dropAll(copy);
            case STOPPED -> {
                ending.forget(copy);
                ending.dropAll(copy);
            }
            case OPENING, ENDING -> {}
        }
    }

    void refresh(List<Frame.Sight> sights) {
        for (Frame.Sight sight : sights) {
            Copy copy = seat.copies.get(sight.id());
            if (copy != null) {
                copy.saw(sight, seat.now());
            }
        }
    }

    /** The regular look at one copy that is at home here. */
    void look(Copy copy, long now) {
        if (!settled()) {
            return;
        }
        switch (copy.state) {
            case OPENING -> {
                if (now - copy.stateNanos > OPENING_NANOS && seat.reachable(copy.opener.life())) {
                    copy.stateNanos = now;
                    seat.send(copy.opener.life(), new Frame.StillOpening(copy.id()));
                }
            }
            case OPEN -> {
                if (copy.lacksSight && !seat.members.anyoneAway()) {
                    seat.copies.seenSince(copy);
                }
                if (isIdle(copy, now)) {
                    // A look at each connection's record every time would cost more than all else.
                    seat.observe(copy);
                    if (isIdle(copy, now)
                            && now - seat.copies.lastSeenNanos(copy) > allowance(copy)
                            && copy.noted().members().stream().allMatch(seat::reachable)) {
                        ending.stopAll(copy, () -> {});
                    }
                }
            }
            case STOPPED, ENDING -> {}
        }
    }

    boolean isIdle(Copy copy, long now) {
        return now - seat.copies.lastSeenNanos(copy) > ending.idleNanos(copy);
    }

    /** Lives of elastic IPs may have ended, and with them what was opened in them. */
    void endWhatIsOver() {
        if (settled()) {
            seat.walks.begin(this::endIfOver, () -> {});
        }
    }

    private void endIfOver(Copy copy) {
        if (!settled() || !seat.isMe(copy.home) || !isOver(copy)) {
            return;
        }
        if (copy.state == Copy.State.OPENING) {
            // It may be open where it was opened, and the word of that on its way here.
            copy.await(() -> endIfOver(copy));
        } else {
            end(copy);
        }
    }

    private boolean isOver(Copy copy) {
        return seat.carriage.isOver(
                copy.client.vpc(), copy.lease.eip(), copy.lease.poolGeneration());
    }

    private long allowance(Copy copy) {
        boolean someoneAway = seat.members.frozen(copy.opener.opened());
        return ending.idleNanos(copy) + (someoneAway ? AWAY_NANOS : 0);
    }

    /**
     * Every member has handed over: what the old epoch left open is judged now.
     *
     * @param judged runs when all is judged and passed on to gates and keepers
     */
    void settle(Runnable judged) {
        seat.walks.begin(this::judge, judged);
    }

    private void judge(Copy copy) {
        if (!seat.isMe(copy.home)) {
            return;
        }
        boolean older = copy.opener.opened().compareTo(seat.members.epoch()) < 0;
        switch (copy.state) {
            case OPENING -> {
                if (older && openedAfterAll(copy)) {
                    becomeOpen(copy, seat.me);
                    endOrRemake(copy);
                } else if (older && seat.undecided(copy)) {
                    for (Incarnation holder : wanted(copy)) {
                        if (copy.note(holder) && !seat.isMe(holder)) {
                            Frame.Held held = copy.held(seat.now());
                            seat.send(holder, new Frame.Keep(held, false, false));
                        }
                    }
                } else if (older) {
                    ending.dropAll(copy);
                }
            }
            case OPEN, STOPPED -> {
                if (older || isOver(copy)) {
                    endOrRemake(copy);
                }
            }
            case ENDING -> {
                if (copy.fan == null && !ending.isFrozen(copy)) {
                    ending.dropAll(copy);
                }
            }
        }
    }

    /**
     * An opener that is a member has handed it over as open, or has given it up. One that is no
     * member counts as having opened it if the gate had agreed. Where nobody can say that, one that
     * is away is waited for ({@link Seat#undecided}).
     */
    private boolean openedAfterAll(Copy copy) {
        return !seat.members.isLive(copy.opener.life()) && copy.gateAgreed;
    }

    private void endOrRemake(Copy copy) {
        if (isOver(copy)) {
            end(copy);
        } else {
            remake(copy);
        }
    }

    /** Copies are made again, up to R and at the gate. */
    private void remake(Copy copy) {
        copy.copies = (byte) Math.max(copy.copies, seat.level(copy));
        int unused = make(copy);
        if (seat.isMe(copy.gate)) {
            gate.compare(copy);
        }
    }

    /** Makes the copies that are missing; how many. */
    int make(Copy copy) {
        int made = 0;
        for (Incarnation holder : wanted(copy)) {
            boolean missing = !copy.noted().contains(holder) || seat.sparing.isTold(copy, holder);
            if (missing) {
                boolean unused = seat.given(copy, holder);
            }
            if (missing && !seat.isMe(holder)) {
                seat.observe(copy);
                boolean asGate = holder.equals(copy.gate);
                seat.send(holder, new Frame.Keep(copy.held(seat.now()), asGate, true));
                made++;
            }
        }
        seat.counters.copied += made;
        return made;
    }

    /** Who is to hold it, whether he forwards it or not. */
    Holders wanted(Copy copy) {
        return seat.members
                .keepers()
                .holders(copy.connection(), copy.home, copy.gate, copy.home, copy.copies);
    }

    /** A new session: what a holder may have missed is told again. */
    void tellAgain(Incarnation peer, Runnable told) {
        seat.walks.begin(
                copy -> {
                    if (seat.isMe(copy.home)
                            && copy.state == Copy.State.OPEN
                            && copy.noted().contains(peer)) {
                        boolean unused = seat.given(copy, peer);
                        boolean asGate = peer.equals(copy.gate);
                        seat.send(peer, new Frame.Keep(copy.held(seat.now()), asGate, true));
                    }
                },
                told);
    }
}
