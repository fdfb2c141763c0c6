package io.sallyport.control;

import static io.sallyport.control.Api.OPERATOR;
import static io.sallyport.control.Api.STORE;
import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.create;
import static io.sallyport.control.Api.expect;
import static io.sallyport.control.Api.newGateway;
import static io.sallyport.control.Api.newTenant;
import static io.sallyport.control.Api.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.Member;
import io.sallyport.net.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TenantJourneyTest {

    private static final Endpoint NOWHERE = Endpoint.parse("127.0.0.1:1");

    @AfterEach
    void storeIsWell() {
        STORE.feel(MemoryStore.Mood.WELL);
        STORE.noNodes();
    }

    @Test
    void tenantBuildsAGatewayAndTakesItDownAgain() {
        pool();
        String key = newTenant();
        String gateway = newGateway(key);
        JsonNode view = expect(200, key, "GET", "/v1/gateways/" + gateway, null).json();
        assertThat(view.path("privateAddress").asString()).isEqualTo("10.0.1.4");
        assertThat(view.path("privateAddressV6").asString()).isEqualTo("fd00:aa::4");
        assertThat(view.path("copies").asInt()).isEqualTo(2);

        String eip = create(key, "/v1/elastic-ips", "{\"pool\":\"public\",\"family\":\"ipv4\"}");
        String attachment = "/v1/elastic-ips/" + eip + "/attachment";
        assertThat(
                        expect(200, key, "PUT", attachment, "{\"gatewayId\":\"" + gateway + "\"}")
                                .field("gatewayId"))
                .isEqualTo(gateway);
        String acl =
                create(
                        key,
                        "/v1/network-acls",
                        """
                        {"entries":[{"ruleNumber":100,"egress":true,"protocol":"tcp",
                        "action":"deny","cidr":"198.51.100.11/32","portRange":{"from":80,"to":80}},
                        {"ruleNumber":200,"egress":true,"protocol":"-1","action":"allow",
                        "cidr":"0.0.0.0/0"}]}
                        """);
        String association = "/v1/gateways/" + gateway + "/network-acl";
        view = expect(200, key, "PUT", association, "{\"networkAclId\":\"" + acl + "\"}").json();
        assertThat(view.path("networkAcl").path("id").asString()).isEqualTo(acl);
        assertThat(view.path("elasticIps").get(0).path("id").asString()).isEqualTo(eip);
        String flowLog =
                create(
                        key,
                        "/v1/flow-logs",
                        "{\"gatewayId\":\"%s\",\"bucket\":\"logs\",\"prefix\":\"\",\"trafficType\":\"ALL\"}"
                                .formatted(gateway));

        assertThat(call(key, "DELETE", "/v1/gateways/" + gateway, null).code()).isEqualTo("in-use");
        assertThat(call(key, "DELETE", "/v1/elastic-ips/" + eip, null).code()).isEqualTo("in-use");
        assertThat(call(key, "DELETE", "/v1/network-acls/" + acl, null).code()).isEqualTo("in-use");
        expect(204, key, "DELETE", "/v1/flow-logs/" + flowLog, null);
        expect(200, key, "DELETE", attachment, null);
        expect(204, key, "DELETE", "/v1/elastic-ips/" + eip, null);
        expect(200, key, "DELETE", association, null);
        expect(204, key, "DELETE", "/v1/network-acls/" + acl, null);
        String subnet = view.path("subnetId").asString();
        expect(204, key, "DELETE", "/v1/gateways/" + gateway, null);
        expect(204, key, "DELETE", "/v1/subnets/" + subnet, null);
        expect(204, key, "DELETE", "/v1/vpcs/" + view.path("vpcId").asString(), null);
        assertThat(call(key, "GET", "/v1/gateways/" + gateway, null).status()).isEqualTo(404);
    }

    @Test
    void availableMeansAppliedOnEveryLiveNode() {
        pool();
        String key = newTenant();
        String gateway = newGateway(key);
        assertThat(state(key, gateway)).as("no node is live").isEqualTo("pending");

        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, STORE.version());
        STORE.node("gw-2", Member.Status.LIVE, NOWHERE, STORE.version() - 1);
        long now = STORE.version();
        awaitNodes("gw-1 live " + now, "gw-2 live " + (now - 1));
        assertThat(state(key, gateway)).as("one lags").isEqualTo("pending");

        STORE.node("gw-2", Member.Status.AWAY, NOWHERE, 0);
        awaitNodes("gw-1 live " + now, "gw-2 away 0");
        assertThat(state(key, gateway)).as("the other is away").isEqualTo("available");

        String eip = create(key, "/v1/elastic-ips", "{\"family\":\"ipv6\"}");
        JsonNode move =
                expect(
                                202,
                                key,
                                "PUT",
                                "/v1/elastic-ips/" + eip + "/attachment",
                                "{\"gatewayId\":\"" + gateway + "\"}")
                        .json()
                        .path("move");
        assertThat(move.path("phase").asString()).isEqualTo("switching");
        assertThat(move.path("waitingFor")).as("also for the one that is away").hasSize(2);
        JsonNode view = expect(200, key, "GET", "/v1/gateways/" + gateway, null).json();
        assertThat(view.path("state").asString()).isEqualTo("pending");
        assertThat(view.path("elasticIps").get(0).path("applied").asBoolean()).isFalse();

        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, STORE.version());
        awaitNodes("gw-2 away 0", "gw-1 live " + STORE.version());
        move = expect(200, key, "GET", "/v1/elastic-ips/" + eip, null).json().path("move");
        assertThat(move.path("waitingFor").get(0).path("node").asString()).isEqualTo("gw-2");
        assertThat(Instant.parse(move.path("waitingFor").get(0).path("until").asString()))
                .isAfter(Instant.now());

        STORE.node("gw-2", Member.Status.DEAD, NOWHERE, 0);
        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, STORE.version());
        awaitNodes("gw-2 dead 0", "gw-1 live " + STORE.version());
        assertThat(state(key, gateway)).isEqualTo("available");
        assertThat(expect(200, key, "GET", "/v1/elastic-ips/" + eip, null).field("state"))
                .isEqualTo("available");
    }

    /** Until the member list that this process works by is the store's. */
    private static void awaitNodes(String... expected) {
        await().untilAsserted(() -> {
            List<String> found = new ArrayList<>();
            expect(200, OPERATOR, "GET", "/v1/nodes", null)
                    .json()
                    .path("items")
                    .forEach(node ->
                            found.add(
                                    node.path("node").asString()
                                            + " "
                                            + node.path("status").asString()
                                            + " "
                                            + node.path("catalogVersion").asLong()));
            assertThat(found).containsExactly(expected);
        });
    }

    private static String state(String key, String gateway) {
        return expect(200, key, "GET", "/v1/gateways/" + gateway, null).field("state");
    }

    @Test
    void retriedCreateWithTheSameKeyNamesTheSameThing() {
        String key = newTenant();
        Map<String, String> headers =
                Map.of("Content-Type", "application/json", "Idempotency-Key", "order 7");
        String body = "{\"prefixes\":[\"10.0.0.0/16\"]}";
        String first = call(key, "POST", "/v1/vpcs", body, headers).field("id");
        assertThat(call(key, "POST", "/v1/vpcs", body, headers).field("id")).isEqualTo(first);
        Api.Answer other =
                call(key, "POST", "/v1/vpcs", "{\"prefixes\":[\"10.1.0.0/16\"]}", headers);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("idempotency-mismatch");
        assertThat(call(newTenant(), "POST", "/v1/vpcs", body, headers).field("id"))
                .as("another tenant's key is another key")
                .isNotEqualTo(first);
    }

    @Test
    void lostAnswerIsToldAsUnknownAndTheRetryFindsWhatWasDone() {
        String key = newTenant();
        Map<String, String> headers =
                Map.of("Content-Type", "application/json", "Idempotency-Key", "lost");
        String body = "{\"prefixes\":[\"10.0.0.0/16\"]}";
        STORE.feel(MemoryStore.Mood.LOSES_ANSWERS);
        Api.Answer lost = call(key, "POST", "/v1/vpcs", body, headers);
        assertThat(lost.status()).isEqualTo(503);
        assertThat(lost.code()).isEqualTo("outcome-unknown");
        STORE.feel(MemoryStore.Mood.WELL);
        assertThat(call(key, "POST", "/v1/vpcs", body, headers).field("id"))
                .isEqualTo(lost.field("resource"));
    }

    @Test
    void refusalOfTheStoreIsA503ButReadsGoOn() {
        String key = newTenant();
        STORE.feel(MemoryStore.Mood.REFUSES);
        Api.Answer refused = call(key, "POST", "/v1/vpcs", "{\"prefixes\":[\"10.0.0.0/16\"]}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("store-refused");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        expect(200, key, "GET", "/v1/vpcs", null);
    }

    @Test
    void apiKeyIsShownOnceKeptByASecondPutAndRotatedOnWish() {
        String first = newTenant();
        String path = "/v1/tenants/" + first.substring(3, 15);
        Api.Answer again = expect(200, OPERATOR, "PUT", path, "{\"name\":\"renamed\"}");
        assertThat(again.json().path("apiKey").isNull()).isTrue();
        expect(200, first, "GET", "/v1/vpcs", null);
        String second =
                expect(200, OPERATOR, "PUT", path, "{\"name\":\"renamed\",\"rotate\":true}")
                        .field("apiKey");
        assertThat(call(first, "GET", "/v1/vpcs", null).status()).isEqualTo(401);
        expect(200, second, "GET", "/v1/vpcs", null);
        assertThat(expect(200, OPERATOR, "GET", path, null).text()).doesNotContain(second);
    }

    @Test
    void nodesAreTheOperatorsToSee() {
        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, 7);
        awaitNodes("gw-1 live 7");
        assertThat(call(newTenant(), "GET", "/v1/nodes", null).status()).isEqualTo(403);
    }
}
