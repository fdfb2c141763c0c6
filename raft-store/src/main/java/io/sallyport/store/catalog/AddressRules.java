package io.sallyport.store.catalog;

import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Tenant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Elastic IPs: taken from a pool, given back. Who owns them: {@link MoveRules}. */
final class AddressRules {

    private final CatalogTable table;

    AddressRules(CatalogTable table) {
        this.table = table;
    }

    Decision allocate(CatalogCommand.AllocateAddress command, long index) {
        TenantId tenant = command.tenant();
        String key = command.id().value();
        Optional<AddressPool> pool =
                table.find(AddressPool.class, AddressPool.keyOf(command.pool()));
        Optional<ElasticIp> existing = table.find(ElasticIp.class, key);
        if (existing.isPresent()) {
            ElasticIp present = existing.get();
            return present.tenant().equals(tenant)
                    ? Decision.existing(present, answers(present, command, pool))
                    : Decision.notFound(key);
        }
        if (table.find(Tenant.class, tenant.value()).isEmpty()) {
            return Decision.notFound(tenant.value());
        }
        if (pool.isEmpty()) {
            return Decision.notFound(AddressPool.keyOf(command.pool()));
        }
        if (pool.get().isPrivate()) {
            return Decision.invalid("pool", command.pool(), "a pool that is not private");
        }
        long would = table.all(ElasticIp.class, tenant).count() + 1;
        Optional<Decision> full = table.refusal(tenant, Quota.ELASTIC_IPS, would);
        if (full.isPresent()) {
            return full.get();
        }
        Set<IpAddress> taken =
                table.all(ElasticIp.class)
                        .map(ElasticIp::address)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (command.address().isPresent()) {
            return wished(command, pool.get(), command.address().get(), taken, index);
        }
        return pool.get().prefixes().stream()
                .filter(prefix -> prefix.address().isV4() != command.ipv6())
                .flatMap(prefix -> drawn(prefix, taken).stream())
                .findFirst()
                .map(address -> allocated(command, address, index))
                .orElseGet(() ->
                        Decision.full(
                                (command.ipv6() ? "IPv6" : "IPv4")
                                        + " addresses of "
                                        + pool.get().key(),
                                held(pool.get(), taken, command.ipv6())));
    }

    private static boolean answers(
            ElasticIp present, CatalogCommand.AllocateAddress command, Optional<AddressPool> pool) {
        return pool.isPresent()
                && PoolRules.holds(pool.get(), present)
                && present.address().isV4() != command.ipv6()
                && command.address().map(present.address()::equals).orElse(true);
    }

    private static Decision wished(
            CatalogCommand.AllocateAddress command,
            AddressPool pool,
            IpAddress wish,
            Set<IpAddress> taken,
            long index) {
        if (wish.isV4() == command.ipv6()) {
            return Decision.invalid("address", wish, "of the asked family");
        }
        if (pool.prefixes().stream().noneMatch(prefix -> prefix.contains(wish))) {
            return Decision.invalid("address", wish, "within " + pool.prefixes());
        }
        return taken.contains(wish)
                ? Decision.conflict(command.id().value(), wish + " is taken")
                : allocated(command, wish, index);
    }

    /**
     * The lowest free address. A pool may sit on a subnet, where its first and its last address
     * mean something else; these are had only by wish.
     */
    private static Optional<IpAddress> drawn(IpPrefix prefix, Set<IpAddress> taken) {
        boolean subnet = prefix.address().bits() - prefix.length() >= 2;
        boolean broadcast = subnet && prefix.address().isV4();
        return AddressRange.lowestFree(prefix, subnet ? 1 : 0, broadcast ? 1 : 0, taken::contains);
    }

    private static long held(AddressPool pool, Set<IpAddress> taken, boolean ipv6) {
        return taken.stream()
                .filter(address -> address.isV4() != ipv6)
                .filter(address -> pool.prefixes().stream().anyMatch(p -> p.contains(address)))
                .count();
    }

    private static Decision allocated(
            CatalogCommand.AllocateAddress command, IpAddress address, long index) {
        return Decision.put(
                new ElasticIp(
                        command.id(),
                        command.tenant(),
                        address,
                        0,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        index));
    }

    Decision release(CatalogCommand.ReleaseAddress command, long index) {
        String key = command.id().value();
        Optional<ElasticIp> eip = table.owned(ElasticIp.class, command.tenant(), key);
        if (eip.isEmpty()) {
            return Decision.notFound(key);
        }
        return eip.get()
                .owner()
                .map(owner -> Decision.inUse(key, MoveRules.named(owner)))
                .orElseGet(() -> Decision.removed(key, index));
    }

    Decision detach(CatalogCommand.DetachAddress command, long index) {
        String key = command.id().value();
        Optional<ElasticIp> found = table.owned(ElasticIp.class, command.tenant(), key);
        if (found.isEmpty()) {
            return Decision.notFound(key);
        }
        ElasticIp eip = found.get();
        if (table.isPrivate(eip)) {
            return MoveRules.owned(eip);
        }
        return eip.owner().isEmpty() ? Decision.unchanged(eip) : Decision.put(eip.released(index));
    }
}
