package io.sallyport.store.machine;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.allocator.table.PoolFill;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.TableRows;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.calls.StoreStatus;
import java.util.List;
import java.util.Optional;

/**
 * The state of one lease group: which incarnation holds which ports of the destinations that are
 * the group's, and what it learned of the members and the pools. What looks into the table takes
 * the machine's lock, which applying takes once for an entry.
 */
public final class LeaseMachine implements Machine {

    /**
     * What the group learned of the control group, as it was after one entry. Monotone: what a
     * later view says is newer.
     *
     * @param index the last entry that was applied; 0 before the first
     * @param asOf the control group's index that it reflects
     */
    public record View(long index, long asOf, Membership membership, List<Pool> pools) {}

    private final int group;
    private final int groups;
    private final MemoryTable table;
    private final LeaseLaw law;
    private final ClientTable clients = new ClientTable();
    private final Obedience obedience = new Obedience(clients, this::obey);
    private final HeldRows held = new HeldRows();
    private final LeaseTally tally = new LeaseTally();
    private volatile View view;

    /**
     * @param group which it is, 1 to {@code groups}
     * @param groups how many lease groups there are
     * @param seed of the table's hashes: drawn by each process, so that nobody outside can choose
     *     destinations that collide. No result depends on it
     */
    public LeaseMachine(int group, int groups, long seed) {
        this.group = group;
        this.groups = groups;
        this.table = new MemoryTable(seed);
        this.law = new LeaseLaw(table);
        this.view = new View(0, 0, table.membership(), table.pools());
    }

    @Override
    public void check(ClientCall call) {
        if (call.law() != Law.ALLOCATOR) {
            throw new WireException("group " + group + " keeps leases alone");
        }
        for (byte[] command : call.each()) {
            check(ofLeases(command));
        }
    }

    private void check(AllocatorCommand.OfLeases command) {
        switch (command) {
            case AllocatorCommand.Acquire acquire -> check(acquire.key());
            case AllocatorCommand.Return returned -> check(returned.key());
            case AllocatorCommand.Reconciled reconciled -> check(reconciled.key());
            case AllocatorCommand.Learn _ ->
                    throw new WireException("only the leader says this, to itself");
        }
    }

    private void check(LeaseKey key) {
        int right = LeaseGroups.of(key, groups);
        if (right != group) {
            throw new WireException(key + " belongs to group " + right + ", not " + group);
        }
    }

    private static AllocatorCommand.OfLeases ofLeases(byte[] command) {
        return switch (AllocatorCodec.decodeCommand(command)) {
            case AllocatorCommand.OfLeases ours -> ours;
            case AllocatorCommand.OfMembers theirs ->
                    throw new WireException("a command for the control group: " + theirs);
        };
    }

    @Override
    public synchronized List<Answer.Applied> apply(long index, Entry entry) {
        List<Answer.Applied> answers = obedience.apply(index, entry);
        publish(index);
        return answers;
    }

    private byte[] obey(Law unused, byte[] command, Stamp stamp) {
        AllocatorCommand.OfLeases ours = ofLeases(command);
        var decision = law.decide(ours, stamp);
        law.apply(decision);
        tally.saw(ours, decision.result());
        return AllocatorCodec.encode(decision.result());
    }

    private void publish(long index) {
        view = new View(index, table.learnedAsOf(), table.membership(), table.pools());
    }

    /** What was learned; from any thread, without waiting. */
    public View view() {
        return view;
    }

    /** From any thread. */
    public synchronized OrphansPage orphans(Optional<Orphan.Position> after) {
        OrphansPage page = table.orphans(after);
        return new OrphansPage(page.epoch(), page.orphans(), page.more(), groups);
    }

    /** Destinations under pressure of which the holder has ports. From any thread. */
    public synchronized List<LeaseKey> wanted(Incarnation holder, int most) {
        return table.wanted(holder, most);
    }

    /** How many ports an incarnation holds here. From any thread. */
    public synchronized long leasedTo(Incarnation holder) {
        return table.leasedTo(holder);
    }

    /** How many ports of a pool are leased here. From any thread. */
    public synchronized long leasedOf(PoolId pool) {
        return table.leasedOf(pool);
    }

    /** What there is and what was done. From any thread. */
    public synchronized StoreStatus.Leases leases() {
        return new StoreStatus.Leases(
                table.learnedAsOf(),
                table.destinations(),
                table.fill().stream().mapToLong(PoolFill::leased).sum(),
                orphanedPorts(),
                tally.grants,
                tally.granted,
                tally.returns,
                tally.exhausted,
                tally.overQuota,
                tally.early,
                tally.reconciled);
    }

    private long orphanedPorts() {
        return table.membership().members().stream()
                .filter(member -> member.status() == Member.Status.DEAD)
                .mapToLong(member -> table.leasedTo(member.incarnation()))
                .sum();
    }

    /** How much of each pool is leased. From any thread. */
    public synchronized List<StoreStatus.Fill> fills() {
        return table.fill().stream()
                .map(fill -> new StoreStatus.Fill(fill.id(), fill.destinations(), fill.leased()))
                .toList();
    }

    /** The fullest destinations, the fullest first. From any thread. */
    public synchronized List<StoreStatus.Hot> hottest(int most) {
        return table.hottest(most).stream()
                .map(fill -> new StoreStatus.Hot(fill.key(), fill.leased()))
                .toList();
    }

    @Override
    public synchronized int clients() {
        return clients.size();
    }

    @Override
    public synchronized void cut() {
        table.cut();
        clients.drainDirty(held);
    }

    @Override
    public synchronized boolean drain(StateSink sink, int rows) {
        return held.drain(sink, rows)
                || TableRows.drain(
                        table,
                        new TableRows.Sink() {
                            @Override
                            public void put(byte[] key, byte[] value) {
                                sink.put(StatePart.ALLOCATOR, key, value);
                            }

                            @Override
                            public void delete(byte[] key) {
                                sink.remove(StatePart.ALLOCATOR, key);
                            }
                        },
                        rows);
    }

    @Override
    public synchronized void load(StatePart part, byte[] key, byte[] value) {
        switch (part) {
            case META -> {}
            case ALLOCATOR -> TableRows.load(table, key, value);
            case CLIENTS -> clients.load(key, value);
            case CATALOG, CLUSTER, POOLS ->
                    throw new WireException("a lease group has no row of " + part);
        }
    }

    @Override
    public synchronized void loaded(long index) {
        publish(index);
    }
}
