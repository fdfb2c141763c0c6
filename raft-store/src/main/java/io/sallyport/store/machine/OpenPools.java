package io.sallyport.store.machine;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which pools of ports may be leased from: an attached address in its present generation, from when
 * every member that is not dead had applied the catalog in which that generation began. Until then
 * somebody might still carry connections of the former one, whose ports nobody leases any more.
 * Once open a pool stays so until it is detached: who joins later carries nothing old.
 *
 * <p>Part of the state, and a function of it: one thread.
 */
final class OpenPools {

    /** Most that open with one entry, so that the word of it to the lease groups stays small. */
    static final int OPENED_MAX = 4096;

    private final NavigableMap<IpAddress, Pool> attached = new TreeMap<>();

    /** Generations that are open, by address. */
    private final NavigableMap<IpAddress, Long> open = new TreeMap<>();

    private final SortedSet<IpAddress> waiting = new TreeSet<>();
    private final SortedSet<IpAddress> dirty = new TreeSet<>();
    private Catalog catalog = Catalog.EMPTY;
    private List<Pool> pools = List.of();

    /** Looks at the state as it is now; cheap where neither changed. */
    void follow(Catalog now, Membership membership) {
        boolean changed = now != catalog && attach(now);
        if (!waiting.isEmpty() && open(membership) || changed) {
            pools = attached.values().stream().filter(p -> open.containsKey(p.id().eip())).toList();
        }
    }

    /** Whether what is open, or what is known of it, is other than before. */
    private boolean attach(Catalog now) {
        Map<IpAddress, Pool> before = Map.copyOf(attached);
        catalog = now;
        attached.clear();
        waiting.clear();
        for (Resource.ElasticIp eip : now.all(Resource.ElasticIp.class)) {
            if (eip.gateway().isPresent()) {
                PoolId id = new PoolId(eip.address(), eip.poolGeneration());
                attached.put(eip.address(), new Pool(id, eip.tenant(), 0));
            }
        }
        for (Map.Entry<IpAddress, Long> each : List.copyOf(open.entrySet())) {
            Pool pool = attached.get(each.getKey());
            if (pool == null || pool.id().generation() != each.getValue()) {
                open.remove(each.getKey());
                dirty.add(each.getKey());
            }
        }
        attached.keySet().stream().filter(each -> !open.containsKey(each)).forEach(waiting::add);
        return !before.equals(attached);
    }

    private boolean open(Membership membership) {
        long applied =
                membership.members().stream()
                        .filter(member -> member.status() != Member.Status.DEAD)
                        .mapToLong(Member::catalogVersion)
                        .min()
                        .orElse(Long.MAX_VALUE);
        List<IpAddress> ready =
                waiting.stream()
                        .filter(each -> generation(each) <= applied)
                        .limit(OPENED_MAX)
                        .toList();
        for (IpAddress address : ready) {
            open.put(address, generation(address));
            waiting.remove(address);
            dirty.add(address);
        }
        return !ready.isEmpty();
    }

    /** Of an address that is attached. */
    private long generation(IpAddress address) {
        return Objects.requireNonNull(attached.get(address)).id().generation();
    }

    /** Those that are open, in the order of their addresses; immutable. */
    List<Pool> pools() {
        return pools;
    }

    void drainDirty(StateSink sink) {
        for (IpAddress address : dirty) {
            byte[] key = new WireWriter(17).address(address).toBytes();
            Long generation = open.get(address);
            if (generation == null) {
                sink.remove(StatePart.POOLS, key);
            } else {
                sink.put(StatePart.POOLS, key, new WireWriter(8).i64(generation).toBytes());
            }
        }
        dirty.clear();
    }

    /** Before the first {@link #follow}. */
    void load(byte[] key, byte[] value) {
        open.put(
                WireReader.whole(key, WireReader::address),
                WireReader.whole(value, WireReader::i64));
    }
}
