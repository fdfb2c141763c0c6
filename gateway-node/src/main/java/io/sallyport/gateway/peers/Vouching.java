package io.sallyport.gateway.peers;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A node's word about the silence of another: "I acknowledged none of its heartbeats for T and the
 * drift, and shall not until I learn that it renewed later than I know now." With such words of all
 * others the store may call it dead: its horizon cannot have been moved by anyone, and will not be.
 * So the word is kept even where the silent one speaks again: it must renew at the store first.
 * Worker thread.
 */
final class Vouching {

    /** What two clocks may differ by within T, with a wide margin. */
    static final long DRIFT_NANOS = 1_000_000_000L;

    static final long SILENCE_NANOS = Horizon.REACH_NANOS + DRIFT_NANOS;

    private final Incarnation me;
    private final Rules rules;

    /** When it was last acknowledged, or first heard of: before that this life knew nobody. */
    private final Map<Incarnation, Long> acknowledgedNanos = new HashMap<>();

    private final Map<Incarnation, Long> lastRenews = new HashMap<>();

    /** The word given: as of which Renew. */
    private final Map<Incarnation, Long> vouched = new HashMap<>();

    Vouching(Incarnation me, Rules rules) {
        this.me = me;
        this.rules = rules;
    }

    /** The newest member list, or a later look at the same one. */
    void learned(Membership membership, long nowNanos) {
        Set<Incarnation> known = new HashSet<>();
        for (Member member : membership.members()) {
            Incarnation peer = member.incarnation();
            if (member.status() != Member.Status.DEAD && !peer.equals(me)) {
                known.add(peer);
                acknowledgedNanos.putIfAbsent(peer, nowNanos);
                long renewed = lastRenews.merge(peer, member.lastRenew(), Math::max);
                if (vouched.getOrDefault(peer, Long.MAX_VALUE) < renewed) {
                    vouched.remove(peer);
                    // The silence is counted anew, or the word would be given again at once.
                    acknowledgedNanos.put(peer, nowNanos);
                }
            }
        }
        acknowledgedNanos.keySet().retainAll(known);
        lastRenews.keySet().retainAll(known);
        vouched.keySet().retainAll(known);
    }

    /** Whether a heartbeat may be acknowledged; if so it counts as acknowledged. */
    boolean acknowledges(Incarnation peer, long nowNanos) {
        if (vouched.containsKey(peer) && rules.hold(Rule.VOUCH)) {
            return false;
        }
        acknowledgedNanos.put(peer, nowNanos);
        return true;
    }

    /** For how many this node vouches now. */
    int given() {
        return vouched.size();
    }

    /** For the next Renew; from now on each of these words binds. */
    Map<Incarnation, Long> vouches(long nowNanos) {
        acknowledgedNanos.forEach((peer, since) -> {
            Long renewed = lastRenews.get(peer);
            if (renewed != null && nowNanos - since >= SILENCE_NANOS) {
                vouched.put(peer, renewed);
            }
        });
        return Map.copyOf(vouched);
    }
}
