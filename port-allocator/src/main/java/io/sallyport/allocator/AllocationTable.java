package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of one lease group: what it learned of members and pools, and which incarnation holds
 * which ports of which destination. The door behind which memory or a disk may stand. One thread at
 * a time.
 */
public interface AllocationTable {

    /** The last log index of the group of members that is known here; 0 at first. */
    long learnedAsOf();

    /** The members as learned; at first an empty list in epoch 1.0. */
    Membership membership();

    /** All pools that may be leased from, ascending. */
    List<Pool> pools();

    /** The pool that the destination belongs to; null where it may not be leased from. */
    @Nullable Pool poolOf(LeaseKey key);

    /**
     * What is leased of a destination; a live view, which the next call of this method or the next
     * change moves elsewhere.
     */
    Holdings holdings(LeaseKey key);

    /** How many ports an incarnation holds, of all destinations together. */
    long leasedTo(Incarnation holder);

    /** How many ports are leased of all pools that are known to be the tenant's. */
    long leasedOf(TenantId tenant);

    /**
     * The leases of dead incarnations.
     *
     * @param after the last position that the caller has seen; empty for the beginning
     */
    OrphansPage orphans(Optional<Orphan.Position> after);

    /**
     * Destinations that run out of ports, of which the holder has some: it should give back what it
     * does not use. A hint: it is not written behind, and a restarted replica knows none at first.
     *
     * @param most how many at most, those first that were pressed last
     */
    List<LeaseKey> wanted(Incarnation holder, int most);

    /** For {@link LeaseLaw#apply} only. */
    void learn(long asOf, Membership membership, List<Pool> added, List<PoolId> removed);

    /**
     * For {@link LeaseLaw#apply} only. Every port must be free.
     *
     * @param grant index of the entry that grants them: from now on the newest of this holder for
     *     this key, as {@link Holdings#lastGrant} says
     */
    void lease(LeaseKey key, Incarnation holder, long grant, Ports ports);

    /** For {@link LeaseLaw#apply} only. Every port must be the holder's, and named once. */
    void free(LeaseKey key, Incarnation holder, Ports ports);

    /** For {@link LeaseLaw#apply} only. The destination ran out of ports, or no longer does. */
    void press(LeaseKey key, boolean pressed);
}
