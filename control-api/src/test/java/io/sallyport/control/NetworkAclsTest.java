package io.sallyport.control;

import static io.sallyport.control.Api.STORE;
import static io.sallyport.control.Api.call;
import static io.sallyport.control.Api.create;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.allocator.Member;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Network ACLs by REST: at subnets and gateways, explained, and counted. */
class NetworkAclsTest {

    private static final String ALLOW_OUT =
            """
            {"ruleNumber":100,"egress":true,"protocol":"-1","action":"allow","cidr":"0.0.0.0/0"}\
            """;

    private final List<HttpServer> servers = new ArrayList<>();
    private String key;
    private String gateway;
    private String vpc;
    private String clients;
    private String gateways;

    @BeforeEach
    void aGatewayAndASubnetOfClients() {
        key = Api.newTenant();
        gateway = Api.newGateway(key);
        JsonNode view = expect(200, key, "GET", "/v1/gateways/" + gateway, null).json();
        vpc = view.path("vpcId").asString();
        gateways = "/v1/subnets/" + view.path("subnetId").asString();
        clients =
                "/v1/subnets/"
                        + create(
                                key,
                                "/v1/subnets",
                                "{\"vpcId\":\"%s\",\"prefix\":\"10.0.2.0/24\"}".formatted(vpc));
    }

    @AfterEach
    void noNodes() {
        servers.forEach(server -> server.stop(0));
        STORE.noNodes();
    }

    private JsonNode get(String path) {
        return expect(200, key, "GET", path, null).json();
    }

    private String associated(String subnet) {
        return get(subnet).path("networkAcl").path("id").asString();
    }

    private String newAcl(String rest) {
        return create(key, "/v1/network-acls", "{\"vpcId\":\"" + vpc + "\"," + rest + "}");
    }

    private JsonNode associate(String subnet, String acl) {
        return expect(
                        200,
                        key,
                        "PUT",
                        subnet + "/network-acl",
                        "{\"networkAclId\":\"" + acl + "\"}")
                .json();
    }

    @Test
    void everySubnetHasExactlyOneAndTheDefaultOneAtFirst() {
        String first = associated(clients);
        JsonNode acl = get("/v1/network-acls/" + first);
        assertThat(acl.path("isDefault").asBoolean()).isTrue();
        assertThat(acl.path("vpcId").asString()).isEqualTo(vpc);
        assertThat(acl.path("entries")).as("two families, two directions").hasSize(4);
        assertThat(associated(gateways)).isEqualTo(first);

        String other = newAcl("\"entries\":[]");
        JsonNode once = associate(clients, other);
        assertThat(associate(clients, other)).as("idempotent").isEqualTo(once);
        assertThat(associated(gateways)).isEqualTo(first);
        assertThat(call(key, "DELETE", "/v1/network-acls/" + other, null).code())
                .isEqualTo("in-use");
        assertThat(call(key, "DELETE", "/v1/network-acls/" + first, null).code())
                .isEqualTo("in-use");
        associate(clients, first);
        expect(204, key, "DELETE", "/v1/network-acls/" + other, null);
        String ofGateways = create(key, "/v1/network-acls", "{\"entries\":[]}");
        assertThat(
                        call(
                                        key,
                                        "PUT",
                                        clients + "/network-acl",
                                        "{\"networkAclId\":\"" + ofGateways + "\"}")
                                .code())
                .isEqualTo("invalid-value");
    }

    @Test
    void statefulAndTheNearPrefixAreKeptAndShown() {
        String id =
                newAcl(
                        "\"stateful\":true,\"entries\":[%s]"
                                .formatted(
                                        ALLOW_OUT.replace("}", ",\"nearCidr\":\"10.0.2.0/24\"}")));
        JsonNode acl = get("/v1/network-acls/" + id);
        assertThat(acl.path("stateful").asBoolean()).isTrue();
        assertThat(acl.path("entries").get(0).path("nearCidr").asString()).isEqualTo("10.0.2.0/24");
        long version = acl.path("version").asLong();
        acl = expect(200, key, "PUT", "/v1/network-acls/" + id, "{\"entries\":[]}").json();
        assertThat(acl.path("stateful").asBoolean()).as("as it was").isTrue();
        assertThat(acl.path("version").asLong()).isGreaterThan(version);
        acl =
                expect(
                                200,
                                key,
                                "PUT",
                                "/v1/network-acls/" + id,
                                "{\"stateful\":false,\"entries\":[]}")
                        .json();
        assertThat(acl.path("stateful").asBoolean()).isFalse();
    }

    @Test
    void aPacketIsExplainedByEachAclOnItsWay() {
        String strict = newAcl("\"entries\":[" + ALLOW_OUT + "]");
        associate(clients, strict);
        String packet =
                """
                {"direction":"%s","protocol":"tcp","client":"10.0.2.5","clientPort":40000,
                "remote":"198.51.100.11","remotePort":443,"natPort":2048}
                """;
        String path = "/v1/gateways/" + gateway + "/explain";
        JsonNode out = expect(200, key, "POST", path, packet.formatted("out")).json();
        assertThat(out.path("allowed").asBoolean()).isTrue();
        assertThat(ats(out))
                .containsExactly(
                        "client-subnet", "gateway-subnet-inside", "gateway-subnet-outside");
        JsonNode in = expect(200, key, "POST", path, packet.formatted("in")).json();
        assertThat(in.path("allowed").asBoolean()).isFalse();
        JsonNode last = in.path("steps").get(2);
        assertThat(last.path("at").asString()).isEqualTo("client-subnet");
        assertThat(last.path("networkAclId").asString()).isEqualTo(strict);
        assertThat(last.path("ruleNumber").asInt()).isEqualTo(32767);
        assertThat(last.path("action").asString()).isEqualTo("deny");
        expect(
                200,
                key,
                "PUT",
                "/v1/network-acls/" + strict,
                "{\"stateful\":true,\"entries\":[" + ALLOW_OUT + "]}");
        in = expect(200, key, "POST", path, packet.formatted("in")).json();
        assertThat(in.path("allowed").asBoolean()).isTrue();
        assertThat(in.path("steps").get(2).path("tracked").asBoolean()).isTrue();
    }

    private static List<String> ats(JsonNode explanation) {
        List<String> ats = new ArrayList<>();
        explanation.path("steps").forEach(step -> ats.add(step.path("at").asString()));
        return ats;
    }

    @Test
    void whatIsNoPacketIsToldByField() {
        String path = "/v1/gateways/" + gateway + "/explain";
        for (String[] each :
                new String[][] {
                    {"{}", "missing-field"},
                    {"{\"direction\":\"up\"}", "invalid-value"},
                    {
                        "{\"direction\":\"out\",\"protocol\":\"tcp\",\"client\":\"10.0.2.5\","
                                + "\"remote\":\"192.0.2.1\"}",
                        "missing-field"
                    },
                    {
                        "{\"direction\":\"out\",\"protocol\":\"-1\",\"client\":\"10.0.2.5\","
                                + "\"remote\":\"192.0.2.1\"}",
                        "invalid-value"
                    },
                    {
                        "{\"direction\":\"out\",\"protocol\":\"icmp\",\"client\":\"10.0.2.5\","
                                + "\"remote\":\"2001:db8::1\"}",
                        "invalid-value"
                    },
                    {
                        "{\"direction\":\"out\",\"protocol\":\"udp\",\"client\":\"10.0.2.5\","
                                + "\"clientPort\":1,\"remote\":\"192.0.2.1\",\"remotePort\":70000}",
                        "invalid-value"
                    }
                }) {
            Api.Answer answer = call(key, "POST", path, each[0]);
            assertThat(answer.status() + " " + answer.code())
                    .as(each[0])
                    .isEqualTo("400 " + each[1]);
        }
    }

    @Test
    void hitsOfTheNodesAreAddedUpWhereTheyAreOfThisVersion() throws IOException {
        String acl = newAcl("\"entries\":[" + ALLOW_OUT + "]");
        long version = get("/v1/network-acls/" + acl).path("version").asLong();
        String rules = "[{\"egress\":true,\"ruleNumber\":100,\"hits\":%d}]";
        node("gw-1", "{\"version\":%d,\"rules\":%s}".formatted(version, rules.formatted(3)));
        node("gw-2", "{\"version\":%d,\"rules\":%s}".formatted(version, rules.formatted(4)));
        node("gw-3", "{\"version\":0,\"rules\":[]}");
        awaitNodes(3);
        JsonNode view = get("/v1/network-acls/" + acl + "/hits");
        assertThat(view.path("rules").toString())
                .isEqualTo("[{\"egress\":true,\"ruleNumber\":100,\"hits\":7}]");
        assertThat(view.path("complete").asBoolean()).isTrue();
        assertThat(view.path("version").asLong()).isEqualTo(version);

        node("gw-4", "{\"version\":1,\"rules\":" + rules.formatted(100) + "}");
        awaitNodes(4);
        view = get("/v1/network-acls/" + acl + "/hits");
        assertThat(view.path("rules").get(0).path("hits").asLong()).isEqualTo(7);
        assertThat(view.path("complete").asBoolean()).as("one is behind").isFalse();
    }

    private static void awaitNodes(int count) {
        await().until(() ->
                expect(200, Api.OPERATOR, "GET", "/v1/nodes", null).json().path("items").size()
                        == count);
    }

    private void node(String name, String answer) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/acls",
                exchange -> {
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        servers.add(server);
        STORE.node(
                name,
                Member.Status.LIVE,
                Endpoint.parse("127.0.0.1:" + server.getAddress().getPort()),
                STORE.version());
    }
}
