package io.sallyport.store.catalog;

import io.sallyport.ids.GatewayId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The whole catalog at one version; immutable. {@code version} is the log index of the last catalog
 * change; resources are sorted by {@link Resource#key()}.
 */
public record Catalog(long version, List<Resource> resources) {

    public static final Catalog EMPTY = new Catalog(0, List.of());

    public Catalog {
        resources = List.copyOf(resources);
    }

    /** Whether the gateway translates to its own address in its subnet. */
    public boolean isPrivate(Resource.Gateway gateway) {
        return all(Resource.ElasticIp.class).stream()
                .filter(eip -> eip.address().equals(gateway.privateAddress()))
                .filter(this::isPrivate)
                .anyMatch(eip -> eip.gateway().equals(Optional.of(gateway.id())));
    }

    /** All of which that is so. */
    public Set<GatewayId> privateGateways() {
        List<Resource.AddressPool> pools =
                all(Resource.AddressPool.class).stream()
                        .filter(Resource.AddressPool::isPrivate)
                        .toList();
        return pools.isEmpty()
                ? Set.of()
                : all(Resource.ElasticIp.class).stream()
                        .filter(eip -> pools.stream().anyMatch(pool -> pool.holds(eip.address())))
                        .flatMap(eip -> eip.gateway().stream())
                        .collect(Collectors.toSet());
    }

    /** Whether it is such a gateway's own. */
    public boolean isPrivate(Resource.ElasticIp eip) {
        return all(Resource.AddressPool.class).stream()
                .anyMatch(pool -> pool.isPrivate() && pool.holds(eip.address()));
    }

    /** All resources of one kind. */
    public <R extends Resource> List<R> all(Class<R> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
