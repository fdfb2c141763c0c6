package io.sallyport.gateway.view;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Routing;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What route tables say, in gateways' numbers. Of a VPC whose main one nobody has changed all is
 * said by {@code serving}.
 */
final class RoutesBuilder {

    private final Map<GatewayId, GatewayView> gateways = new HashMap<>();
    private final Map<VpcId, GatewayView> serving;
    private final Map<VpcId, RoutesView> main = new HashMap<>();
    private final Map<SubnetId, RoutesView> own = new HashMap<>();

    /**
     * @param known all gateways of attached VPCs
     * @param serving which of them serves a VPC whose routes follow its gateways
     */
    RoutesBuilder(
            Catalog catalog,
            Iterable<GatewayView> known,
            Map<VpcId, Integer> numbers,
            Map<VpcId, GatewayView> serving) {
        this.serving = serving;
        known.forEach(gateway -> gateways.put(gateway.id(), gateway));
        for (RouteTable table : catalog.all(RouteTable.class)) {
            Integer vpc = numbers.get(table.vpc());
            if (vpc != null) {
                RoutesView routes = routes(table, vpc);
                table.main().ifPresent(since -> main.put(table.vpc(), routes));
                table.subnets().forEach(of -> own.put(of.subnet(), routes));
            }
        }
    }

    RoutesView main(VpcId vpc) {
        return Optional.ofNullable(main.get(vpc)).orElseGet(() -> RoutesView.allBy(serving(vpc)));
    }

    Optional<RoutesView> own(SubnetId subnet) {
        return Optional.ofNullable(own.get(subnet));
    }

    private int serving(VpcId vpc) {
        GatewayView gateway = serving.get(vpc);
        return gateway == null ? RoutesView.NOWHERE : gateway.index();
    }

    private RoutesView routes(RouteTable table, int vpc) {
        Map<IpPrefix, Integer> routes = new LinkedHashMap<>();
        for (Routing.Route route : table.routes()) {
            routes.put(route.destination(), index(route.target(), vpc));
        }
        if (table.follows()) {
            RoutesView.allBy(serving(table.vpc()))
                    .routes()
                    .forEach(route -> routes.putIfAbsent(route.destination(), route.gateway()));
        }
        return new RoutesView(
                routes.entrySet().stream()
                        .map(each -> new RoutesView.Route(each.getKey(), each.getValue()))
                        .toList());
    }

    /** An id may come again, elsewhere. */
    private int index(Target target, int vpc) {
        return switch (target) {
            case Target.NatGateway(var id)
                    when gateways.get(id) instanceof GatewayView gateway && gateway.vpc() == vpc ->
                    gateway.index();
            case Target.NatGateway _, Target.Internet _ -> RoutesView.NOWHERE;
        };
    }
}
