package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who gets ports, who gives them back, and when a dead incarnation's ports are free again. */
final class LeaseLaw {

    private final AllocationTable table;
    private final Pools pools;

    LeaseLaw(AllocationTable table, Pools pools) {
        this.table = table;
        this.pools = pools;
    }

    /**
     * Only a live member of the current epoch gets ports: one that is away, or that has not yet
     * heard of a change, could open connections which its peers refuse to keep.
     */
    Decision acquire(AllocatorCommand.Acquire acquire, Stamp stamp) {
        Membership membership = table.membership();
        Optional<Member> member = membership.member(acquire.incarnation());
        if (member.isEmpty() || member.get().status() == Member.Status.DEAD) {
            return Decision.unchanged(
                    new AllocatorResult.UnknownIncarnation(acquire.incarnation()));
        }
        if (member.get().status() == Member.Status.AWAY
                || !acquire.epoch().equals(membership.epoch())) {
            return Decision.unchanged(new AllocatorResult.StaleEpoch(membership.epoch()));
        }
        LeaseKey key = acquire.key();
        if (!pools.knows(key.eip(), key.poolGeneration())) {
            return Decision.unchanged(new AllocatorResult.UnknownEip(key));
        }
        Holdings holdings = table.holdings(key);
        if (holdings.free() == 0) {
            return Decision.unchanged(exhausted(key, holdings));
        }
        int granted = Math.min(acquire.want(), holdings.free());
        List<Integer> ports = PortOrder.draw(holdings, granted, new Chance(stamp));
        return new Decision(
                List.of(new AllocatorChange.Leased(key, acquire.incarnation(), ports)),
                new AllocatorResult.Granted(stamp.index(), ports));
    }

    private static AllocatorResult exhausted(LeaseKey key, Holdings holdings) {
        List<AllocatorResult.Holder> largest =
                holdings.holders().stream()
                        .map(holder ->
                                new AllocatorResult.Holder(holder, holdings.leasedTo(holder)))
                        .sorted(
                                Comparator.comparingInt(AllocatorResult.Holder::ports)
                                        .reversed()
                                        .thenComparing(AllocatorResult.Holder::incarnation))
                        .limit(Limits.EXHAUSTED_HOLDERS)
                        .toList();
        return new AllocatorResult.Exhausted(key, holdings.leased(), largest);
    }

    /**
     * The holder's own word that ports are free. A dead incarnation's word counts no more: what it
     * knew may be older than what its peers have done with its connections since, so its ports take
     * the way of {@link #reconcile}.
     */
    Decision takeBack(AllocatorCommand.Return returned) {
        Optional<Member> member = table.membership().member(returned.incarnation());
        if (member.isEmpty() || member.get().status() == Member.Status.DEAD) {
            return Decision.unchanged(
                    new AllocatorResult.UnknownIncarnation(returned.incarnation()));
        }
        List<Integer> held = held(returned.key(), returned.incarnation(), returned.ports());
        return new Decision(
                freed(returned.key(), returned.incarnation(), held), new AllocatorResult.Done());
    }

    /**
     * The homes' word that a dead incarnation's ports carry no connection. It counts in the epoch
     * in which it was judged, and while nobody is away: a node that is away may carry a connection
     * of which the homes have not heard, and would go on with it beside the port's next user.
     */
    Decision reconcile(AllocatorCommand.Reconciled reconciled) {
        Membership membership = table.membership();
        if (!reconciled.epoch().equals(membership.epoch()) || membership.isAnyAway()) {
            return Decision.unchanged(new AllocatorResult.StaleEpoch(membership.epoch()));
        }
        Incarnation dead = reconciled.dead();
        Optional<Member> member = membership.member(dead);
        if (member.isEmpty() || member.get().status() != Member.Status.DEAD) {
            return Decision.unchanged(new AllocatorResult.Done());
        }
        List<Integer> held = held(reconciled.key(), dead, reconciled.free());
        List<AllocatorChange> changes = new ArrayList<>(freed(reconciled.key(), dead, held));
        if (table.leasedTo(dead) == held.size()) {
            changes.add(new AllocatorChange.MembershipBecame(membership.without(dead)));
        }
        return new Decision(changes, new AllocatorResult.Done());
    }

    private static List<AllocatorChange> freed(
            LeaseKey key, Incarnation holder, List<Integer> ports) {
        return ports.isEmpty() ? List.of() : List.of(new AllocatorChange.Freed(key, holder, ports));
    }

    /** Those that the holder has, each once: a repeated or retried word frees nothing twice. */
    private List<Integer> held(LeaseKey key, Incarnation holder, List<Integer> ports) {
        Holdings holdings = table.holdings(key);
        Set<Integer> held = new TreeSet<>();
        for (Integer port : ports) {
            if (holdings.holds(holder, port)) {
                held.add(port);
            }
        }
        return List.copyOf(held);
    }
}
