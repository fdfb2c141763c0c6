package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.Map;
import java.util.Set;

/**
 * One incarnation of a gateway node as the store sees it.
 *
 * @param machine what tells a restart from a second node of the same name; see {@link
 *     AllocatorCommand.Join}
 * @param peers where other gateway nodes reach it
 * @param management where its metrics and its connections are read
 * @param since the epoch in which it got its status
 * @param lastRenew log index of its last applied Renew (or its Join)
 * @param knows the epoch whose member list it went by at its last Renew; at first that of its Join
 * @param unreachable peers that it said it cannot reach, in its last Renew
 * @param vouches of whom it acknowledged nothing for T + drift, as of which Renew of theirs; in its
 *     last Renew ({@link AllocatorCommand.Renew})
 * @param catalogVersion the catalog version that it had applied at its last Renew
 */
public record Member(
        NodeId node,
        Incarnation incarnation,
        Status status,
        String machine,
        Endpoint peers,
        Endpoint management,
        Epoch joined,
        Epoch since,
        long lastRenew,
        Epoch knows,
        Set<NodeId> unreachable,
        Map<Incarnation, Long> vouches,
        long catalogVersion) {

    /**
     * LIVE: may open, keep and carry. AWAY: suspected, keeps its leases, no keeper. DEAD: its
     * leases are orphans.
     */
    public enum Status {
        LIVE,
        AWAY,
        DEAD
    }

    public Member {
        unreachable = Set.copyOf(unreachable);
        vouches = Map.copyOf(vouches);
    }

    Member with(Status newStatus, Epoch epoch) {
        return new Member(
                node,
                incarnation,
                newStatus,
                machine,
                peers,
                management,
                joined,
                epoch,
                lastRenew,
                knows,
                unreachable,
                vouches,
                catalogVersion);
    }

    Member renewed(long index, AllocatorCommand.Renew renew) {
        return new Member(
                node,
                incarnation,
                status,
                machine,
                peers,
                management,
                joined,
                since,
                index,
                renew.knows(),
                renew.unreachable(),
                renew.vouches(),
                renew.catalogVersion());
    }
}
