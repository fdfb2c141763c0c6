package io.sallyport.store.catalog;

import io.sallyport.ids.AclId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import io.sallyport.store.catalog.Resource.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which network ACLs a connection's packets meet at a gateway: the reference by which the data
 * plane is tested. Outward in the order of the columns, inward in the opposite one.
 *
 * <pre>
 *           client's subnet   gateway's subnet   gateway itself   gateway's subnet
 * outward   egress            ingress            egress           egress
 * inward    ingress           egress             ingress          ingress
 * far       remote            client             remote           remote
 * near      client            remote             client           gateway's private address
 * port out  remote's          remote's           remote's         remote's
 * port in   client's          client's           client's         NAT port
 * </pre>
 *
 * The first two are not met where client and gateway are in one subnet, nor where the client is in
 * none; a subnet of a VPC that was made without ACLs has none.
 *
 * @param inner of the client's subnet, and of the gateway's: what is between the two
 * @param outer of the gateway's subnet: what is between it and the remote
 */
public record AclPath(
        Optional<NetworkAcl> clientSubnet,
        Optional<NetworkAcl> inner,
        Optional<NetworkAcl> gateway,
        Optional<NetworkAcl> outer) {

    public enum Boundary {
        CLIENT_SUBNET,
        GATEWAY_SUBNET_INSIDE,
        GATEWAY,
        GATEWAY_SUBNET_OUTSIDE
    }

    /**
     * A connection. ICMP echo has its identifier in {@code client}'s port.
     *
     * @param translated the gateway's private address, and the NAT port
     */
    public record Flow(Protocol protocol, Endpoint client, Endpoint remote, Endpoint translated) {}

    /**
     * What one ACL said.
     *
     * @param tracked whether it passes what its rules deny: it is stateful, and allows the packet
     *     that opens the connection
     */
    public record Step(
            Boundary at, AclId acl, boolean egress, AclDecision decision, boolean tracked) {

        public boolean allows() {
            return decision.allow() || tracked;
        }
    }

    public static AclPath of(Catalog catalog, Gateway gateway, IpAddress client) {
        Optional<Subnet> theirs =
                catalog.all(Subnet.class).stream()
                        .filter(subnet -> subnet.id().equals(gateway.subnet()))
                        .findFirst();
        Optional<Subnet> own =
                catalog.all(Subnet.class).stream()
                        .filter(subnet -> subnet.vpc().equals(gateway.vpc()))
                        .filter(subnet -> subnet.prefix().contains(client))
                        .findFirst();
        Optional<NetworkAcl> outer = theirs.flatMap(subnet -> acl(catalog, subnet.acl()));
        boolean crosses = own.isPresent() && !own.equals(theirs);
        return new AclPath(
                crosses ? own.flatMap(subnet -> acl(catalog, subnet.acl())) : Optional.empty(),
                crosses ? outer : Optional.empty(),
                acl(catalog, gateway.acl()),
                outer);
    }

    private static Optional<NetworkAcl> acl(Catalog catalog, Optional<AclId> id) {
        return catalog.all(NetworkAcl.class).stream()
                .filter(acl -> Optional.of(acl.id()).equals(id))
                .findFirst();
    }

    /**
     * What each ACL says of a packet, in the order it meets them, up to the first that denies it.
     *
     * @param icmpType counts for ICMP only; likewise the code
     */
    public List<Step> steps(boolean outward, Flow flow, int icmpType, int icmpCode) {
        List<Boundary> order = List.of(Boundary.values());
        List<Step> steps = new ArrayList<>();
        for (Boundary at : outward ? order : order.reversed()) {
            Optional<NetworkAcl> acl = at(at);
            if (acl.isPresent()) {
                AclDecision decision = decide(acl.get(), at, outward, flow, icmpType, icmpCode);
                boolean tracked =
                        !decision.allow()
                                && !outward
                                && acl.get().stateful()
                                && decide(acl.get(), at, true, flow, opening(flow), 0).allow();
                Step step = new Step(at, acl.get().id(), egress(at, outward), decision, tracked);
                steps.add(step);
                if (!step.allows()) {
                    return steps;
                }
            }
        }
        return steps;
    }

    /** Whether every ACL lets it pass. */
    public boolean allows(boolean outward, Flow flow, int icmpType, int icmpCode) {
        return steps(outward, flow, icmpType, icmpCode).stream().allMatch(Step::allows);
    }

    private Optional<NetworkAcl> at(Boundary boundary) {
        return switch (boundary) {
            case CLIENT_SUBNET -> clientSubnet;
            case GATEWAY_SUBNET_INSIDE -> inner;
            case GATEWAY -> gateway;
            case GATEWAY_SUBNET_OUTSIDE -> outer;
        };
    }

    private static boolean egress(Boundary at, boolean outward) {
        return outward != (at == Boundary.GATEWAY_SUBNET_INSIDE);
    }

    /** Only echo requests open connections of ICMP. */
    private static int opening(Flow flow) {
        return flow.protocol().equals(Protocol.ICMPV6) ? 128 : 8;
    }

    private static AclDecision decide(
            NetworkAcl acl, Boundary at, boolean outward, Flow flow, int icmpType, int icmpCode) {
        IpAddress remote = flow.remote().address();
        IpAddress client = flow.client().address();
        boolean inside = at == Boundary.GATEWAY_SUBNET_INSIDE;
        boolean outside = at == Boundary.GATEWAY_SUBNET_OUTSIDE;
        int portIn = (outside ? flow.translated() : flow.client()).port();
        return NetworkAcls.decide(
                acl.entries(),
                egress(at, outward),
                flow.protocol(),
                inside ? client : remote,
                inside ? remote : outside ? flow.translated().address() : client,
                outward ? flow.remote().port() : portIn,
                icmpType,
                icmpCode);
    }
}
