package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;

/** When each peer was last heard: suspicion acts at once, without the store. Worker thread. */
final class Watch {

    /** How often a node says that it is here. */
    static final long HEARTBEAT_NANOS = 100_000_000;

    /**
     * Silence after which a peer is suspected: four missed heartbeats, since one late turn of a
     * busy worker is no death. A broken session is suspicion at once.
     */
    static final long SUSPECT_NANOS = 400_000_000;

    private final Map<Incarnation, Long> heardNanos = new HashMap<>();

    void heard(Incarnation peer, long nowNanos) {
        heardNanos.put(peer, nowNanos);
    }

    void forget(Incarnation peer) {
        heardNanos.remove(peer);
    }

    boolean suspected(Incarnation peer, long nowNanos) {
        Long heard = heardNanos.get(peer);
        return heard == null || nowNanos - heard > SUSPECT_NANOS;
    }
}
