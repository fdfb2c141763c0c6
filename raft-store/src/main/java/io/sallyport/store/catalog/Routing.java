package io.sallyport.store.catalog;

import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InternetGatewayId;
import io.sallyport.ids.RouteTableId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** By which gateway packets leave a VPC (AWS, route tables), where a tenant has said so. */
public sealed interface Routing extends Resource.Owned {

    /**
     * Where packets of a VPC's subnets go; those to the VPC's own prefixes stay in it. The longest
     * destination that has the remote decides; without any, a packet goes nowhere.
     *
     * @param main since which version it is that of all subnets without one of their own; 0: from
     *     the first
     * @param follows whether what no route is for goes to the gateway that serves the VPC ({@link
     *     Catalog#serving}), until a default route is set or deleted in it
     * @param routes by destination, each once
     * @param subnets those that have it of their own
     */
    record RouteTable(
            RouteTableId id,
            TenantId tenant,
            VpcId vpc,
            Optional<Long> main,
            boolean follows,
            List<Route> routes,
            List<Association> subnets,
            long version)
            implements Routing {
        public RouteTable {
            routes = List.copyOf(routes);
            subnets = List.copyOf(subnets);
        }

        /** What a VPC has whose tenant has said nothing: it is not kept. */
        static RouteTable impliedBy(Resource.Vpc vpc) {
            return new RouteTable(
                    RouteTableId.mainOf(vpc.id()),
                    vpc.tenant(),
                    vpc.id(),
                    Optional.of(0L),
                    true,
                    List.of(),
                    List.of(),
                    vpc.version());
        }

        @Override
        public String key() {
            return id.value();
        }

        public Optional<Route> route(IpPrefix destination) {
            return routes.stream().filter(r -> r.destination().equals(destination)).findFirst();
        }

        public Optional<Association> of(SubnetId subnet) {
            return subnets.stream().filter(a -> a.subnet().equals(subnet)).findFirst();
        }

        RouteTable main(Optional<Long> since, long index) {
            return new RouteTable(id, tenant, vpc, since, follows, routes, subnets, index);
        }

        RouteTable with(boolean still, List<Route> others, long index) {
            return new RouteTable(id, tenant, vpc, main, still, others, subnets, index);
        }

        RouteTable with(Association subnet, long index) {
            List<Association> more = Stream.concat(subnets.stream(), Stream.of(subnet)).toList();
            return new RouteTable(id, tenant, vpc, main, follows, routes, more, index);
        }

        RouteTable without(SubnetId subnet, long index) {
            List<Association> rest =
                    subnets.stream().filter(a -> !a.subnet().equals(subnet)).toList();
            return new RouteTable(id, tenant, vpc, main, follows, routes, rest, index);
        }
    }

    /** To where packets go whose remote is in the destination. */
    record Route(IpPrefix destination, Target target) {

        /** Whether it is for all addresses of its family. */
        public boolean isDefault() {
            return destination.length() == 0;
        }
    }

    /**
     * Of the route's VPC when the route was set. One that is gone, or elsewhere by now, takes
     * nothing: the route leads nowhere, and stays.
     */
    sealed interface Target {

        record NatGateway(GatewayId id) implements Target {}

        /** Only instances that have an elastic IP to themselves get out there. */
        record Internet(InternetGatewayId id) implements Target {}
    }

    /**
     * @param since the version at which it began
     */
    record Association(SubnetId subnet, long since) {}

    /**
     * A name for the way to the internet, for tools that want one: elastic IPs are routed to the
     * gateway nodes with it and without.
     *
     * @param vpc that it is attached to
     */
    record InternetGateway(InternetGatewayId id, TenantId tenant, Optional<VpcId> vpc, long version)
            implements Routing {
        @Override
        public String key() {
            return id.value();
        }
    }
}
