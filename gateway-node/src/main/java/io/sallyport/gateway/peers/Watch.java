package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;

/**
 * When each peer was last heard. Suspicion comes soon and costs little: others are asked, first
 * packets wait. What is told to the store, of which epochs are made, takes longer. Both count only
 * time in which this node listened: a worker that had no processor for a while has missed its own
 * turns, not its peers' words. Worker thread.
 */
final class Watch {

    /** How often a node says that it is here. */
    static final long HEARTBEAT_NANOS = 25_000_000;

    /** Three heartbeats missed. A broken session is suspicion at once. */
    static final long SUSPECT_NANOS = 3 * HEARTBEAT_NANOS;

    /**
     * Silence after which the store is told that a peer cannot be reached: one late turn of a busy
     * worker is no death, and a session that breaks is often begun anew. What its death costs those
     * who live, a new epoch and copies of all that it held, is not begun while routers lead its
     * packets to others, who ask each other for each flow of them.
     */
    static final long UNREACHABLE_NANOS = 400_000_000;

    /** Heartbeats prove a horizon too; for that fewer need an answer. */
    private static final long ACKNOWLEDGE_NANOS = 90_000_000;

    /** A worker turns more often than anybody can fall silent. */
    private static final long LOOK_NANOS = 5_000_000;

    /** What is known of one peer, in the time of {@link #listenedNanos}. */
    private static final class Heard {
        long lastNanos;
        boolean suspected;
        boolean broken;
    }

    private final Counters counters;
    private final Map<Incarnation, Heard> heard = new HashMap<>();
    private final Map<Incarnation, Long> acknowledgedNanos = new HashMap<>();

    /** A clock that stands while nobody listens. */
    private long listenedNanos;

    private long lookedNanos = Long.MIN_VALUE;
    private long nextNanos;

    Watch(Counters counters) {
        this.counters = counters;
    }

    /** After what had come was read: once a turn, or once in several where that is much. */
    void look(long nowNanos) {
        if (lookedNanos != Long.MIN_VALUE) {
            listenedNanos += Math.min(nowNanos - lookedNanos, HEARTBEAT_NANOS);
        }
        lookedNanos = nowNanos;
        if (listenedNanos < nextNanos) {
            return;
        }
        nextNanos = listenedNanos + LOOK_NANOS;
        heard.values()
                .removeIf(
                        peer -> peer.broken && listenedNanos - peer.lastNanos > UNREACHABLE_NANOS);
        for (Heard peer : heard.values()) {
            if (!peer.suspected && !peer.broken && listenedNanos - peer.lastNanos > SUSPECT_NANOS) {
                peer.suspected = true;
                counters.suspicions++;
            }
        }
    }

    void heard(Incarnation peer) {
        Heard known = heard.computeIfAbsent(peer, p -> new Heard());
        known.lastNanos = listenedNanos;
        known.broken = false;
        if (known.suspected) {
            known.suspected = false;
            counters.falseSuspicions++;
        }
    }

    /** Its session broke: that alone is no false alarm where it comes back. */
    void broke(Incarnation peer) {
        Heard known = heard.get(peer);
        if (known != null) {
            known.broken = true;
            known.suspected = false;
        }
        acknowledgedNanos.remove(peer);
    }

    boolean suspected(Incarnation peer) {
        Heard known = heard.get(peer);
        return known == null || known.broken || known.suspected;
    }

    /** Silent for so long that the store is to know. */
    boolean unreachable(Incarnation peer) {
        Heard known = heard.get(peer);
        return known == null || listenedNanos - known.lastNanos > UNREACHABLE_NANOS;
    }

    /** Whether its last heartbeat is to be acknowledged, if that may be done. */
    boolean owesAnswer(Incarnation peer, long nowNanos) {
        Long last = acknowledgedNanos.get(peer);
        boolean owes = last == null || nowNanos - last >= ACKNOWLEDGE_NANOS;
        if (owes) {
            acknowledgedNanos.put(peer, nowNanos);
        }
        return owes;
    }
}
