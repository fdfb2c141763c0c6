package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
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
        void membership(Membership membership);

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
    private boolean membershipChanged;
    private Membership membership = new Membership(new Epoch(1, 0), List.of());

    /** Found when first asked for after somebody died; null until then. */
    private @Nullable NavigableSet<Orphan.Position> orphans;

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public Holdings holdings(LeaseKey key) {
        return rows.getOrDefault(key, NOTHING);
    }

    @Override
    public long leasedTo(Incarnation holder) {
        return leasedTo.getOrDefault(holder, 0L);
    }

    /** How many destinations have a lease. */
    public int destinations() {
        return rows.size();
    }

    @Override
    public void become(Membership next) {
        // Most new lists come from a Renew, which kills nobody: what is known stays known then.
        if (!dead(next).equals(dead(membership))) {
            orphans = null;
        }
        membership = next;
        membershipChanged = true;
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
    public void lease(LeaseKey key, Incarnation holder, List<Integer> ports) {
        load(key, holder, ports);
        changedRows.add(key);
    }

    @Override
    public void free(LeaseKey key, Incarnation holder, List<Integer> ports) {
        Holdings holdings = holdings(key);
        holdings.free(holder, ports);
        leasedTo.merge(holder, (long) -ports.size(), MemoryTable::sumOrGone);
        if (holdings.leased() == 0) {
            rows.remove(key);
        }
        if (orphans != null && holdings.leasedTo(holder) == 0) {
            orphans.remove(new Orphan.Position(key, holder));
        }
        changedRows.add(key);
    }

    private static @Nullable Long sumOrGone(Long before, Long change) {
        return before + change == 0 ? null : Long.valueOf(before + change);
    }

    /** Puts back a member list that was written behind earlier. */
    public void load(Membership written) {
        membership = written;
        orphans = null;
    }

    /** Puts back ports that were written behind earlier; none may be there yet. */
    public void load(LeaseKey key, Incarnation holder, List<Integer> ports) {
        rows.computeIfAbsent(key, absent -> new Holdings()).lease(holder, ports);
        leasedTo.merge(holder, (long) ports.size(), Long::sum);
    }

    /** Gives every row that changed since the last drain, once, in its present state. */
    public void drainChanged(ChangedRows sink) {
        if (membershipChanged) {
            sink.membership(membership);
            membershipChanged = false;
        }
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
                return new OrphansPage(membership.epoch(), page, true);
            }
            Orphan orphan = orphanAt(position);
            page.add(orphan);
            ports += orphan.ports().size();
        }
        return new OrphansPage(membership.epoch(), page, false);
    }

    private Orphan orphanAt(Orphan.Position position) {
        int[] ports = holdings(position.key()).portsOf(position.dead());
        List<Integer> list = new ArrayList<>(ports.length);
        for (int port : ports) {
            list.add(port);
        }
        return new Orphan(position.key(), position.dead(), list);
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
