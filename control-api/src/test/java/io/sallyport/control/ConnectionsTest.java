package io.sallyport.control;

import static io.sallyport.control.Api.STORE;
import static io.sallyport.control.Api.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.allocator.Member;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConnectionsTest {

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
        STORE.noNodes();
    }

    private void node(String name, int status, String answer) throws IOException {
        node(name, "/connections", status, () -> answer);
    }

    private void node(String name, String page, int status, Supplier<String> answer)
            throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                page,
                exchange -> {
                    asked.add(name + "?" + exchange.getRequestURI().getQuery());
                    byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
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

    private static String share(String client, String state, int out, int in) {
        return """
        {"protocol":"tcp","client":"%s","remote":"198.51.100.11:80","elasticIp":"203.0.113.1",
        "port":40000,"node":"x","packetsOut":%d,"bytesOut":%d,"packetsIn":%d,"bytesIn":%d,
        "ageSeconds":%d,"idleSeconds":%d,"state":"%s"}\
        """
                .formatted(client, out, out * 100, in, in * 100, out + in, out + in, state);
    }

    @Test
    void sharesOfTheNodesAreAddedUpAndSilentNodesAreNamed() throws IOException {
        String tenant = Api.newTenant();
        String gateway = Api.newGateway(tenant);
        node("gw-1", 200, "[" + share("10.0.1.11:5000", "opening", 3, 0) + "]");
        node(
                "gw-2",
                200,
                "["
                        + share("10.0.1.11:5000", "opening", 0, 2)
                        + ","
                        + share("10.0.1.12:5000", "closing", 1, 1)
                        + "]");
        node("gw-3", 503, "{}");
        node("gw-4", 200, "no json");
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            STORE.node(
                    "gw-5",
                    Member.Status.LIVE,
                    Endpoint.parse("127.0.0.1:" + mute.getLocalPort()),
                    0);
            STORE.node("gw-6", Member.Status.AWAY, Endpoint.parse("127.0.0.1:1"), 0);
            await().until(() ->
                    expect(200, Api.OPERATOR, "GET", "/v1/nodes", null).json().path("items").size()
                            == 6);
            JsonNode view =
                    expect(200, tenant, "GET", "/v1/gateways/" + gateway + "/connections", null)
                            .json();
            assertThat(view.path("connections")).hasSize(2);
            JsonNode both = view.path("connections").get(0);
            assertThat(both.path("client").asString()).isEqualTo("10.0.1.11:5000");
            assertThat(both.path("nodes").toString()).isEqualTo("[\"gw-1\",\"gw-2\"]");
            assertThat(both.path("packetsOut").asLong()).isEqualTo(3);
            assertThat(both.path("bytesIn").asLong()).isEqualTo(200);
            assertThat(both.path("ageSeconds").asLong()).isEqualTo(3);
            assertThat(both.path("idleSeconds").asLong()).isEqualTo(2);
            assertThat(both.path("state").asString()).isEqualTo("established");
            List<String> nodes = new ArrayList<>();
            view.path("nodes")
                    .forEach(n -> nodes.add(n.path("node").asString() + n.path("answered")));
            assertThat(nodes)
                    .containsExactly("gw-1true", "gw-2true", "gw-3false", "gw-4false", "gw-5false");
            assertThat(view.path("complete").asBoolean()).isFalse();
            assertThat(asked).contains("gw-1?gateway=" + gateway + "&limit=1000");
        }
    }

    @Test
    void aGatewayHasItsCopiesWhenEveryLiveNodeHasLookedAtItsConnections() throws IOException {
        String tenant = Api.newTenant();
        String path = "/v1/gateways/" + Api.newGateway(tenant) + "/copies";
        AtomicReference<String> first = new AtomicReference<>("{\"copiesLeft\":0}");
        node("gw-1", "/status", 200, first::get);
        node("gw-2", "/status", 200, () -> "{\"copiesLeft\":40,\"copiesVersion\":-1}");
        STORE.node("gw-3", Member.Status.AWAY, Endpoint.parse("127.0.0.1:1"), 0);
        await().until(() ->
                expect(200, Api.OPERATOR, "GET", "/v1/nodes", null).json().path("items").size()
                        == 3);
        JsonNode changed = expect(200, tenant, "PUT", path, "{\"copies\":3}").json();
        assertThat(changed.path("copies").asInt()).isEqualTo(3);
        assertThat(changed.path("state").asString()).isEqualTo("pending");
        assertThat(changed.path("connectionsLeft").asLong()).isEqualTo(40);
        assertThat(changed.path("waitingFor").toString()).isEqualTo("[\"gw-1\",\"gw-2\"]");
        servers.removeLast().stop(0);
        node(
                "gw-2",
                "/status",
                200,
                () -> "{\"copiesLeft\":0,\"copiesVersion\":" + STORE.version() + "}");
        first.set("{\"copiesLeft\":0,\"copiesVersion\":1}");
        await().untilAsserted(() ->
                assertThat(expect(200, tenant, "GET", path, null).json().path("waitingFor"))
                        .as("the first looked before the change")
                        .hasToString("[\"gw-1\"]"));
        first.set("{\"copiesLeft\":0,\"copiesVersion\":" + STORE.version() + "}");
        assertThat(expect(200, tenant, "GET", path, null).json().path("state").asString())
                .isEqualTo("available");
        expect(400, tenant, "PUT", path, "{\"copies\":9}");
    }

    @Test
    void someoneElsesGatewayIsAskedOfNoNode() throws IOException {
        String gateway = Api.newGateway(Api.newTenant());
        node("gw-1", 200, "[]");
        expect(404, Api.newTenant(), "GET", "/v1/gateways/" + gateway + "/connections", null);
        assertThat(asked).isEmpty();
    }
}
