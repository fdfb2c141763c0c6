package io.sallyport.store.client;

import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.calls.RoundRobin;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The talk of one client with one group about one law: wishes that wait, and the calls that are on
 * their way. What waits when a turn of the loop ends goes together; where that is more than a frame
 * holds, each elastic IP has its turn. On the client's loop only.
 */
final class Lane {

    /** A larger frame would make those behind it wait longer than it saves. */
    private static final int FRAME_BYTES_MAX = 64 * 1024;

    /** Frames on their way: the leader always has the next one, and what waits here grows. */
    private static final int FRAMES_MAX = 4;

    /** Wishes that may wait; beyond this the caller hears at once that it is too much. */
    static final int WAITING_MAX = 32_768;

    /** After so long without an answer a store counts as stuck. Below the usual deadlines. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long a group that has not heard of something yet is given to hear of it. */
    private static final long HEARING_MILLIS = 2;

    /** What a lane needs of its client. */
    interface Client {
        /** Sends it, as often as it takes. */
        void begin(Request request);

        /** Runs it on the loop, after what waits there already. */
        void soon(Runnable task, long millis);
    }

    private final int group;
    private final Law law;
    private final Client owner;
    private final long client = new SecureRandom().nextLong();
    private final RoundRobin<Object, Wish<?>> waiting = new RoundRobin<>();
    private final NavigableSet<Long> open = new TreeSet<>();
    private final Set<Wish<?>> early = new LinkedHashSet<>();
    private long lastSequence;
    private boolean flushing;

    /** Who leads the group, by our guess. */
    @Nullable StoreConnection guess;

    Lane(int group, Law law, Client owner) {
        this.group = group;
        this.law = law;
        this.owner = owner;
    }

    int group() {
        return group;
    }

    Law law() {
        return law;
    }

    long client() {
        return client;
    }

    /** The lowest sequence of which an answer is still waited for. */
    long floor() {
        return open.isEmpty() ? lastSequence + 1 : open.first();
    }

    /** Says it with whatever else is said in this turn of the loop. */
    void say(Object turn, Wish<?> wish) {
        if (waiting.size() >= WAITING_MAX) {
            wish.end(new Outcome.Refused<>(WAITING_MAX + " calls wait already"));
            return;
        }
        waiting.add(turn, wish);
        flushSoon();
    }

    /** Says it at once, alone and once only. */
    void sayOnce(Wish<?> wish) {
        owner.begin(batch(Request.Kind.CHANGE_ONCE, List.of(wish)));
    }

    /** Says as a new wish what was answered too early. */
    void sayAgain(Wish<?> wish) {
        early.add(wish);
        owner.soon(
                () -> {
                    if (early.remove(wish)) {
                        say(this, wish);
                    }
                },
                HEARING_MILLIS);
    }

    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            owner.soon(this::flush, 0);
        }
    }

    private void flush() {
        flushing = false;
        while (open.size() < FRAMES_MAX && !waiting.isEmpty()) {
            owner.begin(batch(Request.Kind.CHANGE, frame()));
        }
    }

    private List<Wish<?>> frame() {
        List<Wish<?>> wishes = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && wishes.size() < ClientCall.COMMANDS_MAX) {
            bytes += Bundle.ITEM_OVERHEAD_BYTES + waiting.first().command().length;
            if (!wishes.isEmpty() && bytes > FRAME_BYTES_MAX) {
                break;
            }
            wishes.add(waiting.take());
        }
        return wishes;
    }

    private Batch batch(Request.Kind kind, List<Wish<?>> wishes) {
        long sequence = ++lastSequence;
        open.add(sequence);
        return new Batch(kind, this, sequence, wishes, PATIENCE_NANOS);
    }

    /** Nobody waits for the batch any more. */
    void done(Batch batch) {
        open.remove(batch.sequence());
        if (!waiting.isEmpty()) {
            flushSoon();
        }
    }

    /** Gives up on wishes that waited too long; none of them was ever sent. */
    void expire(long nowNanos) {
        waiting.removeIf(
                wish -> wish.expired(nowNanos),
                wish -> wish.end(new Outcome.Refused<>("no turn came in time")));
    }

    /** Gives up on all that waits. */
    void refuseAll(String reason) {
        waiting.removeIf(wish -> true, wish -> wish.end(new Outcome.Refused<>(reason)));
        early.forEach(wish -> wish.end(new Outcome.Refused<>(reason)));
        early.clear();
    }
}
