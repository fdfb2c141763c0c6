package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;

import io.sallyport.control.ec2.RouteTableView.Route;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.query.Filters;
import io.sallyport.control.ec2.query.Pages;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What packets of a VPC do, as EC2 says it; nothing of it can be set. */
@Component
class RouteTables implements Operation.Source {

    private final Snapshots snapshots;

    RouteTables(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.VPCS;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "DescribeRouteTables",
                        this::describe,
                        Stream.of(optional("RouteTableId.N")),
                        Parameter.filters(),
                        Parameter.pages()),
                Operation.of(
                        "DescribeInternetGateways",
                        this::internetGateways,
                        Stream.of(optional("InternetGatewayId.N")),
                        Parameter.filters(),
                        Parameter.pages()));
    }

    private Consumer<XmlAnswer> describe(Call call) {
        List<String> asked = call.ids("RouteTableId", Kind.ROUTE_TABLE);
        Filters filters =
                call.filters(
                        "association.main",
                        "association.route-table-association-id",
                        "association.route-table-id",
                        "association.subnet-id",
                        "owner-id",
                        "route-table-id",
                        "route.destination-cidr-block",
                        "route.destination-ipv6-cidr-block",
                        "route.gateway-id",
                        "route.nat-gateway-id",
                        "route.origin",
                        "route.state",
                        "tag-key",
                        "vpc-id");
        Snapshot now = snapshots.now(call.tenant());
        List<RouteTableView> all =
                now.all(Vpc.class).stream().map(vpc -> RouteTableView.of(vpc, now)).toList();
        for (String id : asked) {
            if (all.stream().noneMatch(view -> view.id().equals(id))) {
                throw Kind.ROUTE_TABLE.notFound(id);
            }
        }
        Pages.Page<RouteTableView> page =
                call.page(
                        asked,
                        all.stream()
                                .filter(view -> asked.isEmpty() || asked.contains(view.id()))
                                .filter(view ->
                                        filters.match(
                                                name -> filtered(view, name),
                                                Collections.emptySortedMap()))
                                .toList(),
                        RouteTableView::id);
        return xml ->
                xml.set("routeTableSet", page.items(), (item, view) -> view.write(item))
                        .text("nextToken", page.nextToken());
    }

    private static Stream<String> filtered(RouteTableView view, String name) {
        Stream<Route> routes = view.routes().stream();
        return switch (name) {
            case "association.main" -> Stream.of("true");
            case "association.route-table-association-id" -> Stream.of(view.association());
            case "association.route-table-id", "route-table-id" -> Stream.of(view.id());
            case "association.subnet-id" -> Stream.empty(); // those of the main table are implied
            case "owner-id" -> Stream.of(view.vpc().tenant().value());
            case "route.destination-cidr-block" ->
                    routes.filter(Route::isV4).map(Route::destination);
            case "route.destination-ipv6-cidr-block" ->
                    routes.filter(route -> !route.isV4()).map(Route::destination);
            case "route.gateway-id" -> routes.flatMap(route -> Stream.ofNullable(route.gateway()));
            case "route.nat-gateway-id" ->
                    routes.flatMap(route -> Stream.ofNullable(route.natGateway()));
            case "route.origin" -> routes.map(Route::origin);
            case "route.state" -> routes.map(Route::state);
            case "vpc-id" -> Stream.of(view.vpc().key());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    /** There is none, and none is needed: elastic IPs are routed to the gateway nodes. */
    private Consumer<XmlAnswer> internetGateways(Call call) {
        call.ids("InternetGatewayId", Kind.INTERNET_GATEWAY).stream()
                .findFirst()
                .ifPresent(id -> {
                    throw Kind.INTERNET_GATEWAY.notFound(id);
                });
        call.filters(
                "attachment.state",
                "attachment.vpc-id",
                "internet-gateway-id",
                "owner-id",
                "tag-key");
        Pages.Page<String> page = call.page(List.of(), List.of(), id -> id);
        return xml -> xml.texts("internetGatewaySet", page.items());
    }
}
