package io.sallyport.allocator.table;

import io.sallyport.allocator.Holdings;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Ports;
import io.sallyport.ids.Incarnation;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** Where checkpoints go in tests: maps that know what was put and deleted. */
final class Disk implements MemoryTable.ChangedRows {

    final TreeMap<LeaseKey, TreeMap<Incarnation, NaiveTable.Share>> rows = new TreeMap<>();
    final TreeMap<PoolId, Pool> pools = new TreeMap<>();
    long asOf;
    Membership membership = Membership.EMPTY;

    /** How many rows were given, of any kind. */
    int given;

    /** Which rows one cut gave. */
    private final Set<LeaseKey> givenSinceCut = new HashSet<>();

    void cut(MemoryTable table) {
        givenSinceCut.clear();
        table.cut();
    }

    @Override
    public void learned(long nowAsOf, Membership now) {
        given++;
        asOf = nowAsOf;
        membership = now;
    }

    @Override
    public void pool(Pool pool) {
        given++;
        pools.put(pool.id(), pool);
    }

    @Override
    public void poolGone(PoolId id) {
        given++;
        pools.remove(id);
    }

    @Override
    public void holdings(LeaseKey key, Holdings holdings) {
        given++;
        if (!givenSinceCut.add(key)) {
            throw new AssertionError("gives one row twice: " + key);
        }
        if (holdings.leased() > 0) {
            rows.put(key, NaiveTable.read(holdings));
        } else if (rows.remove(key) == null) {
            throw new AssertionError("deletes what is not there: " + key);
        }
    }

    /** Cuts, and takes all that the cut holds at once. */
    void takeAll(MemoryTable table) {
        cut(table);
        while (table.drain(this, Integer.MAX_VALUE)) {}
    }

    MemoryTable load() {
        MemoryTable table = new MemoryTable(given);
        table.load(asOf, membership);
        rows.descendingMap()
                .forEach((key, row) ->
                        row.forEach((holder, share) ->
                                table.load(key, holder, share.grant(), Ports.of(share.ports()))));
        pools.values().forEach(table::load);
        return table;
    }
}
