package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A VPC of the first tenant's with one gateway and one client, beside those that the lab has: a
 * further tunnel device in some client's namespace, with a routing table for what comes from its
 * addresses.
 */
final class SideVpc implements AutoCloseable {

    final Host host;
    final String gateway;

    /** The gateway's address inside. */
    final String router;

    final String client;
    final String clientV6;
    private final Underlay underlay;
    private final Rest api;
    private final String vpc;
    private final String subnet;
    private final String routerV6;
    private final int vni;
    private final List<String> gateways = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();

    private SideVpc(
            LabState lab,
            Rest api,
            int clientHost,
            int vni,
            String net,
            String vpc,
            String subnet,
            JsonNode gateway) {
        this.api = api;
        underlay = lab.topology().underlay();
        this.host = lab.topology().client(clientHost);
        this.vni = vni;
        this.vpc = vpc;
        this.subnet = subnet;
        this.gateway = id(gateway);
        client = net + ".20";
        clientV6 = netV6(vni) + "20";
        router = gateway.path("privateAddress").asString();
        routerV6 = gateway.path("privateAddressV6").asString();
        gateways.add(this.gateway);
        alsoAt(host);
    }

    /**
     * @param net three numbers: the VPC is its /24
     */
    static SideVpc make(LabState lab, int clientHost, int vni, String net) {
        return make(lab, clientHost, vni, net, 2);
    }

    /**
     * @param copies R of its gateway
     */
    static SideVpc make(LabState lab, int clientHost, int vni, String net, int copies) {
        return make(lab, clientHost, vni, net, Map.of("copies", copies));
    }

    /** Its gateway translates to its own address. */
    static SideVpc makePrivate(LabState lab, int clientHost, int vni, String net) {
        return make(lab, clientHost, vni, net, Map.of("connectivity", "private"));
    }

    private static SideVpc make(
            LabState lab, int clientHost, int vni, String net, Map<String, Object> wish) {
        Rest api = Lab.operator(lab).as(lab.tenants().getFirst().apiKey());
        String prefix = net + ".0/24";
        String vpc =
                id(api.post("/v1/vpcs", Map.of("prefixes", List.of(prefix, netV6(vni) + "/64"))));
        Lab.operator(lab)
                .put(
                        "/v1/vpcs/" + vpc + "/attachment",
                        Map.of(
                                "vxlan",
                                Map.of(
                                        "vni",
                                        vni,
                                        "endpoints",
                                        List.of(lab.topology().underlay().prefix))));
        String subnet = id(api.post("/v1/subnets", Map.of("vpcId", vpc, "prefix", prefix)));
        Map<String, Object> body = new TreeMap<>(wish);
        body.put("subnetId", subnet);
        JsonNode gateway = api.post("/v1/gateways", body);
        return new SideVpc(lab, api, clientHost, vni, net, vpc, subnet, gateway);
    }

    private static String netV6(int vni) {
        return "fd00:" + vni + "::";
    }

    /** Another gateway of the VPC, without an elastic IP. */
    String anotherGateway() {
        String another = id(api.post("/v1/gateways", Map.of("subnetId", subnet)));
        gateways.add(another);
        return another;
    }

    /** That host, too, has the client's addresses and MAC: by right only one of them is there. */
    void alsoAt(Host other) {
        hosts.add(other);
        Network.batch(
                other.inside("ip", "-batch", "-"),
                List.of(
                        // Without an address of its own: the route says which, and may change.
                        ("link add side%d address 02:00:00:00:%02x:%02x type vxlan id %d"
                                        + " remote %s dstport %d dev %s nolearning")
                                .formatted(
                                        vni,
                                        vni >> 8,
                                        vni & 0xff,
                                        vni,
                                        underlay.tunnelAddress,
                                        Topology.TUNNEL_PORT,
                                        other.links().getFirst().device()),
                        "link set side%d mtu %d".formatted(vni, underlay.insideMtu),
                        "address add %s/24 dev side%d".formatted(client, vni),
                        "address add %s/64 dev side%d nodad".formatted(clientV6, vni),
                        "link set side%d up".formatted(vni),
                        "route add default via %s dev side%d table %d".formatted(router, vni, vni),
                        "rule add from %s lookup %d".formatted(client, vni)));
        Network.batch(
                other.inside("ip", "-6", "-batch", "-"),
                List.of(
                        "route add default via %s dev side%d table %d"
                                .formatted(routerV6, vni, vni),
                        "rule add from %s lookup %d".formatted(clientV6, vni)));
    }

    /** From the client's host everything to that address goes through the VPC. */
    void routes(String remote) {
        Network.batch(
                host.inside("ip", "-batch", "-"),
                List.of("route replace %s via %s dev side%d".formatted(remote, router, vni)));
    }

    private static String id(JsonNode made) {
        return made.path("id").asString();
    }

    /** The client as an instance that may own an elastic IP. */
    Map<String, Object> instance() {
        return instance(client);
    }

    /** The same, with its IPv6 address. */
    Map<String, Object> instanceV6() {
        return instance(clientV6);
    }

    private Map<String, Object> instance(String address) {
        return Map.of(
                "vpcId",
                vpc,
                "privateAddress",
                address,
                "tunnelEndpoint",
                host.address(),
                "mac",
                "02:00:00:00:%02x:%02x".formatted(vni >> 8, vni & 0xff));
    }

    @Override
    public void close() {
        for (Host each : hosts) {
            Network.batch(
                    each.inside("ip", "-6", "-batch", "-"),
                    List.of("rule del from %s lookup %d".formatted(clientV6, vni)));
            Network.batch(
                    each.inside("ip", "-batch", "-"),
                    List.of(
                            "rule del from %s lookup %d".formatted(client, vni),
                            "link del side%d".formatted(vni)));
        }
        gateways.forEach(each -> api.delete("/v1/gateways/" + each));
        api.delete("/v1/subnets/" + subnet);
        api.delete("/v1/vpcs/" + vpc);
    }
}
