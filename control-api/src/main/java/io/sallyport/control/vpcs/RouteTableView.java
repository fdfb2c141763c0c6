package io.sallyport.control.vpcs;

import io.sallyport.control.catalog.Nodes.Progress;
import io.sallyport.control.catalog.State;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Routing;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * @param main whether subnets of the VPC have it that have none of their own
 * @param routes without those to the VPC's own prefixes, which are local
 * @param subnets that have it of their own
 * @param state whether the nodes obey it as it is here
 */
record RouteTableView(
        String id,
        String vpcId,
        boolean main,
        List<RouteView> routes,
        List<String> subnets,
        State state,
        boolean applied) {

    /**
     * @param natGatewayId null where it is an internet gateway; likewise the other way round
     * @param followsGateways whether nobody has set it: it leads to whichever gateway serves the
     *     VPC
     */
    record RouteView(
            String destination,
            @Nullable String natGatewayId,
            @Nullable String internetGatewayId,
            boolean followsGateways) {}

    static RouteTableView of(RouteTable table, Catalog now, Progress progress) {
        return new RouteTableView(
                table.key(),
                table.vpc().value(),
                table.main().isPresent(),
                Stream.concat(
                                table.routes().stream().map(route -> of(route, false)),
                                now.followed(table).stream().map(route -> of(route, true)))
                        .toList(),
                table.subnets().stream().map(one -> one.subnet().value()).toList(),
                progress.state(table.version()),
                progress.applied(table.version()));
    }

    private static RouteView of(Routing.Route route, boolean follows) {
        String destination = route.destination().toString();
        return switch (route.target()) {
            case Target.NatGateway(var id) -> new RouteView(destination, id.value(), null, follows);
            case Target.Internet(var id) -> new RouteView(destination, null, id.value(), follows);
        };
    }
}
