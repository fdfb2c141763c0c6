package io.sallyport.store.catalog;

import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as a replica holds it, sorted by key so that every replica walks it in one order.
 * Changed only by {@link #apply}.
 */
final class CatalogTable {

    private final NavigableMap<String, Resource> resources = new TreeMap<>();

    /** Attached EIPs by address; only ever asked by key, so its order does not matter. */
    private final Map<IpAddress, Resource.ElasticIp> attached = new HashMap<>();

    private final SortedSet<String> dirty = new TreeSet<>();
    private long version;
    private Catalog snapshot = Catalog.EMPTY;

    <R extends Resource> Optional<R> find(Class<R> kind, String key) {
        return Optional.ofNullable(resources.get(key)).filter(kind::isInstance).map(kind::cast);
    }

    /** Somebody else's is as if it were not there. */
    <R extends Resource.Owned> Optional<R> owned(Class<R> kind, TenantId tenant, String key) {
        return find(kind, key).filter(resource -> resource.tenant().equals(tenant));
    }

    <R extends Resource> Stream<R> all(Class<R> kind) {
        return resources.values().stream().filter(kind::isInstance).map(kind::cast);
    }

    <R extends Resource.Owned> Stream<R> all(Class<R> kind, TenantId tenant) {
        return all(kind).filter(resource -> resource.tenant().equals(tenant));
    }

    private int limit(TenantId tenant, Quota quota) {
        return find(Resource.Quotas.class, Resource.Quotas.keyOf(tenant))
                .map(quotas -> quotas.limit(quota))
                .orElse(quota.byDefault());
    }

    /** Why a tenant that would have so many gets no more; empty: it may have them. */
    Optional<Decision> refusal(TenantId tenant, Quota quota, long would) {
        int limit = limit(tenant, quota);
        return would > limit ? Optional.of(Decision.full(quota.text(), limit)) : Optional.empty();
    }

    /** Whether it is a private gateway's own, which nobody else ever has. */
    boolean isPrivate(Resource.ElasticIp eip) {
        return isPrivate(eip.address());
    }

    /** The private gateway that has it beside the address of its interface; empty: none has. */
    Optional<Resource.Gateway> furtherOwner(Resource.ElasticIp eip) {
        return eip.gateway()
                .flatMap(id -> find(Resource.Gateway.class, id.value()))
                .filter(gateway -> !gateway.privateAddress().equals(eip.address()))
                .filter(this::isPrivate);
    }

    /** Whether it translates to its own address in its subnet. */
    boolean isPrivate(Resource.Gateway gateway) {
        return attachedAt(gateway.privateAddress())
                .filter(this::isPrivate)
                .flatMap(Resource.ElasticIp::gateway)
                .equals(Optional.of(gateway.id()));
    }

    private boolean isPrivate(IpAddress address) {
        return all(Resource.AddressPool.class)
                .anyMatch(pool -> pool.isPrivate() && pool.holds(address));
    }

    /** Whether all of it is for private gateways alone to translate to. */
    boolean isPrivate(IpPrefix prefix) {
        return all(Resource.AddressPool.class)
                .filter(Resource.AddressPool::isPrivate)
                .flatMap(pool -> pool.prefixes().stream())
                .anyMatch(one -> one.length() <= prefix.length() && one.contains(prefix.address()));
    }

    /** The tenant's, also where it is a VPC's main one that is not kept. */
    Optional<Routing.RouteTable> routeTable(TenantId tenant, RouteTableId id) {
        return owned(Routing.RouteTable.class, tenant, id.value())
                .or(() -> impliedMain(id).filter(main -> main.tenant().equals(tenant)));
    }

    /** A VPC's main one that is not kept. */
    Optional<Routing.RouteTable> impliedMain(RouteTableId id) {
        return find(Routing.RouteTable.class, id.value()).isPresent()
                ? Optional.empty()
                : find(Resource.Vpc.class, id.mainTableOf().value())
                        .map(vpc -> mainOf(vpc.id()))
                        .filter(main -> main.id().equals(id));
    }

    /** That which all subnets of the VPC have that have none of their own. */
    Routing.RouteTable mainOf(VpcId vpc) {
        return all(Routing.RouteTable.class)
                .filter(one -> one.vpc().equals(vpc) && one.main().isPresent())
                .findFirst()
                .orElseGet(() ->
                        find(Resource.Vpc.class, vpc.value())
                                .map(Routing.RouteTable::impliedBy)
                                .orElseThrow());
    }

    int size() {
        return resources.size();
    }

    long version() {
        return version;
    }

    Optional<Resource.ElasticIp> attachedAt(IpAddress address) {
        return Optional.ofNullable(attached.get(address));
    }

    /** Immutable and kept until the next change; safe to hand to other threads. */
    Catalog snapshot() {
        if (snapshot.version() != version) {
            snapshot = new Catalog(version, List.copyOf(resources.values()));
        }
        return snapshot;
    }

    void apply(long index, List<CatalogChange> changes) {
        for (CatalogChange change : changes) {
            switch (change) {
                case CatalogChange.Put(Resource resource) -> {
                    forget(resources.put(resource.key(), resource));
                    remember(resource);
                    dirty.add(resource.key());
                }
                case CatalogChange.Remove(String key) -> {
                    forget(resources.remove(key));
                    dirty.add(key);
                }
            }
        }
        if (!changes.isEmpty()) {
            version = index;
            snapshot = Catalog.EMPTY;
        }
    }

    private void forget(@Nullable Resource former) {
        if (former instanceof Resource.ElasticIp eip) {
            attached.remove(eip.address());
        }
    }

    private void remember(Resource resource) {
        if (resource instanceof Resource.ElasticIp eip && eip.owner().isPresent()) {
            attached.put(eip.address(), eip);
        }
    }

    /** Puts back what a checkpoint kept; nothing becomes dirty. */
    void restore(Resource resource) {
        resources.put(resource.key(), resource);
        remember(resource);
        snapshot = Catalog.EMPTY;
    }

    void restoreVersion(long kept) {
        version = kept;
        snapshot = Catalog.EMPTY;
    }

    /** Keys changed since the last call, in order; a key without a resource was removed. */
    List<String> drainDirty() {
        List<String> keys = List.copyOf(dirty);
        dirty.clear();
        return keys;
    }
}
