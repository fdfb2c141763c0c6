package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.Subnet;
import io.sallyport.store.catalog.Resource.Vpc;
import io.sallyport.store.catalog.Routing;
import io.sallyport.store.catalog.Routing.RouteTable;
import io.sallyport.store.catalog.Routing.Target;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route table as EC2 tells it: the VPC's prefixes are local, then what was set, then what follows
 * the VPC's gateways.
 */
record RouteTableView(
        RouteTable table,
        List<Route> routes,
        List<Association> associations,
        SortedMap<String, String> tags) {

    static final List<String> FILTERS =
            List.of(
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

    /**
     * @param gateway {@code local} or an internet gateway; null where it is a NAT gateway
     * @param active whether the target takes packets of the family
     */
    record Route(
            IpPrefix to, @Nullable String gateway, @Nullable String natGateway, boolean active) {

        boolean isV4() {
            return to.address().isV4();
        }

        String destination() {
            return to.toString();
        }

        String origin() {
            return LOCAL.equals(gateway) ? "CreateRouteTable" : "CreateRoute";
        }

        String state() {
            return active ? "active" : "blackhole";
        }

        void write(XmlAnswer xml) {
            xml.text(isV4() ? "destinationCidrBlock" : "destinationIpv6CidrBlock", destination())
                    .text("gatewayId", gateway)
                    .text("natGatewayId", natGateway)
                    .text("origin", origin())
                    .text("state", state());
        }
    }

    /**
     * @param subnet null: of all that have no other
     */
    record Association(String id, @Nullable String subnet) {

        void write(XmlAnswer xml, String table) {
            xml.flag("main", subnet == null)
                    .text("routeTableAssociationId", id)
                    .text("routeTableId", table)
                    .text("subnetId", subnet)
                    .in("associationState", s -> s.text("state", "associated"));
        }
    }

    private static final String LOCAL = "local";

    static RouteTableView of(RouteTable table, Snapshot now) {
        return of(table, now, new RouteTargets(now));
    }

    private static RouteTableView of(RouteTable table, Snapshot now, RouteTargets targets) {
        Stream<Route> local =
                now.find(Vpc.class, table.vpc().value()).stream()
                        .flatMap(vpc -> vpc.prefixes().stream())
                        .map(prefix -> new Route(prefix, LOCAL, null, true));
        Stream<Route> rest =
                Stream.concat(table.routes().stream(), now.catalog().followed(table).stream())
                        .map(route -> route(route, table.vpc(), targets));
        Stream<Association> main =
                table.main().map(since -> new Association(main(table.vpc(), since), null)).stream();
        Stream<Association> subnets =
                table.subnets().stream()
                        .map(one -> new Association(own(one), one.subnet().value()));
        return new RouteTableView(
                table,
                Stream.concat(local, rest).toList(),
                Stream.concat(main, subnets).toList(),
                now.tags(table.key()));
    }

    /** All that the tenant has. */
    static Stream<RouteTableView> all(Snapshot now) {
        RouteTargets targets = new RouteTargets(now);
        return RouteTables.all(now).map(table -> of(table, now, targets));
    }

    private static Route route(Routing.Route route, VpcId vpc, RouteTargets targets) {
        IpPrefix to = route.destination();
        boolean active = targets.take(route.target(), vpc, to.address().isV4());
        return switch (route.target()) {
            case Target.Internet(var id) -> new Route(to, id.value(), null, active);
            case Target.NatGateway(var id) -> new Route(to, null, id.value(), active);
        };
    }

    private static String main(VpcId vpc, long since) {
        return "rtbassoc-" + Associations.digits(vpc + " main association " + since);
    }

    static String own(Routing.Association association) {
        return own(association.subnet().value(), association.since());
    }

    private static String own(String subnet, long since) {
        return "rtbassoc-" + Associations.digits(subnet + " route table " + since);
    }

    /** Of a subnet that has the table of its own. */
    static Optional<String> association(RouteTable table, Subnet subnet) {
        return table.of(subnet.id()).map(RouteTableView::own);
    }

    /** Of the VPC whose main one it is. */
    static Optional<String> mainAssociation(RouteTable table) {
        return table.main().map(since -> main(table.vpc(), since));
    }

    String id() {
        return table.key();
    }

    Stream<String> filtered(String name) {
        return switch (name) {
            case "association.main" ->
                    associations.stream().map(one -> Boolean.toString(one.subnet() == null));
            case "association.route-table-association-id" ->
                    associations.stream().map(Association::id);
            case "association.route-table-id" -> associations.stream().map(_ -> id()).limit(1);
            case "association.subnet-id" -> // those of the main table are implied
                    associations.stream().flatMap(one -> Stream.ofNullable(one.subnet()));
            case "route-table-id" -> Stream.of(id());
            case "owner-id" -> Stream.of(table.tenant().value());
            case "route.destination-cidr-block" ->
                    routes.stream().filter(Route::isV4).map(Route::destination);
            case "route.destination-ipv6-cidr-block" ->
                    routes.stream().filter(route -> !route.isV4()).map(Route::destination);
            case "route.gateway-id" ->
                    routes.stream().flatMap(route -> Stream.ofNullable(route.gateway()));
            case "route.nat-gateway-id" ->
                    routes.stream().flatMap(route -> Stream.ofNullable(route.natGateway()));
            case "route.origin" -> routes.stream().map(Route::origin);
            case "route.state" -> routes.stream().map(Route::state);
            case "vpc-id" -> Stream.of(table.vpc().value());
            default -> throw new IllegalStateException("no filter " + name);
        };
    }

    void write(XmlAnswer xml) {
        xml.set("associationSet", associations, (item, one) -> one.write(item, id()))
                .texts("propagatingVgwSet", List.of())
                .text("routeTableId", id())
                .set("routeSet", routes, (item, route) -> route.write(item))
                .text("vpcId", table.vpc().value())
                .text("ownerId", table.tenant().value());
        Views.tags(xml, tags);
    }
}
