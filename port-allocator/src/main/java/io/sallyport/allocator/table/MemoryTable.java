package io.sallyport.allocator.table;

import io.sallyport.allocator.AllocationTable;
import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The table in memory. It remembers which rows changed since the last checkpoint was cut, so that a
 * checkpoint costs what changed and not what there is, and is written while changes go on.
 *
 * <p>One thread at a time: whoever drains takes turns with whoever applies.
 */
public final class MemoryTable implements AllocationTable {

    /** Where the rows of a checkpoint go. */
    public interface ChangedRows {
        void learned(long asOf, Membership membership);

        void pool(Pool pool);

        void poolGone(PoolId id);

        /**
         * @param holdings to be read before this returns; nothing leased means that the row is to
         *     be deleted
         */
        void holdings(LeaseKey key, Holdings holdings);
    }

    private static final Optional<Orphan.Position> BEGINNING = Optional.empty();

    private final HolderBook holders = new HolderBook();
    private final PoolBook pools = new PoolBook();
    private final Rows rows = new Rows(holders, pools);
    private final KeyIndex index;
    private final Changes changes = new Changes(rows);
    private final Pressure pressure = new Pressure();
    private final Learned learned = new Learned(pools);

    /** The key that was asked for last, its row, and what it holds: apply asks what decide did. */
    private @Nullable LeaseKey key;

    private final RowKey rowKey = new RowKey();
    private int row;
    private final RowView view = new RowView(rows, holders);

    /** For whatever looks at other rows in between. */
    private final RowKey otherKey = new RowKey();

    private final RowView otherView = new RowView(rows, holders);

    private int destinations;

    /**
     * @param secret what nobody outside of this process can guess, so that nobody can choose
     *     destinations which slow the index down; it decides nothing that is ever seen
     */
    public MemoryTable(long secret) {
        index = new KeyIndex(rows, secret);
    }

    /** For tests and measurements. */
    public MemoryTable() {
        this(0);
    }

    @Override
    public long learnedAsOf() {
        return learned.asOf();
    }

    @Override
    public Membership membership() {
        return learned.membership();
    }

    @Override
    public List<Pool> pools() {
        return pools.pools();
    }

    @Override
    public @Nullable Pool poolOf(LeaseKey wanted) {
        PoolBook.Page page = pools.find(wanted);
        return page == null ? null : page.pool;
    }

    @Override
    public Holdings holdings(LeaseKey wanted) {
        seek(wanted);
        return view;
    }

    @SuppressWarnings("ReferenceEquality") // Only spares a look-up; a false "no" does no harm.
    private void seek(LeaseKey wanted) {
        if (wanted == key) {
            return;
        }
        key = null;
        row = find(wanted, rowKey);
        view.show(row);
        key = wanted;
    }

    /** The key's row, whose key is in {@code as} then, or {@link Rows#NONE}. */
    private int find(LeaseKey wanted, RowKey as) {
        PoolBook.Page page = pools.find(wanted);
        if (page == null) {
            return Rows.NONE;
        }
        as.set(page, wanted.destination());
        return index.find(as);
    }

    @Override
    public long leasedTo(Incarnation holder) {
        return holders.portsOf(holder);
    }

    @Override
    public long leasedOf(TenantId tenant) {
        return pools.leasedOf(tenant);
    }

    /** How many destinations have a lease. */
    public int destinations() {
        return destinations;
    }

    @Override
    public void learn(long asOf, Membership next, List<Pool> added, List<PoolId> removed) {
        learned.become(asOf, next, added, removed);
    }

    @Override
    public void lease(LeaseKey of, Incarnation holder, long grant, Ports ports) {
        seek(of);
        if (row == Rows.NONE) {
            create(of);
            changes.created(row);
        } else {
            changes.changing(row);
        }
        add(holder, grant, ports);
    }

    private void create(LeaseKey of) {
        PoolBook.Page known = pools.find(of);
        PoolBook.Page page = known == null ? pools.pageOf(of.pool()) : known;
        rowKey.set(page, of.destination());
        row = rows.create(rowKey);
        index.add(rowKey, row);
    }

    private void add(Incarnation holder, long grant, Ports ports) {
        Invariant.check(!ports.isEmpty(), "a lease has ports");
        Shares shares = view.shares();
        int number = holders.numberOf(holder);
        int place = shares.find(number);
        int sharers = shares.holders() + (place == Shares.NOBODY ? 1 : 0);
        if (shares instanceof PortList list && list.size() + ports.size() > Rows.listMax(sharers)) {
            shares = view.toPlanes();
        }
        boolean first = shares.size() == 0;
        if (place == Shares.NOBODY) {
            place = shares.holders();
            shares.join(number);
            holders.named(number);
            holders.moveRows(number, rowKey.segment, 1);
        }
        shares.granted(place, grant);
        for (int i = 0; i < ports.size(); i++) {
            shares.add(place, ports.get(i));
        }
        rows.write(row, shares);
        count(number, ports.size(), first ? 1 : 0);
    }

    private void count(int holder, int ports, int newDestinations) {
        PoolBook.Page page = pools.page(rowKey.pool >>> 8);
        holders.movePorts(holder, ports);
        pools.movePorts(page, ports);
        page.destinations += newDestinations;
        destinations += newDestinations;
    }

    @Override
    public void free(LeaseKey of, Incarnation holder, Ports ports) {
        seek(of);
        Shares shares = view.shares();
        int number = holders.find(holder);
        int place = number == HolderBook.UNKNOWN ? Shares.NOBODY : shares.find(number);
        Invariant.check(place != Shares.NOBODY, "who frees ports holds some");
        changes.changing(row);
        for (int i = 0; i < ports.size(); i++) {
            shares.remove(place, ports.get(i));
        }
        boolean last = shares.size() == 0;
        count(number, -ports.size(), last ? -1 : 0);
        if (shares.sizeAt(place) == 0) {
            shares.leave(place);
            holders.moveRows(number, rowKey.segment, -1);
            holders.unnamed(number);
        }
        if (shares instanceof PortPlanes && 2 * shares.size() <= Rows.listMax(shares.holders())) {
            shares = view.toList();
        }
        rows.write(row, shares);
        if (2 * shares.size() <= Limits.PORTS) {
            pressure.note(of, false);
        }
        if (last && !rows.has(row, Rows.STORED)) {
            remove(row, rowKey);
        }
    }

    private void remove(int gone, RowKey itsKey) {
        index.remove(itsKey, gone);
        rows.release(gone);
        key = null;
    }

    @Override
    public void press(LeaseKey of, boolean pressed) {
        pressure.note(of, pressed);
    }

    @Override
    public List<LeaseKey> wanted(Incarnation holder, int most) {
        return pressure.latest(
                most,
                each -> {
                    otherView.show(find(each, otherKey));
                    return otherView.leasedTo(holder) > 0;
                });
    }

    /**
     * In the order of their segments, and within one of their positions: so every replica gives the
     * same order, and a page costs the segments that it comes from.
     */
    @Override
    public OrphansPage orphans(Optional<Orphan.Position> after) {
        int[] dead = deadHolders();
        List<Orphan> page = new ArrayList<>();
        int ports = 0;
        int from = after.map(position -> segmentOf(position.key())).orElse(0);
        for (int segment = from; segment < RowKey.SEGMENTS; segment++) {
            for (Orphan orphan : orphansIn(segment, dead, segment == from ? after : BEGINNING)) {
                if (page.size() == Limits.PAGE_ORPHANS || ports >= Limits.PAGE_PORTS) {
                    return new OrphansPage(membership().epoch(), page, true, 1);
                }
                page.add(orphan);
                ports += orphan.ports().size();
            }
        }
        return new OrphansPage(membership().epoch(), page, false, 1);
    }

    private int[] deadHolders() {
        return membership().members().stream()
                .filter(member -> member.status() == Member.Status.DEAD)
                .mapToInt(member -> holders.find(member.incarnation()))
                .filter(number -> number != HolderBook.UNKNOWN)
                .toArray();
    }

    private int segmentOf(LeaseKey of) {
        otherKey.set(new PoolBook.Page(of.pool(), 0), of.destination());
        return otherKey.segment;
    }

    private List<Orphan> orphansIn(int segment, int[] dead, Optional<Orphan.Position> after) {
        List<Orphan> found = new ArrayList<>();
        if (Arrays.stream(dead).noneMatch(number -> holders.hasRowsIn(number, segment))) {
            return found;
        }
        for (int each : index.rowsOf(segment)) {
            otherView.show(each);
            for (int number : dead) {
                int place = otherView.shares().find(number);
                if (place != Shares.NOBODY) {
                    Incarnation holder = holders.incarnation(number);
                    found.add(new Orphan(keyOf(each), holder, otherView.portsAt(place)));
                }
            }
        }
        found.removeIf(
                orphan -> after.isPresent() && orphan.position().compareTo(after.get()) <= 0);
        found.sort(Comparator.comparing(Orphan::position));
        return found;
    }

    private LeaseKey keyOf(int each) {
        rows.readKey(each, otherKey);
        return otherKey.toLeaseKey(pools.page(otherKey.pool >>> 8).id);
    }

    /** The fullest destinations, fullest first. Looks at every row. */
    public List<Fill> hottest(int most) {
        PriorityQueue<Fill> fullest = new PriorityQueue<>(Comparator.comparingInt(Fill::leased));
        rows.each(each -> {
            int leased = rows.leased(each);
            Fill least = fullest.size() < most ? null : fullest.peek();
            if (leased > (least == null ? 0 : least.leased())) {
                LeaseKey of = keyOf(each);
                // A copy that waits for a checkpoint is a row, but not the key's.
                if (find(of, otherKey) == each) {
                    fullest.add(new Fill(of, leased));
                }
                if (fullest.size() > most) {
                    fullest.remove();
                }
            }
        });
        return fullest.stream().sorted(Comparator.comparing(Fill::leased).reversed()).toList();
    }

    /** How many ports of a pool are leased. */
    public long leasedOf(PoolId pool) {
        return pools.leasedOf(pool);
    }

    /** How full each pool is, ascending by pool. */
    public List<PoolFill> fill() {
        return pools.all().stream()
                .map(page -> new PoolFill(page.id, page.destinations, page.leased))
                .toList();
    }

    /** How much memory rows, ports and index take, without the few objects around them. */
    public long bytes() {
        return rows.bytes() + index.bytes() + changes.bytes();
    }

    /** Puts back what was learned and written behind earlier. */
    public void load(long asOf, Membership written) {
        learned.load(asOf, written);
    }

    /** Puts back a pool that was written behind earlier. */
    public void load(Pool pool) {
        pools.learned(pool);
    }

    /** Puts back ports that were written behind earlier; none of this holder may be there yet. */
    public void load(LeaseKey of, Incarnation holder, long grant, Ports ports) {
        seek(of);
        if (row == Rows.NONE) {
            create(of);
            rows.raise(row, Rows.STORED);
        }
        add(holder, grant, ports);
    }

    /**
     * What changed since the last cut is what {@link #drain} gives, as it is now. Costs the same
     * however much it is. Everything of the last cut must have been drained.
     */
    public void cut() {
        learned.cut();
        changes.cut();
    }

    /**
     * Gives some of what the last cut holds, each row once, in the state that it had at the cut.
     *
     * @param most how many rows at most, from 1
     * @return whether more is left
     */
    public boolean drain(ChangedRows sink, int most) {
        int given = learned.drain(sink);
        while (given < most) {
            int copy = changes.nextCopy();
            int next = copy != Rows.NONE ? copy : changes.next();
            if (next == Rows.NONE) {
                return false;
            }
            given++;
            otherView.show(next);
            sink.holdings(keyOf(next), otherView);
            if (copy != Rows.NONE) {
                rows.release(copy);
            } else if (rows.leased(next) == 0) {
                remove(next, otherKey);
            }
        }
        return true;
    }
}
