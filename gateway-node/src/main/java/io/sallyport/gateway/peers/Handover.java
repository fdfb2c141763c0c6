package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A new epoch: every member tells the homes of that epoch of every copy it has, then that this was
 * all. A home that has heard so from every member judges, passes copies on to gates and keepers,
 * and says so in its turn; a gate that has heard that from every member accepts. So only homes give
 * copies to gates, and note it; a copy can never reach a gate after its drop.
 *
 * <p>Most homes have what they are told of. So of an open connection who holds it says only that,
 * and what was seen of it; the home answers which ones it lacks, those it is told in full, and not
 * before the last answer "that was all". In pieces, so that packets do not wait. Worker thread.
 */
final class Handover {

    /** Copies looked at in one turn. */
    private static final int PIECE = 512;

    /** Copies told of in one frame. */
    private static final int HOLDS = 128;

    /** One of the members, as far as it has been told in the session that it has now. */
    private static final class Receiver {
        final Incarnation member;
        final List<Frame.Hold> holds = new ArrayList<>();
        int unanswered;
        boolean walked;

        Receiver(Incarnation member) {
            this.member = member;
        }
    }

    /** A pass over all copies, for some receivers or one. */
    private record Telling(CopyWalk rest, List<Receiver> receivers) {}

    private final Seat seat;
    private final Home home;
    private final Gate gate;
    private final Ending ending;
    private final Runnable onSettled;
    private final Deque<Telling> tellings = new ArrayDeque<>();

    /** Who has not been told yet that it was all. */
    private final Map<Incarnation, Receiver> receivers = new HashMap<>();

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
        tell(seat.members.keepers().members());
    }

    /** It is none: nothing is told until it is one again. */
    void left() {
        tellNothing();
    }

    private void tellNothing() {
        tellings.forEach(telling -> telling.rest().stop());
        tellings.clear();
        receivers.clear();
    }

    private void tell(List<Incarnation> members) {
        List<Receiver> told = members.stream().map(Receiver::new).toList();
        told.forEach(receiver -> receivers.put(receiver.member, receiver));
        tellings.add(new Telling(seat.copies.walk(), told));
    }

    int turn() {
        Telling telling = tellings.peek();
        if (telling == null) {
            return 0;
        }
        int done = 0;
        CopyWalk rest = telling.rest();
        while (rest.hasNext() && done < PIECE) {
            Copy copy = rest.next();
            done++;
            if (seat.copies.has(copy)
                    && (seat.rules.hold(Rule.EVERY_COPY) || copy.homeIsNew)
                    && isToldBy(telling, copy.home)) {
                handOver(copy);
            }
        }
        // Not later than what is said next: a home that hears of a copy counts on it.
        telling.receivers().forEach(this::sayHolds);
        if (!rest.hasNext() || telling.receivers().stream().noneMatch(this::isToBeTold)) {
            rest.stop();
            tellings.remove();
            telling.receivers().forEach(this::walked);
            done++;
        }
        return done;
    }

    private boolean isToldBy(Telling telling, Incarnation home) {
        Receiver receiver = receivers.get(home);
        return receiver != null && telling.receivers().contains(receiver);
    }

    /** One whose session is new since is told all by a later telling. */
    private boolean isToBeTold(Receiver receiver) {
        return receivers.get(receiver.member) == receiver;
    }

    private void handOver(Copy copy) {
        seat.counters.handedOver++;
        if (seat.isMe(copy.home)) {
            copy.note(seat.me);
        } else if (isPlain(copy)) {
            hold(copy);
        } else {
            handOverInFull(copy);
        }
    }

    /** The home, if it has it, has nothing else to learn of it. */
    private static boolean isPlain(Copy copy) {
        return (copy.state == Copy.State.OPEN || copy.state == Copy.State.STOPPED)
                && !copy.frozen
                && copy.client.path().moves() == 0;
    }

    private void hold(Copy copy) {
        Receiver receiver = receivers.get(copy.home);
        if (receiver == null) {
            return;
        }
        noteHome(copy);
        receiver.holds.add(
                new Frame.Hold(copy.sight(seat.now()), copy.gateAgreed, copy.lacksSight));
        if (receiver.holds.size() == HOLDS) {
            sayHolds(receiver);
        }
    }

    /** Told is given: a drop that comes here first must follow it to the home. */
    private void noteHome(Copy copy) {
        copy.note(copy.home);
        seat.observe(copy);
    }

    private void sayHolds(Receiver receiver) {
        if (receiver.holds.isEmpty() || !isToBeTold(receiver)) {
            return;
        }
        receiver.unanswered++;
        seat.send(receiver.member, new Frame.Holding(receiver.holds));
        receiver.holds.clear();
    }

    private void handOverInFull(Copy copy) {
        seat.counters.handedOverInFull++;
        noteHome(copy);
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

    private void walked(Receiver receiver) {
        if (isToBeTold(receiver)) {
            receiver.walked = true;
            finish(receiver);
        }
    }

    private void finish(Receiver receiver) {
        if (receiver.walked && receiver.unanswered == 0) {
            receivers.remove(receiver.member);
            seat.send(receiver.member, new Frame.HandedOver());
        }
    }

    /** The home's answer: those that are here still it is told in full. */
    void lacking(Incarnation from, List<ConnectionId> ids) {
        for (ConnectionId id : ids) {
            Copy copy = seat.copies.get(id);
            if (copy != null && copy.home.equals(from) && !isEndedByHome(copy)) {
                handOverInFull(copy);
            }
        }
        Receiver receiver = receivers.get(from);
        if (receiver != null && receiver.unanswered > 0) {
            receiver.unanswered--;
            finish(receiver);
        }
    }

    /** It was open when its home was told of it, which has it of another by now. */
    private static boolean isEndedByHome(Copy copy) {
        return copy.state == Copy.State.ENDING && copy.fan != null;
    }

    /** At the home. */
    void holding(Incarnation from, List<Frame.Hold> holds) {
        List<ConnectionId> lacking = new ArrayList<>();
        long now = seat.now();
        for (Frame.Hold hold : holds) {
            Copy copy = seat.copies.get(hold.sight().id());
            if (copy == null) {
                lacking.add(hold.sight().id());
            } else {
                copy.saw(hold.sight(), now);
                unmoved(from, copy);
                told(from, copy, hold.gateAgreed(), hold.lacksSight());
                if (copy.state == Copy.State.OPENING) {
                    home.opened(from, copy.id());
                }
            }
        }
        seat.send(from, new Frame.Lacking(lacking));
    }

    /** He has heard of no move: such copies are told of in full. */
    private void unmoved(Incarnation from, Copy copy) {
        if (copy.client.path().moves() > 0) {
            seat.send(from, new Frame.Moved(copy.id(), copy.client.path()));
        }
    }

    /** At the home, in full. */
    void handedOver(Incarnation from, Frame.HandOver told) {
        Copy copy = seat.keep(from, told.held(), state(told));
        told(from, copy, told.gateAgreed(), told.lacksSight());
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

    private void told(Incarnation from, Copy copy, boolean gateAgreed, boolean lacksSight) {
        copy.gateAgreed |= gateAgreed;
        copy.lacksSight |= lacksSight;
        copy.note(from);
        copy.note(seat.me);
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
        tell(List.of(peer));
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
