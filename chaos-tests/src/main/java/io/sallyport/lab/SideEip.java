package io.sallyport.lab;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An elastic IP beside those that the lab has, of the first tenant's. */
final class SideEip implements AutoCloseable {

    final String id;
    final String address;
    private final Rest api;

    private SideEip(LabState lab, String family) {
        api = Lab.operator(lab).as(lab.tenants().getFirst().apiKey());
        JsonNode made = api.post("/v1/elastic-ips", Map.of("pool", "public", "family", family));
        id = made.path("id").asString();
        address = made.path("address").asString();
    }

    static SideEip ofIpv4(LabState lab) {
        return new SideEip(lab, "ipv4");
    }

    static SideEip ofIpv6(LabState lab) {
        return new SideEip(lab, "ipv6");
    }

    /** At the gateway, and ready. */
    SideEip at(String gateway) {
        api.put(path(), Map.of("gatewayId", gateway));
        return this;
    }

    /** By the attachment's body. */
    Rest.Exchange move(Map<String, Object> attachment) {
        return api.call("PUT", path(), attachment);
    }

    JsonNode view() {
        return api.get("/v1/elastic-ips/" + id);
    }

    private String path() {
        return "/v1/elastic-ips/" + id + "/attachment";
    }

    @Override
    public void close() {
        api.delete(path());
        api.delete("/v1/elastic-ips/" + id);
    }
}
