package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be asked of the laws of allocation. Many commands share one log entry. */
public sealed interface AllocatorCommand {

    /** Decided by the group of members ({@link MemberLaw}). */
    sealed interface OfMembers extends AllocatorCommand {}

    /** Decided by a destination's lease group ({@link LeaseLaw}, {@link LeaseGroups}). */
    sealed interface OfLeases extends AllocatorCommand {}

    /**
     * A node starts a life. A former incarnation of the same node on the same machine, in this boot
     * or an earlier one, is dead at once: its process held the node directory's lock, so it is
     * gone, and without a kernel path nothing of it forwards any more. The same NodeId from another
     * machine is refused while the former is live or away.
     *
     * @param machine what the lock vouches for (machine id, perhaps with the directory's own id),
     *     then "/", then the boot id; 1 to {@link Limits#MACHINE_MAX} characters of printable
     *     ASCII. Only what stands before the first "/" is compared
     */
    record Join(NodeId node, String machine, Endpoint peers, Endpoint management)
            implements OfMembers {
        public Join {
            if (!machine.matches("[!-~]{1," + Limits.MACHINE_MAX + "}")) {
                throw new IllegalArgumentException("'" + machine + "' does not name a machine");
            }
        }
    }

    /** A node ends its life by its own word, after it stopped forwarding. */
    record Leave(Incarnation incarnation) implements OfMembers {}

    /**
     * "I am here." An away incarnation that renews is live again in a new epoch. Never retried,
     * only sent anew.
     *
     * @param knows the epoch whose member list this node goes by
     * @param unreachable peers that this node cannot reach
     * @param vouches "I acknowledged nothing of this incarnation for T + drift, and shall not until
     *     I learn that it renewed later than at this log index"
     * @param catalogVersion what its packets obey by now
     */
    record Renew(
            Incarnation incarnation,
            Epoch knows,
            Set<NodeId> unreachable,
            Map<Incarnation, Long> vouches,
            long catalogVersion)
            implements OfMembers {
        public Renew {
            unreachable = Set.copyOf(unreachable);
            vouches = Map.copyOf(vouches);
            if (Math.max(unreachable.size(), vouches.size()) > Limits.PEERS_MAX) {
                throw new IllegalArgumentException("more than " + Limits.PEERS_MAX + " peers");
            }
        }
    }

    /**
     * The leader's word that an incarnation fell silent. Does nothing where a Renew later than
     * {@code lastRenew} was applied.
     */
    record Away(Incarnation incarnation, long lastRenew) implements OfMembers {}

    /**
     * The leader's word that these incarnations act no more: each was silent for T + drift while
     * this leader could commit, and the last death of anyone lies as long back. All of them at once
     * or none: it does nothing unless each is not dead and renewed last at the index named, every
     * other one that is not dead vouches for each, and of these at least as many as are named were
     * members already in every epoch that one of the named said last that it knows.
     */
    record Dead(Map<Incarnation, Long> lastRenews) implements OfMembers {
        public Dead {
            lastRenews = Map.copyOf(lastRenews);
            if (lastRenews.isEmpty() || lastRenews.size() > Limits.PEERS_MAX) {
                throw new IllegalArgumentException(lastRenews.size() + " dead at once");
            }
        }
    }

    /** An operator vouches that the node is off: its incarnations are dead at once. */
    record Fence(NodeId node) implements OfMembers {}

    /** The leader's word that no lease group holds anything of a dead incarnation any more. */
    record Forget(Incarnation dead) implements OfMembers {}

    /** Grant up to {@code want} ports, 1 to {@link Limits#WANT_MAX}. */
    record Acquire(Incarnation incarnation, LeaseKey key, int want, Epoch epoch)
            implements OfLeases {
        public Acquire {
            if (want < 1 || want > Limits.WANT_MAX) {
                throw new IllegalArgumentException(want + " ports are not 1 to " + Limits.WANT_MAX);
            }
        }
    }

    /**
     * Give ports back; ports not leased to the incarnation are ignored (a retry).
     *
     * @param asOf the newest grant of this destination whose answer the incarnation knows; where a
     *     later one exists, nothing is given back ({@link AllocatorResult.Overtaken}): a port in
     *     that grant could be one of these, in a new life
     */
    record Return(Incarnation incarnation, LeaseKey key, long asOf, Ports ports)
            implements OfLeases {
        public Return {
            checkCount(ports);
        }
    }

    /**
     * The home of these orphaned ports does not know them: they are free. Refused as StaleEpoch
     * where {@code epoch} is not the current one, so a judgement of an old epoch never counts, and
     * while any member is away: judge again in a later epoch.
     */
    record Reconciled(Incarnation dead, LeaseKey key, Ports free, Epoch epoch) implements OfLeases {
        public Reconciled {
            checkCount(free);
        }
    }

    /**
     * The leader's word of what the group of members decided. Older than, or as old as, what is
     * known already: no change.
     *
     * @param asOf the last applied log index of that group
     * @param added pools that may be leased from, new ones and ones whose quota changed
     * @param removed pools that may be leased from no more; their leases stay
     */
    record Learn(long asOf, Membership membership, List<Pool> added, List<PoolId> removed)
            implements OfLeases {
        public Learn {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
        }
    }

    private static void checkCount(Ports ports) {
        if (ports.size() > Limits.PORTS) {
            throw new IllegalArgumentException(ports.size() + " ports are over " + Limits.PORTS);
        }
    }
}
