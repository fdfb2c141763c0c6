package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import java.util.List;

/**
 * A bounded part of the orphans of one lease group, in order.
 *
 * @param epoch in which this was read; what is judged about it counts in this epoch only
 * @param more whether there are orphans after the last of these
 * @param groups how many lease groups there are, numbered from 1
 */
public record OrphansPage(Epoch epoch, List<Orphan> orphans, boolean more, int groups) {

    public OrphansPage {
        orphans = List.copyOf(orphans);
    }
}
