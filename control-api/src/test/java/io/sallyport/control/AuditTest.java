package io.sallyport.control;

import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sallyport.control.Ec2.Tenant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every call that changes something is told, with who made it; no secret is. */
class AuditTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.sallyport.audit");

    private Tenant tenant;

    @BeforeEach
    void listen() {
        tenant = Ec2.newTenant();
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
    }

    /** The line is written when the answer is on its way, perhaps after it has arrived. */
    private List<JsonNode> told(int atLeast) {
        org.awaitility.Awaitility.await().until(() -> lines.list.size() >= atLeast);
        return List.copyOf(lines.list).stream()
                .map(event -> JSON.readTree(event.getFormattedMessage()))
                .toList();
    }

    private static JsonNode of(int status, List<JsonNode> told) {
        return told.stream()
                .filter(line -> line.path("status").asInt() == status)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void restCallIsToldWithItsCallerAndWhatBecameOfIt() {
        String vpc = Api.create(tenant.apiKey(), "/v1/vpcs", "{\"prefixes\":[\"10.0.0.0/16\"]}");
        expect(200, tenant.apiKey(), "GET", "/v1/vpcs/" + vpc, null);
        call("", "DELETE", "/v1/vpcs/" + vpc, null);
        call(tenant.apiKey() + "x", "DELETE", "/v1/vpcs/" + vpc, null);
        expect(404, Api.newTenant(), "DELETE", "/v1/vpcs/" + vpc, null);
        expect(204, tenant.apiKey(), "DELETE", "/v1/vpcs/" + vpc, null);
        List<JsonNode> told =
                told(4).stream()
                        .filter(line -> line.path("call").asString().contains("/v1/vpcs"))
                        .toList();
        assertThat(told.stream().map(line -> line.path("status").asInt()))
                .containsExactlyInAnyOrder(201, 404, 204);
        JsonNode made = of(201, told);
        assertThat(made.path("caller").asString()).isEqualTo(tenant.account());
        assertThat(made.path("from").asString()).isEqualTo("127.0.0.1");
        assertThat(made.path("commands").toString()).contains("CreateVpc", vpc, "Applied");
        assertThat(of(404, told).path("commands").toString()).contains("DeleteVpc", "NotFound");
    }

    @Test
    void signedCallIsToldWithItsActionAndItsKey() {
        tenant.call("DescribeVpcs");
        Ec2.Answer vpc = tenant.call("CreateVpc", "CidrBlock", "10.0.0.0/16");
        assertThat(vpc.status()).isEqualTo(200);
        assertThat(told(1))
                .filteredOn(line -> line.has("action"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("action").asString()).isEqualTo("CreateVpc");
                    assertThat(line.path("accessKey").asString()).isEqualTo(tenant.accessKeyId());
                    assertThat(line.path("caller").asString()).isEqualTo(tenant.account());
                    assertThat(line.path("commands").toString()).contains("CreateVpc", "Applied");
                });
    }

    @Test
    void secretsAreInNoLine() {
        String keys = "/v1/tenants/" + tenant.account() + "/access-keys";
        String secret = expect(201, Api.OPERATOR, "POST", keys, null).field("secretAccessKey");
        String apiKey =
                expect(
                                200,
                                Api.OPERATOR,
                                "PUT",
                                "/v1/tenants/" + tenant.account(),
                                "{\"name\":\"x\",\"rotate\":true}")
                        .field("apiKey");
        assertThat(told(2).toString())
                .contains("PutAccessKey", "PutTenant", "\"operator\"")
                .doesNotContain(secret, apiKey, Api.OPERATOR);
    }
}
