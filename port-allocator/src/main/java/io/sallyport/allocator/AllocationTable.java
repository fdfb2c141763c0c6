package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.List;
import java.util.Optional;

/**
 * The state of the law: the member list, and which incarnation holds which ports of which
 * destination. The door behind which memory or a disk may stand. One thread at a time.
 */
public interface AllocationTable {

    /** At first an empty list in epoch 1.0. */
    Membership membership();

    /** What is leased of a destination; a live view, good until the next change. */
    Holdings holdings(LeaseKey key);

    /** How many ports an incarnation holds, of all destinations together. */
    long leasedTo(Incarnation holder);

    /**
     * The leases of dead incarnations.
     *
     * @param after the last position that the caller has seen; empty for the beginning
     */
    OrphansPage orphans(Optional<Orphan.Position> after);

    /** For {@link PortAllocator#apply} only. */
    void become(Membership membership);

    /** For {@link PortAllocator#apply} only. Every port must be free. */
    void lease(LeaseKey key, Incarnation holder, List<Integer> ports);

    /** For {@link PortAllocator#apply} only. Every port must be the holder's. */
    void free(LeaseKey key, Incarnation holder, List<Integer> ports);
}
