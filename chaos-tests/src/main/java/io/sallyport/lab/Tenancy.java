package io.sallyport.lab;

import io.sallyport.lab.LabState.Eip;
import io.sallyport.lab.LabState.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What the operator and the tenants do by REST so that packets flow: pool, tenants, VPCs with
 * overlapping addresses, gateways, elastic IPs, flow logs; and the tenants' side of the wire.
 */
final class Tenancy {

    static final String VPC_PREFIX = "10.0.0.0/16";
    static final String VPC_PREFIX_V6 = "fd00:aa::/64";
    static final String SUBNET = "10.0.1.0/24";

    private final Topology topology;
    private final Rest operator;
    private final S3 s3;

    Tenancy(Topology topology, Rest operator, S3 s3) {
        this.topology = topology;
        this.operator = operator;
        this.s3 = s3;
    }

    /**
     * A client's address inside its VPC. The last client belongs to the second tenant and has, on
     * purpose, the same address as the first.
     */
    static String insideAddress(Topology topology, int client) {
        return "10.0.1." + (10 + seat(topology, client));
    }

    static String insideAddressV6(Topology topology, int client) {
        return "fd00:aa::" + (10 + seat(topology, client));
    }

    private static int seat(Topology topology, int client) {
        return isSecondTenant(topology, client) ? 1 : client;
    }

    static boolean isSecondTenant(Topology topology, int client) {
        return topology.clients() > 1 && client == topology.clients();
    }

    void pool() {
        operator.put(
                "/v1/pools/public",
                Map.of("prefixes", List.of(Topology.EIP_POOL, Topology.EIP_POOL_V6)));
    }

    Tenant provision(String account, String name, int vni, List<Integer> clients) {
        String apiKey = text(tenant(account, name), "apiKey");
        JsonNode accessKey = operator.post("/v1/tenants/" + account + "/access-keys", Map.of());
        Rest tenant = operator.as(apiKey);
        String vpc =
                text(
                        tenant.post(
                                "/v1/vpcs", Map.of("prefixes", List.of(VPC_PREFIX, VPC_PREFIX_V6))),
                        "id");
        operator.put(
                "/v1/vpcs/" + vpc + "/attachment",
                Map.of(
                        "vxlan",
                        Map.of("vni", vni, "endpoints", List.of(topology.underlay().prefix))));
        String subnet =
                text(tenant.post("/v1/subnets", Map.of("vpcId", vpc, "prefix", SUBNET)), "id");
        JsonNode gateway = tenant.post("/v1/gateways", Map.of("subnetId", subnet));
        String gatewayId = text(gateway, "id");
        List<Eip> eips = new ArrayList<>();
        for (String family : List.of("ipv4", "ipv6")) {
            JsonNode eip =
                    tenant.post("/v1/elastic-ips", Map.of("pool", "public", "family", family));
            eips.add(new Eip(text(eip, "id"), text(eip, "address")));
            tenant.put(
                    "/v1/elastic-ips/" + text(eip, "id") + "/attachment",
                    Map.of("gatewayId", gatewayId));
        }
        String bucket = "flow-logs-" + account;
        s3.createBucket(bucket);
        String flowLog =
                text(
                        tenant.post(
                                "/v1/flow-logs",
                                Map.of(
                                        "gatewayId",
                                        gatewayId,
                                        "bucket",
                                        bucket,
                                        "prefix",
                                        "",
                                        "trafficType",
                                        "ALL")),
                        "id");
        return new Tenant(
                account,
                name,
                apiKey,
                new LabState.AccessKey(
                        text(accessKey, "accessKeyId"), text(accessKey, "secretAccessKey")),
                vpc,
                vni,
                subnet,
                gatewayId,
                text(gateway, "privateAddress"),
                text(gateway, "privateAddressV6"),
                eips,
                bucket,
                flowLog,
                clients.stream().map(n -> topology.client(n).name()).toList());
    }

    /** Its answer shows a key. */
    private JsonNode tenant(String account, String name) {
        String path = "/v1/tenants/" + account;
        JsonNode tenant = operator.put(path, Map.of("name", name));
        // The answer that would have shown it was lost, and the call made again.
        return tenant.has("apiKey")
                ? tenant
                : operator.put(path, Map.of("name", name, "rotate", true));
    }

    /** Waits until every node that carries it has applied the tenant's gateway and addresses. */
    JsonNode awaitAvailable(Tenant tenant, Duration within) {
        Rest quiet = operator.as(tenant.apiKey()).telling(exchange -> {});
        long deadline = System.nanoTime() + within.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode gateway = quiet.get("/v1/gateways/" + tenant.gateway());
            if (text(gateway, "state").equals("available")) {
                return gateway;
            }
            Processes.pause(Duration.ofMillis(100));
        }
        throw new LabFailure(
                "gateway %s is not available after %d s: %s"
                        .formatted(
                                tenant.gateway(),
                                within.toSeconds(),
                                quiet.get("/v1/gateways/" + tenant.gateway())));
    }

    /** The tenant's side of the wire: a VXLAN device whose default route is the gateway. */
    void connect(Tenant tenant, int client) {
        Host host = topology.client(client);
        List<String> lines =
                List.of(
                        ("link add vpc0 type vxlan id %d local %s remote %s dstport %d dev %s"
                                        + " nolearning")
                                .formatted(
                                        tenant.vni(),
                                        host.address(),
                                        topology.underlay().tunnelAddress,
                                        Topology.TUNNEL_PORT,
                                        host.links().getFirst().device()),
                        "link set vpc0 mtu " + topology.underlay().insideMtu,
                        "address add %s/24 dev vpc0".formatted(insideAddress(topology, client)),
                        "address add %s/64 dev vpc0 nodad"
                                .formatted(insideAddressV6(topology, client)),
                        "link set vpc0 up",
                        "route add default via " + tenant.privateAddress(),
                        "route add default via " + tenant.privateAddressV6());
        Network.batch(host.inside("ip", "-batch", "-"), lines);
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isString()) {
            throw new LabFailure("no \"%s\" in the answer %s".formatted(field, json));
        }
        return value.stringValue();
    }
}
