package io.sallyport.store.trust;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that were refused, and says each once per peer and reason: whoever is refused
 * tries again several times a second. From any thread.
 */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** Beyond it, all may be said again: who forges sources must not take our memory. */
    private static final int SAID_MAX = 1024;

    private record Said(String peer, Refusal refusal) {}

    private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);
    private final Set<Said> said = new HashSet<>();

    Refusals() {
        for (Refusal each : Refusal.values()) {
            counts.put(each, new LongAdder());
        }
    }

    /** How often, since the start. */
    public long count(Refusal refusal) {
        LongAdder count = counts.get(refusal);
        return count == null ? 0 : count.sum();
    }

    /** All of them together. */
    public long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /**
     * @param peer its address, without a port, which changes with every attempt
     */
    void refused(String peer, Refusal refusal, String why) {
        LongAdder count = counts.get(refusal);
        if (count != null) {
            count.increment();
        }
        if (first(new Said(peer, refusal))) {
            LOG.warn("refused {} ({}): {}; said once", peer, refusal.label(), why);
        }
    }

    private synchronized boolean first(Said one) {
        if (said.size() >= SAID_MAX) {
            said.clear();
        }
        return said.add(one);
    }

    /** It is believed by now: the next refusal is news. */
    synchronized void welcomed(String peer) {
        if (!said.isEmpty()) {
            said.removeIf(each -> each.peer.equals(peer));
        }
    }

    /** What was refused so far, by reason; for tests and reports. */
    public List<Refusal> seen() {
        List<Refusal> seen = new ArrayList<>();
        counts.forEach((refusal, count) -> {
            if (count.sum() > 0) {
                seen.add(refusal);
            }
        });
        return seen;
    }
}
