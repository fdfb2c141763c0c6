package io.sallyport.store.catalog;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Routing.Route;
import io.sallyport.store.catalog.Routing.RouteTable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole catalog at one version; immutable. {@code version} is the log index of the last catalog
 * change; resources are sorted by {@link Resource#key()}.
 */
public record Catalog(long version, List<Resource> resources) {

    public static final Catalog EMPTY = new Catalog(0, List.of());

    /** Where default routes lead to. */
    private static final List<IpPrefix> EVERYTHING =
            List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0"));

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

    /** All route tables of the tenant's VPCs, likewise. */
    public List<RouteTable> routeTables(TenantId tenant) {
        Map<VpcId, List<RouteTable>> kept =
                owned(RouteTable.class, tenant).collect(Collectors.groupingBy(RouteTable::vpc));
        return owned(Resource.Vpc.class, tenant)
                .flatMap(vpc -> withMain(vpc, kept.getOrDefault(vpc.id(), List.of())))
                .toList();
    }

    /** The VPC's route tables: the main one first, also where it is not kept. */
    public List<RouteTable> routeTables(Resource.Vpc vpc) {
        Stream<RouteTable> kept =
                all(RouteTable.class).stream().filter(one -> one.vpc().equals(vpc.id()));
        return withMain(vpc, kept.toList()).toList();
    }

    private static Stream<RouteTable> withMain(Resource.Vpc vpc, List<RouteTable> kept) {
        return kept.stream().anyMatch(one -> one.main().isPresent())
                ? kept.stream().sorted(Comparator.comparing(one -> one.main().isEmpty()))
                : Stream.concat(Stream.of(RouteTable.impliedBy(vpc)), kept.stream());
    }

    /** Of a table that follows the VPC's gateways: the routes that nobody has set. */
    public List<Route> followed(RouteTable table) {
        return table.follows()
                ? all(Resource.Vpc.class).stream()
                        .filter(vpc -> vpc.id().equals(table.vpc()))
                        .flatMap(vpc -> EVERYTHING.stream().filter(any -> hasFamily(vpc, any)))
                        .filter(any -> table.route(any).isEmpty())
                        .flatMap(any -> serving(table.vpc()).stream().map(to -> route(any, to)))
                        .toList()
                : List.of();
    }

    private static Route route(IpPrefix any, GatewayId to) {
        return new Route(any, new Routing.Target.NatGateway(to));
    }

    private static boolean hasFamily(Resource.Vpc vpc, IpPrefix any) {
        return vpc.prefixes().stream()
                .anyMatch(prefix -> prefix.address().isV4() == any.address().isV4());
    }

    /**
     * To which gateway a VPC's packets go where its tenant has said nothing: the first by id that
     * has an elastic IP; where none has one, the first.
     */
    public Optional<GatewayId> serving(VpcId vpc) {
        Set<GatewayId> haveAddress =
                all(Resource.ElasticIp.class).stream()
                        .flatMap(eip -> eip.gateway().stream())
                        .collect(Collectors.toSet());
        return all(Resource.Gateway.class).stream()
                .filter(gateway -> gateway.vpc().equals(vpc))
                .map(Resource.Gateway::id)
                .min(
                        Comparator.comparing((GatewayId id) -> !haveAddress.contains(id))
                                .thenComparing(GatewayId::value));
    }

    /** How much the tenant may have of that. */
    public int limit(TenantId tenant, Quota quota) {
        return all(Resource.Quotas.class).stream()
                .filter(quotas -> quotas.tenant().equals(tenant))
                .findFirst()
                .map(quotas -> quotas.limit(quota))
                .orElse(quota.byDefault());
    }

    /** How much it has, as quotas count. */
    public long used(TenantId tenant, Quota quota) {
        return switch (quota) {
            case VPCS -> owned(Resource.Vpc.class, tenant).count();
            case ELASTIC_IPS -> owned(Resource.ElasticIp.class, tenant).count();
            case GATEWAYS -> owned(Resource.Gateway.class, tenant).count();
            case NETWORK_INTERFACES -> owned(Resource.NetworkInterface.class, tenant).count();
            case NETWORK_ACLS ->
                    owned(Resource.NetworkAcl.class, tenant)
                            .filter(acl -> !acl.isDefault())
                            .count();
            case ROUTE_TABLES ->
                    owned(RouteTable.class, tenant).filter(one -> one.main().isEmpty()).count();
            case INTERNET_GATEWAYS -> owned(Routing.InternetGateway.class, tenant).count();
            case NETWORK_ACL_ENTRIES ->
                    owned(Resource.NetworkAcl.class, tenant)
                            .mapToLong(acl -> acl.entries().size())
                            .sum();
        };
    }

    private <R extends Resource.Owned> Stream<R> owned(Class<R> kind, TenantId tenant) {
        return all(kind).stream().filter(resource -> resource.tenant().equals(tenant));
    }

    /** All resources of one kind. */
    public <R extends Resource> List<R> all(Class<R> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
