package io.sallyport.gateway.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {

    private static final String GATEWAY = "nat-00000000000000001";

    private volatile boolean healthy;
    private ManagementServer server;
    private String base;

    @BeforeEach
    void start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        base = "http://127.0.0.1:" + port;
        server =
                new ManagementServer(
                        new Endpoint(IpAddress.parse("127.0.0.1"), port),
                        new ManagementServer.Source() {
                            @Override
                            public String metrics() {
                                return "sallyport_drops_total 1\n";
                            }

                            @Override
                            public boolean healthy() {
                                return healthy;
                            }

                            @Override
                            public Map<String, Object> status() {
                                return Map.of("node", "gw-\"1\"\n", "members", List.of(1, true));
                            }

                            @Override
                            public String kernel() {
                                return "table: 1 of 2 connections";
                            }

                            @Override
                            public CompletableFuture<String> explain(String packet) {
                                return switch (packet) {
                                    case "udp a > b" -> CompletableFuture.completedFuture("punt\n");
                                    case "later" ->
                                            CompletableFuture.failedFuture(
                                                    new IllegalArgumentException("say vpc N"));
                                    default -> throw new IllegalArgumentException("no packet");
                                };
                            }

                            @Override
                            public List<Map<String, Object>> events() {
                                return List.of(Map.of("kind", "ports_exhausted"));
                            }

                            @Override
                            public Map<String, Object> acl(AclId acl) {
                                return Map.of("version", 7L, "rules", List.of());
                            }

                            @Override
                            public CompletableFuture<List<Map<String, Object>>> connections(
                                    GatewayId gateway, int limit) {
                                return limit == 7
                                        ? new CompletableFuture<>()
                                        : CompletableFuture.completedFuture(
                                                List.of(Map.of("gateway", gateway + "/" + limit)));
                            }
                        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(base + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void isHealthyOnlyWhileItCarries() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(503);
        healthy = true;
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void tellsOfAnAclByItsId() throws Exception {
        assertThat(get("/acls?acl=acl-00000000000000001").body())
                .contains("\"version\":7", "\"rules\":[]");
        assertThat(get("/acls?acl=x").statusCode()).isEqualTo(400);
    }

    @Test
    void servesMetricsAndAStatusThatIsJson() throws Exception {
        assertThat(get("/metrics").body()).isEqualTo("sallyport_drops_total 1\n");
        assertThat(get("/status").body())
                .contains("\"node\":\"gw-\\\"1\\\"\\n\"")
                .contains("\"members\":[1,true]");
    }

    @Test
    void listsAGatewaysConnectionsWithinALimit() throws Exception {
        assertThat(get("/connections?gateway=" + GATEWAY).body())
                .isEqualTo("[{\"gateway\":\"" + GATEWAY + "/1000\"}]\n");
        assertThat(get("/connections?gateway=" + GATEWAY + "&limit=3").body())
                .contains(GATEWAY + "/3");
    }

    @Test
    void refusesWhatItDoesNotUnderstandPrecisely() throws Exception {
        assertThat(get("/connections?gateway=nat-1").statusCode()).isEqualTo(400);
        assertThat(get("/connections?gateway=nat-1").body()).contains("is not in the form nat-");
        assertThat(get("/connections?gateway=" + GATEWAY + "&limit=0").statusCode()).isEqualTo(400);
        assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
    }

    @Test
    void explainsAPacketAndSaysWhatIsWrongWithOneThatIsNone() throws Exception {
        assertThat(get("/explain?packet=udp+a+%3E+b").body()).isEqualTo("punt\n");
        assertThat(get("/explain?packet=later").statusCode()).isEqualTo(400);
        assertThat(get("/explain?packet=later").body()).isEqualTo("say vpc N\n");
        assertThat(get("/explain").statusCode()).isEqualTo(400);
        assertThat(get("/explain").body()).isEqualTo("no packet\n");
    }

    @Test
    void saysWhenTheWorkerDoesNotAnswer() throws Exception {
        HttpResponse<String> answer = get("/connections?gateway=" + GATEWAY + "&limit=7");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the worker did not answer");
    }
}
