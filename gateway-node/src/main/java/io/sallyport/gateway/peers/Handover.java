package io.sallyport.gateway.peers;

import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        final CopyWalk rest;
        final List<Incarnation> receivers;

        Telling(List<Incarnation> receivers) {
            this.receivers = receivers;
            rest = seat.copies.walk();
        }

        int tell() {
            int done = 0;
            while (rest.hasNext() && done < PIECE) {
                Copy copy = rest.next();
                done++;
                if (seat.copies.has(copy)
                        && (seat.rules.hold(Rule.EVERY_COPY) || copy.homeIsNew)
                        && receivers.contains(copy.home)) {
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

    /** Peers with a new session, and how many walks for them are under way. */
    private final Map<Incarnation, Integer> tellingAgain = new HashMap<>();

    /** As home I have judged and passed on all that there was. */
    private boolean judged;

    Handover(Seat seat, Home home, Gate gate, Ending ending, Runnable onSettled) {
        this.seat = seat;
        this.home = home;
        this.gate = gate;
        this.ending = ending;
        this.onSettled = onSettled;
    }

    /** This node is a member of a new epoch. */
    void learned() {
        tellNothing();
        tellingAgain.clear();
        judged = false;
        seat.copies.enter(seat.members.keepers(), seat.now());
        tellings.add(new Telling(seat.members.keepers().members()));
    }

    /** It is none: nothing is told until it is one again. */
    void left() {
        tellNothing();
    }

    private void tellNothing() {
        tellings.forEach(telling -> telling.rest.stop());
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
        // Told is given: a drop that comes here first must follow it to the home.
        if (!seat.isMe(copy.home)) {
            copy.note(copy.home);
            seat.observe(copy);
        }
        seat.send(
                copy.home,
                new Frame.HandOver(
                        copy.held(seat.now()),
                        copy.state == Copy.State.OPENING,
                        copy.state == Copy.State.ENDING,
                        copy.gateAgreed,
                        copy.frozen,
                        copy.lacksSight));
    }

    /** At the home. */
    void handedOver(Incarnation from, Frame.HandOver told) {
        Copy copy = seat.keep(told.held(), state(told));
        copy.gateAgreed |= told.gateAgreed();
        copy.lacksSight |= told.lacksSight();
        copy.note(from);
        copy.note(seat.me);
        if (told.ending() && copy.state != Copy.State.ENDING) {
            ending.forget(copy);
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
            home.settle(this::judged);
            onSettled.run();
        }
    }

    private void judged() {
        judged = true;
        for (Incarnation member : seat.members.keepers().members()) {
            if (!tellingAgain.containsKey(member)) {
                seat.send(member, new Frame.HomesDone());
            }
        }
    }

    void homesDone(Incarnation from) {
        if (seat.members.homesDone(from)) {
            gate.settle();
            onSettled.run();
        }
    }

    /**
     * A new session: what was told in the old one may be lost. "That was all" comes after what it
     * speaks of, in the newest session.
     */
    void up(Incarnation peer) {
        tellings.add(new Telling(List.of(peer)));
        if (seat.members.homeSettled()) {
            tellingAgain.merge(peer, 1, Integer::sum);
            home.tellAgain(peer, () -> toldAgain(peer));
        }
    }

    private void toldAgain(Incarnation peer) {
        if (tellingAgain.merge(peer, -1, Integer::sum) == 0) {
            tellingAgain.remove(peer);
            if (judged) {
                seat.send(peer, new Frame.HomesDone());
            }
        }
    }
}
