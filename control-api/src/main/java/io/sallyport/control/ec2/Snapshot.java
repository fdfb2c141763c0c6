package io.sallyport.control.ec2;

import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.catalog.Resource.AddressPool;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Label;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What one tenant sees at one moment: the catalog, and how far nodes follow it. */
final class Snapshot {

    private final Catalog catalog;
    private final TenantId tenant;
    private final Progress progress;
    private final Map<String, Label> labels = new HashMap<>();
    private final List<AddressPool> privatePools;

    Snapshot(Catalog catalog, TenantId tenant, Progress progress) {
        this.catalog = catalog;
        this.tenant = tenant;
        this.progress = progress;
        this.privatePools =
                catalog.all(AddressPool.class).stream().filter(AddressPool::isPrivate).toList();
        all(Label.class).forEach(label -> labels.put(label.of(), label));
    }

    TenantId tenant() {
        return tenant;
    }

    Catalog catalog() {
        return catalog;
    }

    boolean applied(long version) {
        return progress.applied(version);
    }

    /** Of elastic IPs those that AWS calls so: not a private gateway's own address. */
    <R extends Resource.Owned> List<R> all(Class<R> type) {
        return tenants(type)
                .filter(resource -> !(resource instanceof ElasticIp eip && isPrivate(eip)))
                .toList();
    }

    private <R extends Resource.Owned> Stream<R> tenants(Class<R> type) {
        return catalog.all(type).stream().filter(resource -> resource.tenant().equals(tenant));
    }

    /** Whether it is a private gateway's own address. */
    boolean isPrivate(ElasticIp eip) {
        return isPrivate(eip.address());
    }

    boolean isPrivate(IpAddress address) {
        return privatePools.stream().anyMatch(pool -> pool.holds(address));
    }

    boolean isPrivate(Gateway gateway) {
        return addresses(gateway).stream().anyMatch(this::isPrivate);
    }

    <R extends Resource.Owned> Optional<R> find(Class<R> type, String key) {
        return all(type).stream().filter(resource -> resource.key().equals(key)).findFirst();
    }

    /** One that must be there, and the tenant's. */
    <R extends Resource.Owned> R get(Class<R> type, Kind kind, String id) {
        return find(type, id).orElseThrow(() -> kind.notFound(id));
    }

    SortedMap<String, String> tags(String key) {
        return Optional.ofNullable(labels.get(key)).map(Label::tags).orElseGet(TreeMap::new);
    }

    /** Empty where it was not told. */
    Optional<Instant> created(String key) {
        return Optional.ofNullable(labels.get(key)).flatMap(Snapshot::created);
    }

    static Optional<Instant> created(Label label) {
        return label.createdEpochMillis() == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(label.createdEpochMillis()));
    }

    /**
     * What a gateway translates to, its primary address first: that of its interface, or that which
     * it has had for longest, since the catalog knows of no other rank.
     */
    List<ElasticIp> addresses(Gateway gateway) {
        return tenants(ElasticIp.class)
                .filter(eip -> eip.gateway().equals(Optional.of(gateway.id())))
                .sorted(
                        Comparator.comparing((ElasticIp eip) -> !eip.address().isV4())
                                .thenComparing(
                                        eip -> !eip.address().equals(gateway.privateAddress()))
                                .thenComparing(ElasticIp::poolGeneration)
                                .thenComparing(ElasticIp::address))
                .toList();
    }
}
