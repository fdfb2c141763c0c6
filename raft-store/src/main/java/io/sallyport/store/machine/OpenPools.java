package io.sallyport.store.machine;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource.ElasticIp;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * When a life of an elastic IP opens, and which pools of ports may therefore be leased from: once
 * every member that is not dead has applied the catalog in which that life began. Until then
 * somebody might still carry connections of the former one, whose ports nobody leases any more.
 * Once open it stays so until its owner is another: who joins later carries nothing old.
 *
 * <p>A function of catalog and members, which keeps what it found last; one thread.
 */
final class OpenPools {

    /** Most that open with one entry, so that the word of it to the lease groups stays small. */
    static final int OPENED_MAX = 4096;

    private Catalog catalog = Catalog.EMPTY;
    private List<Pool> pools = List.of();

    /** The oldest life that is not open yet. */
    private long waiting = Long.MAX_VALUE;

    private long obeyed = Long.MAX_VALUE;

    /** Whether some life may open now; cheap where nothing waits. */
    boolean mayOpen(Catalog now, Membership membership) {
        follow(now);
        if (waiting == Long.MAX_VALUE) {
            return false;
        }
        obeyed =
                membership.members().stream()
                        .filter(member -> member.status() != Member.Status.DEAD)
                        .mapToLong(Member::catalogVersion)
                        .min()
                        .orElse(Long.MAX_VALUE);
        return waiting <= obeyed;
    }

    /** The version that all members obeyed when {@link #mayOpen} looked. */
    long obeyed() {
        return obeyed;
    }

    /** Looks at the catalog as it is now; cheap where it did not change. */
    void follow(Catalog now) {
        if (now == catalog) {
            return;
        }
        catalog = now;
        waiting =
                owned(now)
                        .filter(eip -> !eip.open())
                        .mapToLong(ElasticIp::poolGeneration)
                        .min()
                        .orElse(Long.MAX_VALUE);
        List<Pool> found =
                owned(now)
                        .filter(eip -> eip.open() && eip.gateway().isPresent())
                        .map(OpenPools::poolOf)
                        .sorted(Comparator.comparing(Pool::id))
                        .toList();
        // Whoever compares it with what it knows does so by looking at the list itself.
        pools = found.equals(pools) ? pools : found;
    }

    private static Pool poolOf(ElasticIp eip) {
        return new Pool(new PoolId(eip.address(), eip.poolGeneration()), eip.tenant(), 0);
    }

    private static Stream<ElasticIp> owned(Catalog catalog) {
        return catalog.all(ElasticIp.class).stream().filter(eip -> eip.owner().isPresent());
    }

    /** Those that may be leased from, in the order of their addresses; immutable. */
    List<Pool> pools() {
        return pools;
    }
}
