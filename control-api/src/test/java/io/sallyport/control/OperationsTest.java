package io.sallyport.control;

import static io.sallyport.control.Api.STORE;
import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.Member;
import io.sallyport.net.Endpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Calls that are answered before they are done. */
class OperationsTest {

    private static final Endpoint NOWHERE = Endpoint.parse("127.0.0.1:1");

    @BeforeEach
    void aNodeThatLags() {
        STORE.noNodes();
        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, 0);
        Api.pool();
    }

    @AfterEach
    void noNodes() {
        STORE.noNodes();
    }

    private static void obey() {
        STORE.node("gw-1", Member.Status.LIVE, NOWHERE, STORE.version());
    }

    private static String begun(Api.Answer answer) {
        return answer.headers().firstValue("Operation-Location").orElseThrow();
    }

    private static JsonNode told(String key, String operation) {
        return expect(200, key, "GET", operation, null).json();
    }

    private static void awaitState(String key, String operation, String state) {
        await().until(() -> told(key, operation).path("state").asString().equals(state));
    }

    @Test
    void aGatewaysBeginningAndEndAreToldUntilNodesObeyThem() {
        String key = Api.newTenant();
        String subnet =
                expect(200, key, "GET", "/v1/gateways/" + Api.newGateway(key), null)
                        .field("subnetId");
        Api.Answer created =
                expect(201, key, "POST", "/v1/gateways", "{\"subnetId\":\"" + subnet + "\"}");
        String creation = begun(created);
        JsonNode running = told(key, creation);
        assertThat(running.path("kind").asString()).isEqualTo("create-gateway");
        assertThat(running.path("resourceId").asString()).isEqualTo(created.field("id"));
        assertThat(running.path("state").asString()).isEqualTo("running");
        assertThat(running.path("progress").path("phase").asString()).isEqualTo("applying");
        assertThat(running.path("progress").path("waitingFor").get(0).path("node").asString())
                .isEqualTo("gw-1");
        obey();
        awaitState(key, creation, "succeeded");
        String deletion =
                begun(expect(204, key, "DELETE", "/v1/gateways/" + created.field("id"), null));
        assertThat(told(key, deletion).path("state").asString()).isEqualTo("running");
        obey();
        awaitState(key, deletion, "succeeded");
        assertThat(told(key, deletion).path("kind").asString()).isEqualTo("delete-gateway");
    }

    @Test
    void aMoveDrainsSwitchesAndMayBeCalledOff() {
        String key = Api.newTenant();
        String first = Api.newGateway(key);
        String second = Api.newGateway(key);
        String eip = Api.create(key, "/v1/elastic-ips", "{}");
        String path = "/v1/elastic-ips/" + eip + "/attachment";
        String attach = begun(call(key, "PUT", path, "{\"gatewayId\":\"" + first + "\"}"));
        assertThat(told(key, attach).path("state").asString()).isEqualTo("running");
        obey();
        awaitState(key, attach, "succeeded");
        Api.Answer drained =
                expect(
                        202,
                        key,
                        "PUT",
                        path,
                        "{\"gatewayId\":\"%s\",\"existing\":\"drain\",\"drainSeconds\":600}"
                                .formatted(second));
        String drain = begun(drained);
        JsonNode draining = told(key, drain);
        assertThat(draining.path("kind").asString()).isEqualTo("move-elastic-ip");
        assertThat(draining.path("progress").path("phase").asString()).isEqualTo("draining");
        assertThat(draining.path("progress").path("connectionsLeft").asInt(-1)).isZero();
        assertThat(draining.path("progress").path("drainUntil").asString()).endsWith("Z");
        assertThat(told(key, attach).path("error").path("code").asString())
                .as("it is where it went, and about to go elsewhere")
                .isEqualTo("superseded");
        expect(200, key, "PUT", path, "{\"gatewayId\":\"" + first + "\"}");
        JsonNode off = told(key, drain);
        assertThat(off.path("state").asString()).isEqualTo("cancelled");
        assertThat(off.path("error").path("code").asString()).isEqualTo("superseded");
        assertThat(told(key, attach).path("state").asString()).isEqualTo("succeeded");
        String detach = begun(expect(200, key, "DELETE", path, null));
        assertThat(told(key, detach).path("state").asString()).isEqualTo("running");
        obey();
        awaitState(key, detach, "succeeded");
        expect(204, key, "DELETE", "/v1/elastic-ips/" + eip, null);
        assertThat(told(key, detach).path("state").asString())
                .as("it is nobody's, as was asked")
                .isEqualTo("succeeded");
        assertThat(told(key, attach).path("error").path("code").asString()).isEqualTo("released");
    }

    @Test
    void nobodyElsesAndNoInventedOperationIsThere() {
        String key = Api.newTenant();
        String gateway = Api.newGateway(key);
        String operation = begun(expect(204, key, "DELETE", "/v1/gateways/" + gateway, null));
        String other = operation.substring(0, operation.length() - 1) + "g";
        String later = operation.replaceFirst("-([0-9]+)-0{8}", "-99999999999-00000000");
        for (Api.Answer answer :
                new Api.Answer[] {
                    call(Api.newTenant(), "GET", operation, null),
                    call(key, "GET", other, null),
                    call(key, "GET", later, null),
                    call(key, "GET", "/v1/operations/x", null)
                }) {
            assertThat(answer.status() + " " + answer.code()).isEqualTo("404 not-found");
        }
    }
}
