package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import java.util.List;

/**
 * A bounded part of all orphans, in order.
 *
 * @param epoch in which this was read; what is judged about it counts in this epoch only
 * @param more whether there are orphans after the last of these
 */
public record OrphansPage(Epoch epoch, List<Orphan> orphans, boolean more) {

    public OrphansPage {
        orphans = List.copyOf(orphans);
    }
}
