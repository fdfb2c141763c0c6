package io.sallyport.allocator.table;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.ids.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pools that were learned and those that rows name, as small numbers, with what is leased of
 * each and of each tenant. A pool that was removed may have leases for a while; they are nobody's
 * then. One thread at a time.
 */
final class PoolBook {

    private static final int POOLS_MAX = 1 << 24;

    private static final class Tenant {
        int pools;
        long leased;
    }

    static final class Page {
        final PoolId id;
        final int number;

        /** A hash of the id that is the same in every process. */
        final long mark;

        @Nullable Pool pool;

        /** Whose pool it is; null where it is nobody's. */
        @Nullable Tenant tenant;

        int rows;
        int destinations;
        long leased;

        Page(PoolId id, int number) {
            this.id = id;
            this.number = number;
            long address = RowKey.mix(id.eip().high() ^ 0x2545f4914f6cdd1dL, ~id.eip().low());
            mark = RowKey.mix(address, id.generation() ^ 0xd6e8feb86659fd93L);
        }
    }

    private final Map<PoolId, Page> pages = new HashMap<>();
    private final List<@Nullable Page> numbered = new ArrayList<>();
    private final List<Integer> released = new ArrayList<>();
    private final Map<TenantId, Tenant> tenants = new HashMap<>();

    /** Those that were learned; null until they are asked for. After every entry somebody does. */
    private @Nullable List<Pool> pools;

    /** Asked for last: commands for one address often come together. */
    private @Nullable Page last;

    @Nullable Page find(LeaseKey key) {
        Page recent = last;
        if (recent != null
                && recent.id.generation() == key.poolGeneration()
                && recent.id.eip().equals(key.eip())) {
            return recent;
        }
        Page found = pages.get(key.pool());
        if (found != null) {
            last = found;
        }
        return found;
    }

    /** The page of the pool, a new one where there is none. It must be learned or named then. */
    Page pageOf(PoolId id) {
        Page known = pages.get(id);
        if (known != null) {
            return known;
        }
        boolean again = !released.isEmpty();
        int number = again ? released.removeLast() : numbered.size();
        Invariant.check(number < POOLS_MAX, "a table has fewer pools than that");
        Page page = new Page(id, number);
        pages.put(id, page);
        if (again) {
            numbered.set(number, page);
        } else {
            numbered.add(page);
        }
        return page;
    }

    @Nullable Pool learned(PoolId id) {
        Page page = pages.get(id);
        return page == null ? null : page.pool;
    }

    Page page(int number) {
        Page page = numbered.get(number);
        if (page == null) {
            throw new IllegalStateException("a number that no pool has: " + number);
        }
        return page;
    }

    void learned(Pool pool) {
        Page page = pageOf(pool.id());
        leave(page);
        page.pool = pool;
        Tenant tenant = tenants.computeIfAbsent(pool.tenant(), absent -> new Tenant());
        tenant.pools++;
        tenant.leased += page.leased;
        page.tenant = tenant;
        pools = null;
    }

    void removed(PoolId id) {
        Page page = pages.get(id);
        if (page != null) {
            leave(page);
            closeIfUnused(page);
        }
    }

    private void leave(Page page) {
        if (page.pool != null && page.tenant != null) {
            page.tenant.pools--;
            page.tenant.leased -= page.leased;
            if (page.tenant.pools == 0) {
                tenants.remove(page.pool.tenant());
            }
            page.pool = null;
            page.tenant = null;
            pools = null;
        }
    }

    void named(int number) {
        page(number).rows++;
    }

    void unnamed(int number) {
        Page page = page(number);
        page.rows--;
        closeIfUnused(page);
    }

    private void closeIfUnused(Page page) {
        if (page.rows == 0 && page.pool == null) {
            Invariant.check(page.leased == 0, "a pool with leases is named by a row");
            pages.remove(page.id);
            numbered.set(page.number, null);
            released.add(page.number);
            last = null;
        }
    }

    void movePorts(Page page, int change) {
        page.leased += change;
        if (page.tenant != null) {
            page.tenant.leased += change;
        }
    }

    long leasedOf(TenantId tenant) {
        Tenant found = tenants.get(tenant);
        return found == null ? 0 : found.leased;
    }

    /** Of one pool, learned or only named by rows. */
    long leasedOf(PoolId pool) {
        Page page = pages.get(pool);
        return page == null ? 0 : page.leased;
    }

    /** All that were learned, ascending; immutable. */
    List<Pool> pools() {
        List<Pool> known = pools;
        if (known == null) {
            List<Pool> found = new ArrayList<>();
            for (Page page : all()) {
                if (page.pool != null) {
                    found.add(page.pool);
                }
            }
            known = List.copyOf(found);
            pools = known;
        }
        return known;
    }

    /** All that were learned or have leases, ascending. */
    List<Page> all() {
        List<Page> all = new ArrayList<>();
        for (Page page : numbered) {
            if (page != null) {
                all.add(page);
            }
        }
        all.sort(Comparator.comparing(page -> page.id));
        return all;
    }
}
