package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one route table of a VPC, which follows from the catalog as the nodes' own way of packets
 * does: its prefixes are local, everything else goes to the gateway that serves it.
 */
record RouteTableView(Vpc vpc, List<Route> routes) {

    private static final String MAIN = " main";

    /**
     * @param natGateway null where the route is local
     * @param served whether the gateway has an elastic IP of the family
     */
    record Route(IpPrefix to, @Nullable String natGateway, boolean served) {

        boolean isV4() {
            return to.address().isV4();
        }

        String destination() {
            return to.toString();
        }

        @Nullable String gateway() {
            return natGateway == null ? "local" : null;
        }

        String origin() {
            return natGateway == null ? "CreateRouteTable" : "CreateRoute";
        }

        String state() {
            return served ? "active" : "blackhole";
        }

        void write(XmlAnswer xml) {
            xml.text(isV4() ? "destinationCidrBlock" : "destinationIpv6CidrBlock", destination())
                    .text("gatewayId", gateway())
                    .text("natGatewayId", natGateway)
                    .text("origin", origin())
                    .text("state", state());
        }
    }

    static RouteTableView of(Vpc vpc, Snapshot now) {
        Stream<Route> local = vpc.prefixes().stream().map(prefix -> new Route(prefix, null, true));
        Stream<Route> rest =
                Stream.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0"))
                        .filter(any ->
                                vpc.prefixes().stream()
                                        .anyMatch(prefix -> isSameFamily(prefix, any)))
                        .flatMap(any -> toGateway(any, vpc, now));
        return new RouteTableView(vpc, Stream.concat(local, rest).toList());
    }

    private static boolean isSameFamily(IpPrefix one, IpPrefix other) {
        return one.address().isV4() == other.address().isV4();
    }

    /** As nodes choose it: the first by id that has an elastic IP; where none has, the first. */
    private static Stream<Route> toGateway(IpPrefix any, Vpc vpc, Snapshot now) {
        return now.all(Gateway.class).stream()
                .filter(gateway -> gateway.vpc().equals(vpc.id()))
                .min(
                        Comparator.comparing((Gateway gateway) -> now.addresses(gateway).isEmpty())
                                .thenComparing(Gateway::key))
                .map(gateway ->
                        new Route(
                                any,
                                gateway.key(),
                                now.addresses(gateway).stream()
                                        .map(ElasticIp::address)
                                        .anyMatch(eip -> eip.isV4() == any.address().isV4())))
                .stream();
    }

    String id() {
        return "rtb-" + Associations.digits(vpc.key() + MAIN);
    }

    String association() {
        return "rtbassoc-" + Associations.digits(vpc.key() + MAIN + " association");
    }

    void write(XmlAnswer xml) {
        xml.set(
                        "associationSet",
                        List.of(association()),
                        (item, association) ->
                                item.flag("main", true)
                                        .text("routeTableAssociationId", association)
                                        .text("routeTableId", id())
                                        .in("associationState", s -> s.text("state", "associated")))
                .texts("propagatingVgwSet", List.of())
                .text("routeTableId", id())
                .set("routeSet", routes, (item, route) -> route.write(item))
                .text("vpcId", vpc.key())
                .text("ownerId", vpc.tenant().value());
    }
}
