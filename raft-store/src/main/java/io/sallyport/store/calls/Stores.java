package io.sallyport.store.calls;

import java.util.List;

/**
 * The stores of a cluster.
 *
 * @param asOf the log index of this list in the control group: of two lists the later one counts
 */
public record Stores(long asOf, List<StoreAddress> all) {
    public Stores {
        all = List.copyOf(all);
    }
}
