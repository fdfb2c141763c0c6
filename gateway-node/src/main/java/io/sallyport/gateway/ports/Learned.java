package io.sallyport.gateway.ports;

import io.sallyport.allocator.LeaseKey;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How much was asked for of destinations of which nothing is left here, so that their next
 * connection does not begin anew. Forgets those it heard of longest ago. Worker thread.
 */
final class Learned {

    private static final int MOST = 1 << 17;

    private final SequencedMap<LeaseKey, Appetite> appetites = new LinkedHashMap<>();

    void remember(LeaseKey key, Appetite appetite) {
        appetites.put(key, appetite);
        if (appetites.size() > MOST) {
            appetites.pollFirstEntry();
        }
    }

    /** What is known of it, which is forgotten here, or a fresh one. */
    Appetite recall(LeaseKey key) {
        Appetite known = appetites.remove(key);
        return known == null ? new Appetite() : known;
    }
}
