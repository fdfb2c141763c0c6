package io.sallyport.store.catalog;

import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import java.util.List;
import java.util.Optional;

/** Which addresses tenants may allocate: set by the operator. */
final class PoolRules {

    private final CatalogTable table;

    PoolRules(CatalogTable table) {
        this.table = table;
    }

    Decision putPool(CatalogCommand.PutPool command, long index) {
        AddressPool pool =
                new AddressPool(command.name(), command.prefixes(), command.isPrivate(), index);
        Optional<AddressPool> existing = table.find(AddressPool.class, pool.key());
        if (existing.isPresent()
                && existing.get().prefixes().equals(pool.prefixes())
                && existing.get().isPrivate() == pool.isPrivate()) {
            return Decision.unchanged(existing.get());
        }
        if (!command.name().matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            return Decision.invalid("name", command.name(), "1 to 63 of a-z, 0-9 and -");
        }
        Optional<Decision> broken =
                PrefixRules.broken("prefixes", pool.prefixes(), CatalogLimits.PREFIXES_PER_POOL, 8);
        if (broken.isPresent()) {
            return broken.get();
        }
        Optional<AddressPool> overlapping =
                table.all(AddressPool.class)
                        .filter(other -> !other.key().equals(pool.key()))
                        .filter(other -> overlap(other.prefixes(), pool.prefixes()))
                        .findFirst();
        if (overlapping.isPresent()) {
            return Decision.refused(
                    new CatalogResult.Conflict(pool.key(), "overlaps " + overlapping.get().key()));
        }
        return existing.flatMap(former -> strandedAddress(former, pool))
                .map(eip -> Decision.refused(new CatalogResult.InUse(pool.key(), eip.key())))
                .orElseGet(() -> Decision.put(pool));
    }

    /** An address in use that the pool would no longer hold, or not as what it is. */
    private Optional<ElasticIp> strandedAddress(AddressPool former, AddressPool next) {
        boolean same = former.isPrivate() == next.isPrivate();
        return table.all(ElasticIp.class)
                .filter(eip -> holds(former, eip) && !(same && holds(next, eip)))
                .findFirst();
    }

    static boolean holds(AddressPool pool, ElasticIp eip) {
        return pool.holds(eip.address());
    }

    private static boolean overlap(List<IpPrefix> some, List<IpPrefix> others) {
        return some.stream().anyMatch(one -> others.stream().anyMatch(one::overlaps));
    }

    Decision deletePool(CatalogCommand.DeletePool command, long index) {
        String key = AddressPool.keyOf(command.name());
        Optional<AddressPool> pool = table.find(AddressPool.class, key);
        if (pool.isEmpty()) {
            return Decision.notFound(key);
        }
        return table.all(ElasticIp.class)
                .filter(eip -> holds(pool.get(), eip))
                .findFirst()
                .map(eip -> Decision.refused(new CatalogResult.InUse(key, eip.key())))
                .orElseGet(() -> Decision.removed(key, index));
    }
}
