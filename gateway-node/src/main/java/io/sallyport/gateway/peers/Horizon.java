package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.ids.Incarnation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Until when this node may act without another proof that it counts: an acknowledged Renew, or
 * heartbeats acknowledged by a majority of all that are not dead, in one epoch. Both count from
 * when they were sent. A horizon that has passed is never moved again: this life is over. Worker
 * thread.
 */
final class Horizon {

    /** T of docs/design/ALLOCATION.md 5. */
    static final long REACH_NANOS = 15_000_000_000L;

    private final Incarnation me;
    private final Members members;
    private final Runnable onFenced;
    private final Map<Incarnation, Long> acknowledged = new HashMap<>();
    private long untilNanos;

    /** Since when the machine did not sleep, as far as is known. */
    private long awakeNanos = Long.MIN_VALUE;

    private boolean fenced;

    /**
     * @param provedNanos when the Join was sent that made this life
     */
    Horizon(Incarnation me, Members members, long provedNanos, Runnable onFenced) {
        this.me = me;
        this.members = members;
        this.onFenced = onFenced;
        untilNanos = provedNanos + REACH_NANOS;
    }

    boolean acting(long nowNanos) {
        if (!fenced && nowNanos >= untilNanos) {
            fence();
        }
        return !fenced;
    }

    boolean fenced() {
        return fenced;
    }

    void fence() {
        if (!fenced) {
            fenced = true;
            onFenced.run();
        }
    }

    /** System.nanoTime; meaningless once fenced. */
    long untilNanos() {
        return untilNanos;
    }

    long leftNanos(long nowNanos) {
        return fenced ? 0 : Math.max(0, untilNanos - nowNanos);
    }

    /** The machine slept: that time is gone, and what was under way proves nothing any more. */
    void slept(long sleptNanos, long nowNanos) {
        untilNanos -= sleptNanos;
        awakeNanos = nowNanos;
        acknowledged.clear();
    }

    /** The store acknowledged a Renew. */
    void renewed(long sentNanos, long nowNanos) {
        if (acting(nowNanos) && sentNanos >= awakeNanos) {
            untilNanos = Math.max(untilNanos, sentNanos + REACH_NANOS);
        }
    }

    /** A peer of the same epoch acknowledged a heartbeat. */
    void acknowledged(Incarnation peer, long sentNanos, long nowNanos) {
        if (sentNanos >= awakeNanos) {
            acknowledged.merge(peer, sentNanos, Math::max);
            majority(nowNanos);
        }
    }

    void learned() {
        acknowledged.clear();
    }

    /** Moves the horizon to what a majority, this node included, proves. */
    void majority(long nowNanos) {
        if (!acting(nowNanos)) {
            return;
        }
        List<Member> counted = members.notDead();
        long[] proofs = new long[counted.size()];
        int proven = 0;
        boolean countsItself = false;
        for (Member member : counted) {
            boolean itself = member.incarnation().equals(me);
            Long proof = itself ? Long.valueOf(nowNanos) : acknowledged.get(member.incarnation());
            countsItself |= itself;
            if (proof != null) {
                proofs[proven++] = proof;
            }
        }
        int needed = counted.size() / 2 + 1;
        if (countsItself && proven >= needed) {
            Arrays.sort(proofs, 0, proven);
            untilNanos = Math.max(untilNanos, proofs[proven - needed] + REACH_NANOS);
        }
    }
}
