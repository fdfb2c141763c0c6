package io.sallyport.gateway.peers;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts are under way at once, and which wishes wait for their turn. Where keepers take
 * long to agree, more attempts only make all of them take longer, until each is given up before it
 * is agreed to and said again: all work is in vain then. So the window is like TCP's (RFC 5681): it
 * grows while agreement comes soon, and shrinks where it comes late. Who has no place in it waits
 * for a moment, and where that is not enough nobody else is let in: a client says its first packet
 * again. Worker thread.
 */
final class Admission {

    /** Attempts that are under way in any case. */
    static final int LEAST = 64;

    private static final int MOST = 1 << 14;
    private static final int FIRST = 512;

    /** Agreement takes a millisecond or two where there is not too much to do. */
    static final long LATE_NANOS = 100_000_000L;

    /** The first to wait has waited for so long: it is too much. */
    static final long WAIT_NANOS = 300_000_000L;

    private static final double SHRINKS = 0.7;

    private record Waiting(Wishing wishing, long sinceNanos) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private double window = FIRST;
    private int underWay;
    private long shrankNanos = Long.MIN_VALUE / 2;

    /** Whether who comes now has to wait for his turn. */
    boolean isBusy() {
        return first() != null || !hasRoom();
    }

    private boolean hasRoom() {
        return underWay < window;
    }

    /** Whether nobody else is to be let in now. */
    boolean isFull(long nowNanos) {
        Waiting first = first();
        return first != null && nowNanos - first.sinceNanos > WAIT_NANOS;
    }

    /** Those that are over have no turn. */
    private @Nullable Waiting first() {
        Waiting first = waiting.peek();
        while (first != null && first.wishing.over) {
            waiting.remove();
            first = waiting.peek();
        }
        return first;
    }

    void await(Wishing wishing, long nowNanos) {
        wishing.waits = true;
        waiting.add(new Waiting(wishing, nowNanos));
    }

    /** The next one whose turn it is; null where none waits, or there is no room. */
    @Nullable Wishing next(boolean limited) {
        Waiting first = first();
        if (first == null || limited && !hasRoom()) {
            return null;
        }
        waiting.remove();
        first.wishing.waits = false;
        return first.wishing;
    }

    void began(Attempt attempt) {
        attempt.counts = true;
        underWay++;
    }

    /** All have agreed to it; late also where somebody was taken for silent who is not. */
    void agreed(Attempt attempt, long nowNanos) {
        long took = nowNanos - attempt.begunNanos();
        if (took > LATE_NANOS) {
            shrink(nowNanos, took);
        } else if (attempt.counts && 2 * underWay > window) {
            window = Math.min(MOST, window + 1);
        }
        over(attempt);
    }

    /** It was in vain, though all could be reached; or its wish is over before that. */
    void late(Attempt attempt, long nowNanos) {
        long took = nowNanos - attempt.begunNanos();
        if (attempt.counts && took > LATE_NANOS) {
            shrink(nowNanos, took);
        }
    }

    /** Once for all that were under way together. */
    private void shrink(long nowNanos, long took) {
        if (nowNanos - shrankNanos > took) {
            shrankNanos = nowNanos;
            window = Math.max(LEAST, window * SHRINKS);
        }
    }

    /** It is over, or waits for somebody who is silent: it says nothing of how long others take. */
    void over(Attempt attempt) {
        if (attempt.counts) {
            attempt.counts = false;
            underWay--;
        }
    }
}
