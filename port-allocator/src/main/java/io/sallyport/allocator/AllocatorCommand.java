package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Set;

/** What can be asked of the allocation law. Many commands share one log entry. */
public sealed interface AllocatorCommand {

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
            implements AllocatorCommand {
        public Join {
            if (!machine.matches("[!-~]{1," + Limits.MACHINE_MAX + "}")) {
                throw new IllegalArgumentException("'" + machine + "' does not name a machine");
            }
        }
    }

    /** A node ends its life by its own word, after it stopped forwarding. */
    record Leave(Incarnation incarnation) implements AllocatorCommand {}

    /**
     * "I am here." An away incarnation that renews is live again in a new epoch. Never retried,
     * only sent anew.
     *
     * @param unreachable peers that this node cannot reach
     * @param catalogVersion what its packets obey by now
     */
    record Renew(Incarnation incarnation, Set<NodeId> unreachable, long catalogVersion)
            implements AllocatorCommand {
        public Renew {
            unreachable = Set.copyOf(unreachable);
            if (unreachable.size() > Limits.UNREACHABLE_MAX) {
                throw new IllegalArgumentException(
                        unreachable.size() + " peers are over " + Limits.UNREACHABLE_MAX);
            }
        }
    }

    /**
     * The leader's word that an incarnation fell silent. Does nothing where a Renew later than
     * {@code lastRenew} was applied.
     */
    record Away(Incarnation incarnation, long lastRenew) implements AllocatorCommand {}

    /** Grant up to {@code want} ports, 1 to {@link Limits#WANT_MAX}. */
    record Acquire(Incarnation incarnation, LeaseKey key, int want, Epoch epoch)
            implements AllocatorCommand {
        public Acquire {
            if (want < 1 || want > Limits.WANT_MAX) {
                throw new IllegalArgumentException(want + " ports are not 1 to " + Limits.WANT_MAX);
            }
        }
    }

    /** Give ports back; ports not leased to the incarnation are ignored (a retry). */
    record Return(Incarnation incarnation, LeaseKey key, List<Integer> ports)
            implements AllocatorCommand {
        public Return {
            ports = checkedPorts(ports);
        }
    }

    /**
     * The home of these orphaned ports does not know them: they are free. Refused as StaleEpoch
     * where {@code epoch} is not the current one, so a judgement of an old epoch never counts, and
     * while any member is away: judge again in a later epoch.
     */
    record Reconciled(Incarnation dead, LeaseKey key, List<Integer> free, Epoch epoch)
            implements AllocatorCommand {
        public Reconciled {
            free = checkedPorts(free);
        }
    }

    private static List<Integer> checkedPorts(List<Integer> ports) {
        if (ports.size() > Limits.PORTS) {
            throw new IllegalArgumentException(ports.size() + " ports are over " + Limits.PORTS);
        }
        for (int port : ports) {
            if (port < 0 || port > Limits.PORT_MAX) {
                throw new IllegalArgumentException(port + " is not a port");
            }
        }
        return List.copyOf(ports);
    }
}
