package io.sallyport.solo;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Makes the one tenant with its one gateway, through REST. Each thing has a name of its own, so
 * that a second start finds what the first made.
 */
final class Provisioning {

    private static final String ACCOUNT = "000000000001";
    private static final String POOL = "solo";

    /** As AWS's tools read it. */
    static final String CREDENTIALS = "aws-credentials";

    private static final Duration AVAILABLE_WITHIN = Duration.ofSeconds(120);

    private final StateDirectory state;
    private final Api operator;

    Provisioning(StateDirectory state, Api operator) {
        this.state = state;
        this.operator = operator;
    }

    /**
     * @param prefixes the VPC's; the first is its subnet's
     * @param privateAddress the gateway's in that subnet
     * @return the gateway's id
     */
    String provision(
            List<String> inside,
            List<String> prefixes,
            Optional<String> privateAddress,
            List<InetAddress> eips) {
        Api tenant = operator.as(tenantKey());
        accessKey();
        releaseOthers(tenant, eips);
        operator.put(
                "/v1/pools/" + POOL, Map.of("prefixes", eips.stream().map(Box::text).toList()));
        String vpc = id(tenant.create("/v1/vpcs", Map.of("prefixes", prefixes), "solo-vpc"));
        operator.put("/v1/vpcs/" + vpc + "/attachment", Map.of("interfaces", inside));
        String subnet =
                id(
                        tenant.create(
                                "/v1/subnets",
                                Map.of("vpcId", vpc, "prefix", prefixes.getFirst()),
                                "solo-subnet"));
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("subnetId", subnet);
        wish.put("copies", 1);
        privateAddress.ifPresent(address -> wish.put("privateAddress", address));
        String gateway = id(tenant.create("/v1/gateways", wish, "solo-gateway"));
        attach(tenant, gateway, eips);
        awaitAvailable(tenant, gateway);
        return gateway;
    }

    /** The key is told once, by the call that makes the tenant; lost, it is made anew. */
    private String tenantKey() {
        Optional<String> kept = state.read("tenant.key");
        if (kept.isPresent()) {
            return kept.get();
        }
        JsonNode made = operator.put("/v1/tenants/" + ACCOUNT, Map.of("name", "solo"));
        if (!made.path("apiKey").isString()) {
            made = operator.put("/v1/tenants/" + ACCOUNT, Map.of("name", "solo", "rotate", true));
        }
        String key = made.path("apiKey").asString();
        state.write("tenant.key", key);
        return key;
    }

    /** For AWS's tools, in their own form; told once, and lost, drawn anew in its place. */
    private void accessKey() {
        if (state.read(CREDENTIALS).isPresent()) {
            return;
        }
        String keys = "/v1/tenants/" + ACCOUNT + "/access-keys";
        for (JsonNode lost : operator.get(keys).path("items")) {
            operator.delete(keys + "/" + lost.path("accessKeyId").asString());
        }
        JsonNode made = operator.create(keys, Map.of(), "");
        state.write(
                CREDENTIALS,
                "[default]\naws_access_key_id = %s\naws_secret_access_key = %s"
                        .formatted(
                                made.path("accessKeyId").asString(),
                                made.path("secretAccessKey").asString()));
    }

    /** What an earlier start had and this one does not; before the pool loses its address. */
    private static void releaseOthers(Api tenant, List<InetAddress> eips) {
        Set<String> wished = new HashSet<>(eips.stream().map(Box::text).toList());
        for (JsonNode eip : tenant.get("/v1/elastic-ips").path("items")) {
            if (!wished.contains(normal(eip.path("address").asString()))) {
                tenant.delete("/v1/elastic-ips/" + id(eip) + "/attachment");
                tenant.delete("/v1/elastic-ips/" + id(eip));
            }
        }
    }

    private static void attach(Api tenant, String gateway, List<InetAddress> eips) {
        for (InetAddress address : eips) {
            String text = Box.text(address);
            JsonNode eip =
                    tenant.create(
                            "/v1/elastic-ips",
                            Map.of(
                                    "pool",
                                    POOL,
                                    "family",
                                    address instanceof Inet4Address ? "ipv4" : "ipv6",
                                    "address",
                                    text),
                            "solo-eip-" + text);
            tenant.put("/v1/elastic-ips/" + id(eip) + "/attachment", Map.of("gatewayId", gateway));
        }
    }

    private static void awaitAvailable(Api tenant, String gateway) {
        long deadline = System.nanoTime() + AVAILABLE_WITHIN.toNanos();
        while (true) {
            JsonNode seen = tenant.get("/v1/gateways/" + gateway);
            if (seen.path("state").asString().equals("available")) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new SoloFailure(
                        SoloFailure.FAILED,
                        "the gateway is not available after "
                                + AVAILABLE_WITHIN.toSeconds()
                                + " s: "
                                + seen);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SoloFailure(SoloFailure.FAILED, "interrupted");
        }
    }

    private static String normal(String address) {
        try {
            return Box.text(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private static String id(JsonNode thing) {
        return thing.path("id").asString();
    }
}
