package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import java.util.List;

/** A law's answer. Expected refusals are answers, never exceptions. */
public sealed interface AllocatorResult {

    /**
     * To Join: the new life and the member list that has it.
     *
     * @param catalogVersion of the catalog as it was then: the new member acts on none older, since
     *     what that gave to others in the meantime is not its to carry; 0 where there was none
     */
    record Joined(Incarnation incarnation, Membership membership, long catalogVersion)
            implements AllocatorResult {

        /** Where nothing is known of a catalog. */
        public Joined(Incarnation incarnation, Membership membership) {
            this(incarnation, membership, 0);
        }
    }

    /** To Join: another machine holds this NodeId. */
    record NodeTaken(NodeId node, String machine) implements AllocatorResult {}

    /** To Renew, Leave, Away, Dead, Fence and Forget: the member list as it is now. */
    record Renewed(Membership membership) implements AllocatorResult {}

    /** The incarnation is dead or was never there: join anew. */
    record UnknownIncarnation(Incarnation incarnation) implements AllocatorResult {}

    /**
     * To Acquire. {@code ports} are in unpredictable order, at least one and perhaps fewer than
     * wanted.
     *
     * @param grant the log index of the grant; grants of one entry share it
     */
    record Granted(long grant, Ports ports) implements AllocatorResult {}

    /** To Acquire: no port is free; who holds most, largest first, at most 8. */
    record Exhausted(LeaseKey key, int leased, List<Holder> holders) implements AllocatorResult {
        public Exhausted {
            holders = List.copyOf(holders);
        }
    }

    record Holder(Incarnation incarnation, int ports) {}

    /** To Acquire: the tenant leases as many ports as this lease group's slice of its quota. */
    record OverQuota(TenantId tenant, long leased, long portsMax) implements AllocatorResult {}

    /** To Acquire: the catalog has no such EIP, or its pool lives in another generation. */
    record UnknownEip(LeaseKey key) implements AllocatorResult {}

    /**
     * To Acquire and Reconciled: it was said in another epoch than this group knows (a later one
     * too: the group learns it in a moment), or (Acquire) by a member that is away, or (Reconciled)
     * while one is. Nothing changed; say it anew in a later state.
     */
    record StaleEpoch(Epoch current) implements AllocatorResult {}

    /**
     * To Return: this holder got a later grant of the destination than it spoke of. Nothing
     * changed; say it again once that grant's answer is known.
     */
    record Overtaken(long newestGrant) implements AllocatorResult {}

    /** To Return, Reconciled and Learn. */
    record Done() implements AllocatorResult {}
}
