package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Keeping.Waiter;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A packet met a node that does not know its connection: who does? The home (from outside) or the
 * gate (from inside) is asked, and all others as well where that one looks dead, is slow, or does
 * not have it yet in an epoch that is not settled. Whoever gives a copy away notes to whom. An open
 * that cannot go on looks in the same way for what may be there already. Worker thread.
 */
final class Carry {

    static final long QUESTION_NANOS = 2_000_000_000L;

    /** The first one asked is slow: ask all. */
    static final long HEDGE_NANOS = 30_000_000L;

    static final int QUESTIONS_MAX = 1 << 14;

    /** Opens that look for a connection leave as much room to packets of known ones. */
    private static final int SEEKING_MAX = QUESTIONS_MAX / 2;

    /** An open that would rather have a connection that is there. */
    interface Seeker {
        /** One is here now, and open; it is not installed yet. */
        void here();
    }

    /** Exactly one of the keys is there. */
    private static final class Question {
        final long number;
        final @Nullable InsideKey inside;
        final @Nullable OutsideKey outside;
        final List<Waiter> waiters = new ArrayList<>(1);
        final List<Seeker> seekers = new ArrayList<>(1);
        final Set<Incarnation> asked = new LinkedHashSet<>();
        final Set<Incarnation> outstanding = new LinkedHashSet<>();
        boolean resting;

        Question(long number, @Nullable InsideKey inside, @Nullable OutsideKey outside) {
            this.number = number;
            this.inside = inside;
            this.outside = outside;
        }

        Object key() {
            return inside != null ? inside : requireNonNull(outside);
        }

        Frame.Deed frame() {
            return inside != null
                    ? new Frame.AskInside(number, inside)
                    : new Frame.AskOutside(number, requireNonNull(outside));
        }
    }

    private final Seat seat;
    private final Rules rules;
    private final Horizon horizon;
    private final Map<Object, Question> byKey = new HashMap<>();
    private final Map<Long, Question> byNumber = new HashMap<>();
    private long numbers;

    Carry(Seat seat, Rules rules, Horizon horizon) {
        this.seat = seat;
        this.rules = rules;
        this.horizon = horizon;
    }

    void find(InsideKey key, Waiter waiter) {
        find(new Question(++numbers, key, null), waiter);
    }

    void find(OutsideKey key, Waiter waiter) {
        find(new Question(++numbers, null, key), waiter);
    }

    private void find(Question question, Waiter waiter) {
        Question known = byKey.get(question.key());
        if (known != null) {
            known.waiters.add(waiter);
            return;
        }
        if (!seat.member() || !horizon.acting(seat.now())) {
            refuse(waiter, Refusal.NOT_ACTING);
            return;
        }
        if (byKey.size() >= QUESTIONS_MAX) {
            refuse(waiter, Refusal.OVERLOADED);
            return;
        }
        question.waiters.add(waiter);
        begin(question);
    }

    /**
     * For an open that cannot go on now. Only "here it is" counts for it: whether there is none the
     * gate says when it is asked to let another in.
     */
    void seek(InsideKey key, Seeker seeker) {
        Question known = byKey.get(key);
        if (known != null) {
            if (!known.seekers.contains(seeker)) {
                known.seekers.add(seeker);
            }
        } else if (seat.member() && horizon.acting(seat.now()) && byKey.size() < SEEKING_MAX) {
            Question question = new Question(++numbers, key, null);
            question.seekers.add(seeker);
            seat.counters.sought++;
            begin(question);
        }
    }

    private void begin(Question question) {
        byKey.put(question.key(), question);
        byNumber.put(question.number, question);
        // No answer in time is no "no": whoever asked drops, and does not say that there is none.
        seat.after(QUESTION_NANOS, () -> answer(question, Refusal.KEEPERS_SILENT));
        search(question);
    }

    private boolean open(Question question) {
        return byNumber.get(question.number) == question;
    }

    /** Looks here, then asks. */
    private void search(Question question) {
        if (!open(question) || !seat.member() || !horizon.acting(seat.now())) {
            return;
        }
        Copy copy = seat.foremost(local(question.inside, question.outside));
        if (copy == null) {
            ask(question);
            return;
        }
        switch (copy.state) {
            case OPEN -> found(question, copy);
            case OPENING -> {
                copy.await(() -> search(question));
                if (question.waiters.isEmpty()) {
                    // The attempt that is here is perhaps the seeker's own.
                    ask(question);
                } else if (!seat.undecided(copy)) {
                    // Whoever was to tell that it is open may have died: its opener knows.
                    seat.after(HEDGE_NANOS, () -> askAll(question));
                }
            }
            case STOPPED -> copy.await(() -> search(question));
            case ENDING -> answer(question, Refusal.ENDING);
        }
    }

    private List<Copy> local(@Nullable InsideKey inside, @Nullable OutsideKey outside) {
        if (inside != null) {
            return seat.copies.inside(inside);
        }
        return outside == null ? List.of() : seat.copies.outside(outside);
    }

    private Incarnation judge(@Nullable InsideKey inside, @Nullable OutsideKey outside) {
        Keepers keepers = seat.members.keepers();
        if (inside != null) {
            return keepers.gate(inside);
        }
        return keepers.home(requireNonNull(outside));
    }

    private boolean settledHere(@Nullable InsideKey inside) {
        return inside != null ? seat.members.gateSettled() : seat.members.homeSettled();
    }

    private void ask(Question question) {
        if (!seat.member()) {
            return;
        }
        Incarnation judge = judge(question.inside, question.outside);
        if (seat.isMe(judge) && settledHere(question.inside)) {
            answer(question, Refusal.UNKNOWN_CONNECTION);
        } else if (!seat.isMe(judge) && seat.reachable(judge)) {
            // Also before the epoch is settled: most have the judge that they had, and whether it
            // may say "there is none" it knows itself.
            askOne(question, judge);
            seat.after(HEDGE_NANOS, () -> askAll(question));
        } else {
            askAll(question);
        }
    }

    private void askOne(Question question, Incarnation peer) {
        if (question.asked.add(peer)) {
            question.outstanding.add(peer);
            seat.counters.asked++;
            seat.send(peer, question.frame());
        }
    }

    private void askAll(Question question) {
        if (!open(question) || !seat.member()) {
            return;
        }
        for (Incarnation peer : seat.members.liveOthers()) {
            if (seat.reachable(peer)) {
                askOne(question, peer);
            }
        }
        exhausted(question);
    }

    /** All who could be asked have said no. */
    private void exhausted(Question question) {
        if (waitsForWhatIsHere(question)) {
            return;
        }
        boolean everybody = question.asked.containsAll(reachableOthers());
        if (question.outstanding.isEmpty() && everybody && settledHere(question.inside)) {
            Incarnation judge = judge(question.inside, question.outside);
            if (seat.isMe(judge)) {
                answer(question, Refusal.UNKNOWN_CONNECTION);
            } else if (!seat.reachable(judge)) {
                answer(question, Refusal.KEEPERS_SILENT);
            } else if (!question.resting) {
                // It was asked and is not sure: its epoch is not settled yet. That is no "no".
                question.resting = true;
                seat.after(HEDGE_NANOS, () -> askAnew(question));
            }
        }
    }

    /**
     * A copy that is not open yet is a "maybe", whatever the others say: its opener may have let
     * packets out, and its word of that be late. It is searched again when that copy changes.
     */
    private boolean waitsForWhatIsHere(Question question) {
        return local(question.inside, question.outside).stream().anyMatch(copy -> !copy.vain());
    }

    private void askAnew(Question question) {
        question.resting = false;
        if (open(question) && question.outstanding.isEmpty()) {
            question.asked.clear();
            search(question);
        }
    }

    private List<Incarnation> reachableOthers() {
        return seat.members.liveOthers().stream().filter(seat::reachable).toList();
    }

    private void found(Question question, Copy copy) {
        if (question.waiters.isEmpty()) {
            close(question);
        } else {
            int slot = seat.carriage.install(copy.connection(), copy.numbers());
            if (slot == Carriage.FULL) {
                answer(question, Refusal.OVERLOADED);
                return;
            }
            copy.installed = true;
            copy.seenNanos = seat.now();
            close(question);
            List.copyOf(question.waiters).forEach(w -> w.ready(slot));
        }
        List.copyOf(question.seekers).forEach(Seeker::here);
    }

    private void answer(Question question, Refusal refusal) {
        if (open(question)) {
            close(question);
            List.copyOf(question.waiters).forEach(w -> refuse(w, refusal));
        }
    }

    private void close(Question question) {
        byNumber.remove(question.number);
        byKey.remove(question.key());
    }

    private void refuse(Waiter waiter, Refusal refusal) {
        seat.counters.refused(refusal);
        waiter.refused(refusal);
    }

    // Answers.

    void answer(Incarnation from, long number, Frame.Held held) {
        // Kept also where the question was answered by another, or asked in a former session: who
        // gave it has noted us, and if he is its home he counts on us.
        Copy copy = seat.keep(from, held, Copy.State.OPEN);
        if (copy.state == Copy.State.OPENING) {
            copy.become(Copy.State.OPEN, seat.now());
        }
        Question question = byNumber.get(number);
        if (question != null && question.outstanding.remove(from)) {
            search(question);
        }
        seat.wake(copy);
    }

    void notHere(Incarnation from, long number, Frame.Absence absence) {
        Question question = byNumber.get(number);
        if (question == null || !question.outstanding.remove(from)) {
            return;
        }
        switch (absence) {
            case ENDING -> answer(question, Refusal.ENDING);
            case UNKNOWN -> answer(question, Refusal.UNKNOWN_CONNECTION);
            case NOT_HERE -> askAll(question);
        }
    }

    // Questions of others.

    void asked(
            Incarnation from,
            long number,
            @Nullable InsideKey inside,
            @Nullable OutsideKey outside) {
        Copy copy = seat.foremost(local(inside, outside));
        if (copy == null) {
            boolean sure = seat.isMe(judge(inside, outside)) && settledHere(inside);
            Frame.Absence absence = sure ? Frame.Absence.UNKNOWN : Frame.Absence.NOT_HERE;
            seat.send(from, new Frame.NotHere(number, absence));
            return;
        }
        switch (copy.state) {
            case OPEN -> give(from, number, copy);
            case OPENING, STOPPED -> askLater(from, number, inside, outside, copy);
            case ENDING -> seat.send(from, new Frame.NotHere(number, Frame.Absence.ENDING));
        }
    }

    /** As soon as it is known whether there is one. */
    private void askLater(
            Incarnation from,
            long number,
            @Nullable InsideKey inside,
            @Nullable OutsideKey outside,
            Copy copy) {
        // The asker has met a packet: that is life.
        copy.seenNanos = seat.now();
        Epoch epoch = seat.members.epoch();
        copy.await(() -> {
            if (epoch.equals(seat.members.epoch())) {
                asked(from, number, inside, outside);
            }
        });
    }

    private void give(Incarnation to, long number, Copy copy) {
        if (rules.hold(Rule.REGISTER)) {
            boolean unused = seat.given(copy, to);
        }
        seat.observe(copy);
        copy.seenNanos = seat.now();
        seat.counters.given++;
        seat.send(to, new Frame.Answer(number, copy.held(seat.now())));
    }

    // Changes.

    /** What was asked in that session is lost: others may know. */
    void down(Incarnation peer) {
        for (Question question : List.copyOf(byNumber.values())) {
            if (question.outstanding.remove(peer)) {
                question.asked.remove(peer);
                askAll(question);
            }
        }
    }

    /** A new epoch, or it is settled: everybody is asked anew. */
    void again() {
        for (Question question : List.copyOf(byNumber.values())) {
            question.asked.clear();
            question.outstanding.clear();
            search(question);
        }
    }
}
