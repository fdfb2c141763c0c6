package io.sallyport.gateway.peers;

import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * A new epoch: every member tells the homes of that epoch every copy it has, then that this was
 * all. A home that has heard so from every member judges, passes copies on to gates and keepers,
 * and says so in its turn; a gate that has heard that from every member accepts. So only homes give
 * copies to gates, and note it; a copy can never reach a gate after its drop. Sent in pieces, so
 * that packets do not wait. Worker thread.
 */
final class Handover {

    /** Copies looked at in one turn. */
    private static final int PIECE = 256;

    /** What is still to be told; {@code only} limits it to one receiver after a broken session. */
    private final class Telling {
        final Iterator<Copy> rest;
        final List<Incarnation> receivers;

        Telling(List<Incarnation> receivers) {
            this.receivers = receivers;
            rest = seat.copies.snapshot().iterator();
        }

        int tell() {
            int done = 0;
            while (rest.hasNext() && done < PIECE) {
                Copy copy = rest.next();
                done++;
                boolean due = seat.rules.hold(Rule.EVERY_COPY) || copy.homeIsNew;
                if (due && seat.copies.has(copy) && receivers.contains(copy.home)) {
                    handOver(copy);
                }
            }
            return done;
        }
    }

    private final Seat seat;
    private final Home home;
    private final Gate gate;
    private final Ending ending;
    private final Runnable onSettled;
    private final Deque<Telling> tellings = new ArrayDeque<>();

    Handover(Seat seat, Home home, Gate gate, Ending ending, Runnable onSettled) {
        this.seat = seat;
        this.home = home;
        this.gate = gate;
        this.ending = ending;
        this.onSettled = onSettled;
    }

    /** This node is a member of a new epoch. */
    void learned() {
        tellings.clear();
        Keepers keepers = seat.members.keepers();
        for (Copy copy : seat.copies.snapshot()) {
            copy.noted.clear();
            Incarnation former = copy.home;
            copy.home = keepers.home(copy.outside);
            copy.homeIsNew = !copy.home.equals(former);
            copy.gate = keepers.gate(copy.connection.inside());
            if (copy.state == Copy.State.STOPPED) {
                ending.goOn(copy);
            }
            copy.fan = null;
        }
        tellings.add(new Telling(keepers.members()));
    }

    /** It is none: nothing is told until it is one again. */
    void left() {
        tellings.clear();
    }

    int turn() {
        Telling telling = tellings.peek();
        if (telling == null) {
            return 0;
        }
        int done = telling.tell();
        if (!telling.rest.hasNext()) {
            tellings.remove();
            telling.receivers.forEach(r -> seat.send(r, new Frame.HandedOver()));
            done++;
        }
        return done;
    }

    private void handOver(Copy copy) {
        seat.counters.handedOver++;
        seat.send(
                copy.home,
                new Frame.HandOver(
                        copy.held(seat.now()),
                        copy.state == Copy.State.OPENING,
                        copy.state == Copy.State.ENDING,
                        copy.gateAgreed,
                        copy.frozen));
    }

    /** At the home. */
    void handedOver(Incarnation from, Frame.HandOver told) {
        Copy copy = seat.keep(told.held(), state(told));
        copy.gateAgreed |= told.gateAgreed();
        copy.noted.add(from);
        copy.noted.add(seat.me);
        if (told.ending() && copy.state != Copy.State.ENDING) {
            copy.fan = null;
            copy.become(Copy.State.ENDING, seat.now());
            if (copy.installed) {
                copy.installed = false;
                seat.carriage.drop(copy.id());
            }
            seat.wake(copy);
        } else if (copy.state == Copy.State.OPENING && !told.opening()) {
            home.opened(from, copy.id());
        }
        if (told.frozen() && !copy.frozen) {
            seat.copies.freeze(copy);
        }
    }

    private static Copy.State state(Frame.HandOver told) {
        if (told.ending()) {
            return Copy.State.ENDING;
        }
        return told.opening() ? Copy.State.OPENING : Copy.State.OPEN;
    }

    void handedOver(Incarnation from) {
        if (seat.members.handedOver(from)) {
            home.settle();
            for (Incarnation member : seat.members.keepers().members()) {
                seat.send(member, new Frame.HomesDone());
            }
            onSettled.run();
        }
    }

    void homesDone(Incarnation from) {
        if (seat.members.homesDone(from)) {
            gate.settle();
            onSettled.run();
        }
    }

    /** A new session: what was told in the old one may be lost. */
    void up(Incarnation peer) {
        tellings.add(new Telling(List.of(peer)));
        if (seat.members.homeSettled()) {
            home.up(peer);
            seat.send(peer, new Frame.HomesDone());
        }
    }
}
