package io.sallyport.allocator.table;

import io.sallyport.allocator.LeaseKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Predicate;

/** Destinations of which somebody got less than they wanted, those noted last at the end. */
final class Pressure {

    /** So many are worth asking others to give back for; the oldest are forgotten. */
    private static final int NOTES_MAX = 1024;

    private final SequencedSet<LeaseKey> keys = new LinkedHashSet<>();

    void note(LeaseKey key, boolean pressed) {
        if (pressed) {
            keys.addLast(key);
            if (keys.size() > NOTES_MAX) {
                keys.removeFirst();
            }
        } else if (!keys.isEmpty()) {
            keys.remove(key);
        }
    }

    /** Those noted last come first. */
    List<LeaseKey> latest(int most, Predicate<LeaseKey> of) {
        List<LeaseKey> found = new ArrayList<>();
        for (LeaseKey key : keys.reversed()) {
            if (found.size() == most) {
                return found;
            }
            if (of.test(key)) {
                found.add(key);
            }
        }
        return found;
    }
}
