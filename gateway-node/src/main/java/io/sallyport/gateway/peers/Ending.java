package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How connections end. The home decides. An idle end first asks all it noted to stop and to say
 * when they saw the last packet; one fresh packet calls it off. Then all are asked to drop, the
 * gate last; each asks those to whom it gave a copy before it answers. The port is free when all
 * have dropped and nobody who may know it is away; until then it is frozen. Worker thread.
 */
final class Ending {

    /** A stop that is not answered within this time is called off and tried again later. */
    static final long STOP_PATIENCE_NANOS = 1_000_000_000L;

    /** Stopped and then forgotten: forward again. Safe, since a port is free only after a drop. */
    static final long STOPPED_ALONE_NANOS = 3_000_000_000L;

    private final Seat seat;
    private final Rules rules;
    private final Set<Copy> frozen = new LinkedHashSet<>();

    /** Those with a stop or drop under way here. */
    private final Set<Copy> fanned = new LinkedHashSet<>();

    private int questions;

    Ending(Seat seat, Rules rules) {
        this.seat = seat;
        this.rules = rules;
    }

    int frozen() {
        return frozen.size();
    }

    private void begin(Copy copy, Fan fan) {
        copy.fan = fan;
        fanned.add(copy);
    }

    /** The stop or drop that is under way here, if any, counts no more. */
    void forget(Copy copy) {
        copy.fan = null;
        fanned.remove(copy);
    }

    boolean isFrozen(Copy copy) {
        return frozen.contains(copy);
    }

    // At the home.

    /**
     * Nobody seems to use it: ask.
     *
     * @param answered runs when all have said what they saw, and it goes on or is ended; never
     *     where one has not
     */
    void stopAll(Copy copy, Runnable answered) {
        Fan fan = Fan.stopOfHome(questions++, others(copy, null));
        beginStop(copy, fan);
        copy.await(() -> {
            if (fan.isAnswered()) {
                answered.run();
            }
        });
        finishStop(copy);
        waitFor(copy, STOP_PATIENCE_NANOS);
    }

    /** For good. */
    void dropAll(Copy copy) {
        Holders others = copy.noted().without(seat.me).without(copy.gate);
        forwardNoMore(copy);
        begin(copy, Fan.dropOfHome(others));
        others.forEach(other -> seat.send(other, new Frame.Drop(copy.id())));
        finishDrop(copy);
        seat.wake(copy);
    }

    private void forwardNoMore(Copy copy) {
        copy.become(Copy.State.ENDING, seat.now());
        if (copy.installed) {
            copy.installed = false;
            seat.carriage.drop(copy.id());
        }
    }

    private void ended(Copy copy) {
        forget(copy);
        if (rules.hold(Rule.FREEZE) && seat.members.frozen(copy.opener.opened())) {
            if (!copy.frozen) {
                seat.copies.freeze(copy);
            }
            frozen.add(copy);
        } else {
            free(copy);
        }
    }

    private void free(Copy copy) {
        seat.copies.remove(copy);
        seat.counters.ended++;
        seat.send(
                copy.opener.lessee(),
                new Frame.Freed(
                        copy.id(),
                        copy.lease,
                        copy.natPort(),
                        Timeouts.ended(copy.flagsOut(), copy.flagsIn())));
        seat.wake(copy);
    }

    /** Ends under way are void, and what is frozen is judged anew by the home of the new epoch. */
    void learned() {
        frozen.clear();
        List<Copy> underWay = List.copyOf(fanned);
        fanned.clear();
        for (Copy copy : underWay) {
            copy.fan = null;
            if (seat.copies.has(copy) && copy.state == Copy.State.STOPPED) {
                goOn(copy);
            }
        }
    }

    /** Who asked over that session asks again, or nobody does. */
    void down(Incarnation peer) {
        for (Copy copy : fanned) {
            Fan fan = copy.fan;
            if (fan != null && fan.isAskedBy(peer)) {
                fan.forgetAsker();
            }
        }
    }

    // At any holder.

    void stop(Incarnation asker, Frame.Stop stop) {
        Copy copy = seat.copies.get(stop.id());
        if (copy == null || copy.state == Copy.State.ENDING) {
            seat.send(asker, new Frame.Stopped(stop.question(), Frame.Sight.never(stop.id())));
            return;
        }
        Fan known = copy.fan;
        if (known == null) {
            beginStop(copy, Fan.stop(questions++, asker, stop.question(), others(copy, asker)));
            finishStop(copy);
            waitFor(copy, STOPPED_ALONE_NANOS);
        } else if (known.isForgotten()) {
            known.adopt(asker, stop.question());
            finishStop(copy);
        } else if (!known.isAskedBy(asker) || known.isAnswered()) {
            seat.send(asker, new Frame.Stopped(stop.question(), copy.sight(seat.now())));
        } else {
            known.adopt(asker, stop.question());
        }
    }

    private void beginStop(Copy copy, Fan fan) {
        copy.become(Copy.State.STOPPED, seat.now());
        if (copy.installed) {
            copy.saw(seat.carriage.stop(copy.id()));
        }
        begin(copy, fan);
        others(copy, fan.asker())
                .forEach(other -> seat.send(other, new Frame.Stop(copy.id(), fan.question)));
    }

    /** Where others are to answer first, or who asked is to go on: not for ever. */
    private void waitFor(Copy copy, long nanos) {
        if (copy.state == Copy.State.STOPPED) {
            seat.after(nanos, () -> late(copy));
        }
    }

    private Holders others(Copy copy, @Nullable Incarnation asker) {
        Holders others = copy.noted().without(seat.me).without(copy.home);
        return asker == null ? others : others.without(asker);
    }

    private void late(Copy copy) {
        if (seat.copies.has(copy)
                && copy.state == Copy.State.STOPPED
                && seat.now() - copy.stateNanos >= STOP_PATIENCE_NANOS) {
            callOff(copy);
        }
    }

    void stopped(Incarnation from, Frame.Stopped answer) {
        Copy copy = seat.copies.get(answer.sight().id());
        if (copy == null || copy.fan == null || copy.fan.kind != Fan.Kind.STOP) {
            return;
        }
        copy.saw(answer.sight(), seat.now());
        if (copy.fan.question == answer.question()) {
            copy.fan.answered(from);
            finishStop(copy);
        }
    }

    private void finishStop(Copy copy) {
        Fan fan = copy.fan;
        if (fan == null || !fan.isAnswered() || fan.isForgotten()) {
            return;
        }
        long now = seat.now();
        Incarnation asker = fan.asker();
        if (asker != null) {
            seat.send(asker, new Frame.Stopped(fan.asked(), copy.sight(now)));
        } else if (now - seat.copies.lastSeenNanos(copy) >= idleNanos(copy)) {
            dropAll(copy);
        } else {
            callOff(copy);
        }
    }

    /** What lacks a sight counts as answered: nobody knows that it was not. */
    long idleNanos(Copy copy) {
        int in = copy.flagsIn() == 0 && copy.lacksSight ? Seat.ACK : copy.flagsIn();
        return seat.timeouts.idleNanos(copy.protocol(), copy.flagsOut(), in);
    }

    private void callOff(Copy copy) {
        Fan fan = copy.fan;
        Holders others = others(copy, fan == null ? null : fan.asker());
        others.forEach(other -> seat.send(other, new Frame.Resume(copy.id())));
        if (fan != null && fan.atHome) {
            seat.counters.endsCalledOff++;
        }
        goOn(copy);
    }

    /** Forwards again what was only stopped. */
    void goOn(Copy copy) {
        forget(copy);
        copy.become(Copy.State.OPEN, seat.now());
        if (copy.installed) {
            seat.carriage.resume(copy.id());
        }
        seat.wake(copy);
    }

    /**
     * Only by who asked for the stop, or where he is lost. Copies are noted in rings too: there a
     * resume that has gone round would call off the next stop, and both would chase each other for
     * ever.
     */
    void resume(Incarnation from, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy == null || copy.state != Copy.State.STOPPED) {
            return;
        }
        Fan fan = copy.fan;
        if (fan == null || fan.isForgotten() || fan.isAskedBy(from)) {
            callOff(copy);
        }
    }

    void drop(Incarnation asker, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy == null) {
            seat.send(asker, new Frame.Dropped(id));
            return;
        }
        Fan fan = copy.fan;
        if (copy.state == Copy.State.ENDING && fan != null) {
            // Asked by two: one need not wait, since the other does. The home does where it is one
            // of them. Where the first one's session broke, whoever asks next waits.
            Incarnation first = fan.asker();
            if (first == null && !fan.atHome || asker.equals(copy.home)) {
                fan.adopt(asker);
                answer(first, asker, id);
            } else {
                answer(asker, first, id);
            }
            return;
        }
        Holders others = rules.hold(Rule.ACKNOWLEDGE) ? given(copy, asker) : copy.noted().none();
        forwardNoMore(copy);
        begin(copy, Fan.drop(asker, others));
        others.forEach(other -> seat.send(other, new Frame.Drop(id)));
        finishDrop(copy);
        seat.wake(copy);
    }

    /** {@code peer} waits no more, unless it is {@code waiting} itself. */
    private void answer(
            @Nullable Incarnation peer, @Nullable Incarnation waiting, ConnectionId id) {
        if (peer != null && !peer.equals(waiting)) {
            seat.send(peer, new Frame.Dropped(id));
        }
    }

    /**
     * To whom this node gave it, the home among them: what was given is on its way there perhaps,
     * and must not arrive after the port is free.
     */
    private Holders given(Copy copy, Incarnation asker) {
        return copy.noted().without(seat.me).without(asker);
    }

    void dropped(Incarnation from, ConnectionId id) {
        Copy copy = seat.copies.get(id);
        if (copy == null || copy.fan == null || copy.fan.kind != Fan.Kind.DROP) {
            return;
        }
        copy.fan.answered(from);
        copy.strike(from);
        finishDrop(copy);
    }

    private void finishDrop(Copy copy) {
        Fan fan = copy.fan;
        if (fan == null || (rules.hold(Rule.ACKNOWLEDGE) && !fan.isAnswered())) {
            return;
        }
        if (!fan.atHome) {
            forget(copy);
            Incarnation asker = fan.asker();
            if (!holdsTheKey(copy, asker)) {
                seat.copies.remove(copy);
            }
            if (asker != null) {
                seat.send(asker, new Frame.Dropped(copy.id()));
            }
            return;
        }
        // A gate of a new epoch may have been given it by others than the home: it is asked too.
        if (!fan.gateAsked && !seat.isMe(copy.gate)) {
            fan.gateAsked = true;
            fan.await(copy.gate);
            seat.send(copy.gate, new Frame.Drop(copy.id()));
            if (rules.hold(Rule.ACKNOWLEDGE)) {
                return;
            }
        }
        ended(copy);
    }

    /**
     * A gate may be asked by one who gave it a copy, while others still forward: it lets nobody in
     * under the same inside key before the home, which asks it last, says so.
     */
    private boolean holdsTheKey(Copy copy, @Nullable Incarnation asker) {
        return rules.hold(Rule.GATE_LAST) && seat.isMe(copy.gate) && !copy.home.equals(asker);
    }

    /** A new session: what was asked in the old one is asked again. */
    void up(Incarnation peer) {
        for (Copy copy : List.copyOf(fanned)) {
            Fan fan = copy.fan;
            if (fan != null && fan.awaits(peer)) {
                seat.send(
                        peer,
                        switch (fan.kind) {
                            case STOP -> new Frame.Stop(copy.id(), fan.question);
                            case DROP -> new Frame.Drop(copy.id());
                        });
            }
        }
    }
}
