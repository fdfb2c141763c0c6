package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What was learned of members, and what of it and of the pools a checkpoint has to write. */
final class Learned {

    private final PoolBook pools;
    private long asOf;
    private Membership membership = Membership.EMPTY;
    private boolean membersChanged;
    private final TreeSet<PoolId> poolsChanged = new TreeSet<>();

    /** What a cut holds is immutable, so it is simply kept: small beside the rows. */
    private final List<Consumer<MemoryTable.ChangedRows>> waiting = new ArrayList<>();

    Learned(PoolBook pools) {
        this.pools = pools;
    }

    long asOf() {
        return asOf;
    }

    Membership membership() {
        return membership;
    }

    void become(long nowAsOf, Membership next, List<Pool> added, List<PoolId> removed) {
        load(nowAsOf, next);
        membersChanged = true;
        for (Pool pool : added) {
            pools.learned(pool);
            poolsChanged.add(pool.id());
        }
        for (PoolId id : removed) {
            pools.removed(id);
            poolsChanged.add(id);
        }
    }

    void load(long nowAsOf, Membership written) {
        asOf = nowAsOf;
        membership = written;
    }

    void cut() {
        Invariant.check(waiting.isEmpty(), "one checkpoint at a time");
        if (membersChanged) {
            long cutAsOf = asOf;
            Membership cutMembership = membership;
            waiting.add(sink -> sink.learned(cutAsOf, cutMembership));
            membersChanged = false;
        }
        for (PoolId id : poolsChanged) {
            Pool pool = pools.learned(id);
            waiting.add(sink -> {
                if (pool == null) {
                    sink.poolGone(id);
                } else {
                    sink.pool(pool);
                }
            });
        }
        poolsChanged.clear();
    }

    /** Gives all that the cut holds; returns how much. */
    int drain(MemoryTable.ChangedRows sink) {
        int count = waiting.size();
        waiting.forEach(each -> each.accept(sink));
        waiting.clear();
        return count;
    }
}
