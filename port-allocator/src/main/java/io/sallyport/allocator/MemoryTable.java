package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table in memory. It remembers which rows changed since they were last written behind, so that
 * a checkpoint costs what changed, however often, and not what there is. One thread at a time.
 */
public final class MemoryTable implements AllocationTable {

    /** Where changed rows go. */
    public interface ChangedRows {
        void learned(long asOf, Membership membership);

        void pool(Pool pool);

        void poolGone(PoolId id);

        /**
         * @param holdings a live view, to be read before this returns; nothing leased means that
         *     the row is to be deleted
         */
        void holdings(LeaseKey key, Holdings holdings);
    }

    private static final Holdings NOTHING = new Holdings();

    private final SequencedMap<LeaseKey, Holdings> rows = new LinkedHashMap<>();
    private final TreeMap<Incarnation, Long> leasedTo = new TreeMap<>();
    private final SequencedSet<LeaseKey> changedRows = new LinkedHashSet<>();
    private final TreeMap<PoolId, Pool> pools = new TreeMap<>();
    private final TreeMap<PoolId, Long> leasedIn = new TreeMap<>();
    private final SequencedSet<PoolId> changedPools = new LinkedHashSet<>();
    private final SequencedSet<LeaseKey> pressed = new LinkedHashSet<>();
    private boolean membershipChanged;
    private long learnedAsOf;
    private Membership membership = Membership.EMPTY;

    /** Found when first asked for after somebody died; null until then. */
    private @Nullable NavigableSet<Orphan.Position> orphans;

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public long learnedAsOf() {
        return learnedAsOf;
    }

    @Override
    public List<Pool> pools() {
        return List.copyOf(pools.values());
    }

    @Override
    public @Nullable Pool poolOf(LeaseKey key) {
        return pools.get(key.pool());
    }

    @Override
    public Holdings holdings(LeaseKey key) {
        return rows.getOrDefault(key, NOTHING);
    }

    @Override
    public long leasedTo(Incarnation holder) {
        return leasedTo.getOrDefault(holder, 0L);
    }

    @Override
    public long leasedOf(TenantId tenant) {
        return pools.values().stream()
                .filter(each -> each.tenant().equals(tenant))
                .mapToLong(each -> leasedIn.getOrDefault(each.id(), 0L))
                .sum();
    }

    @Override
    public List<LeaseKey> wanted(Incarnation holder, int most) {
        return pressed.reversed().stream()
                .filter(key -> holdings(key).leasedTo(holder) > 0)
                .limit(most)
                .toList();
    }

    @Override
    public void press(LeaseKey key, boolean is) {
        pressed.remove(key);
        if (is) {
            pressed.add(key);
        }
    }

    /** How many destinations have a lease. */
    public int destinations() {
        return rows.size();
    }

    @Override
    public void learn(long asOf, Membership next, List<Pool> added, List<PoolId> removed) {
        // Most new lists kill nobody: what is known stays known then.
        if (!dead(next).equals(dead(membership))) {
            orphans = null;
        }
        learnedAsOf = asOf;
        membership = next;
        membershipChanged = true;
        for (Pool pool : added) {
            pools.put(pool.id(), pool);
            changedPools.add(pool.id());
        }
        for (PoolId id : removed) {
            pools.remove(id);
            changedPools.add(id);
        }
    }

    private static Set<Incarnation> dead(Membership list) {
        Set<Incarnation> dead = new TreeSet<>();
        for (Member member : list.members()) {
            if (member.status() == Member.Status.DEAD) {
                dead.add(member.incarnation());
            }
        }
        return dead;
    }

    @Override
    public void lease(LeaseKey key, Incarnation holder, long grant, Ports ports) {
        load(key, holder, grant, ports);
        changedRows.add(key);
    }

    @Override
    public void free(LeaseKey key, Incarnation holder, Ports ports) {
        Holdings holdings = holdings(key);
        holdings.free(holder, ports);
        leasedTo.merge(holder, (long) -ports.size(), MemoryTable::sumOrGone);
        leasedIn.merge(key.pool(), (long) -ports.size(), MemoryTable::sumOrGone);
        if (holdings.leased() == 0) {
            rows.remove(key);
            pressed.remove(key);
        }
        if (orphans != null && holdings.leasedTo(holder) == 0) {
            orphans.remove(new Orphan.Position(key, holder));
        }
        changedRows.add(key);
    }

    private static @Nullable Long sumOrGone(Long before, Long change) {
        return before + change == 0 ? null : Long.valueOf(before + change);
    }

    /** Puts back what was learned and written behind earlier. */
    public void load(long asOf, Membership written) {
        learnedAsOf = asOf;
        membership = written;
        orphans = null;
    }

    /** Puts back a pool that was written behind earlier. */
    public void load(Pool pool) {
        pools.put(pool.id(), pool);
    }

    /** Puts back ports that were written behind earlier; none may be there yet. */
    public void load(LeaseKey key, Incarnation holder, long grant, Ports ports) {
        rows.computeIfAbsent(key, absent -> new Holdings()).lease(holder, grant, ports);
        leasedTo.merge(holder, (long) ports.size(), Long::sum);
        leasedIn.merge(key.pool(), (long) ports.size(), Long::sum);
    }

    /** Gives every row that changed since the last drain, once, in its present state. */
    public void drainChanged(ChangedRows sink) {
        if (membershipChanged) {
            sink.learned(learnedAsOf, membership);
            membershipChanged = false;
        }
        for (PoolId id : changedPools) {
            Pool pool = pools.get(id);
            if (pool == null) {
                sink.poolGone(id);
            } else {
                sink.pool(pool);
            }
        }
        changedPools.clear();
        for (LeaseKey key : changedRows) {
            sink.holdings(key, holdings(key));
        }
        changedRows.clear();
    }

    @Override
    public OrphansPage orphans(Optional<Orphan.Position> after) {
        NavigableSet<Orphan.Position> all = orphanPositions();
        NavigableSet<Orphan.Position> rest =
                after.map(position -> all.tailSet(position, false)).orElse(all);
        List<Orphan> page = new ArrayList<>();
        int ports = 0;
        for (Orphan.Position position : rest) {
            if (page.size() == Limits.PAGE_ORPHANS || ports >= Limits.PAGE_PORTS) {
                return new OrphansPage(membership.epoch(), page, true, 1);
            }
            Orphan orphan = orphanAt(position);
            page.add(orphan);
            ports += orphan.ports().size();
        }
        return new OrphansPage(membership.epoch(), page, false, 1);
    }

    private Orphan orphanAt(Orphan.Position position) {
        return new Orphan(
                position.key(), position.dead(), holdings(position.key()).portsOf(position.dead()));
    }

    /**
     * One walk over the table for each death that somebody asks about: deaths are rare, and an
     * index of who holds what would cost memory for every destination of the living.
     */
    private NavigableSet<Orphan.Position> orphanPositions() {
        NavigableSet<Orphan.Position> known = orphans;
        if (known != null) {
            return known;
        }
        NavigableSet<Orphan.Position> found = new TreeSet<>();
        Set<Incarnation> dead = dead(membership);
        if (!dead.isEmpty()) {
            rows.forEach((key, holdings) -> {
                for (Incarnation holder : holdings.holders()) {
                    if (dead.contains(holder)) {
                        found.add(new Orphan.Position(key, holder));
                    }
                }
            });
        }
        orphans = found;
        return found;
    }
}
