package io.sallyport.allocator;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the leader of a lease group tells it, where it does not know it yet. */
final class Behind {

    private Behind() {}

    static Optional<AllocatorCommand.Learn> of(
            AllocationTable table, long asOf, Membership membership, List<Pool> pools) {
        List<Pool> known = table.pools();
        List<Pool> added = without(pools, new HashSet<>(known));
        List<PoolId> removed = without(ids(known), new HashSet<>(ids(pools)));
        boolean same = added.isEmpty() && removed.isEmpty();
        return asOf <= table.learnedAsOf() || same && table.membership().sameStanding(membership)
                ? Optional.empty()
                : Optional.of(new AllocatorCommand.Learn(asOf, membership, added, removed));
    }

    private static <T> List<T> without(List<T> all, Set<T> these) {
        return all.stream().filter(each -> !these.contains(each)).toList();
    }

    private static List<PoolId> ids(List<Pool> pools) {
        return pools.stream().map(Pool::id).toList();
    }
}
