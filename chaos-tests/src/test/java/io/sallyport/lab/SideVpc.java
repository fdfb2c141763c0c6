package io.sallyport.lab;

import io.sallyport.lab.SharedLab.UnderTest;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A VPC of a test's own with one gateway and one client, beside those that the lab has: a further
 * tunnel device in some client's namespace, with a routing table for what comes from its address.
 */
final class SideVpc implements AutoCloseable {

    final Host host;
    final String gateway;

    /** The gateway's address inside. */
    final String router;

    final String client;
    private final Rest api;
    private final String vpc;
    private final String subnet;
    private final int vni;

    private SideVpc(
            Rest api,
            Host host,
            int vni,
            String client,
            String vpc,
            String subnet,
            JsonNode gateway) {
        this.api = api;
        this.host = host;
        this.vni = vni;
        this.client = client;
        this.vpc = vpc;
        this.subnet = subnet;
        this.gateway = id(gateway);
        router = gateway.path("privateAddress").asString();
    }

    /**
     * @param net three numbers: the VPC is its /24
     */
    static SideVpc make(UnderTest lab, int clientHost, int vni, String net) {
        Rest api = lab.api(lab.ant);
        String prefix = net + ".0/24";
        String vpc = id(api.post("/v1/vpcs", Map.of("prefixes", List.of(prefix))));
        Lab.operator(lab.state)
                .put(
                        "/v1/vpcs/" + vpc + "/attachment",
                        Map.of(
                                "vxlan",
                                Map.of(
                                        "vni",
                                        vni,
                                        "endpoints",
                                        List.of(lab.topology.underlay().prefix))));
        String subnet = id(api.post("/v1/subnets", Map.of("vpcId", vpc, "prefix", prefix)));
        JsonNode gateway = api.post("/v1/gateways", Map.of("subnetId", subnet));
        Host host = lab.topology.client(clientHost);
        String client = net + ".20";
        Network.batch(
                host.inside("ip", "-batch", "-"),
                List.of(
                        // Without an address of its own: the route says which, and may change.
                        ("link add side%d address 02:00:00:00:%02x:%02x type vxlan id %d"
                                        + " remote %s dstport %d dev %s nolearning")
                                .formatted(
                                        vni,
                                        vni >> 8,
                                        vni & 0xff,
                                        vni,
                                        lab.topology.underlay().tunnelAddress,
                                        Topology.TUNNEL_PORT,
                                        host.links().getFirst().device()),
                        "link set side%d mtu %d".formatted(vni, lab.topology.underlay().insideMtu),
                        "address add %s/24 dev side%d".formatted(client, vni),
                        "link set side%d up".formatted(vni),
                        "route add default via %s dev side%d table %d"
                                .formatted(gateway.path("privateAddress").asString(), vni, vni),
                        "rule add from %s lookup %d".formatted(client, vni)));
        return new SideVpc(api, host, vni, client, vpc, subnet, gateway);
    }

    private static String id(JsonNode made) {
        return made.path("id").asString();
    }

    /** The client as an instance that may own an elastic IP. */
    Map<String, Object> instance() {
        return Map.of(
                "vpcId",
                vpc,
                "privateAddress",
                client,
                "tunnelEndpoint",
                host.address(),
                "mac",
                "02:00:00:00:%02x:%02x".formatted(vni >> 8, vni & 0xff));
    }

    @Override
    public void close() {
        Network.batch(
                host.inside("ip", "-batch", "-"),
                List.of(
                        "rule del from %s lookup %d".formatted(client, vni),
                        "link del side%d".formatted(vni)));
        api.delete("/v1/gateways/" + gateway);
        api.delete("/v1/subnets/" + subnet);
        api.delete("/v1/vpcs/" + vpc);
    }
}
