package io.sallyport.control;

import io.sallyport.control.config.ControlConfig;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole control process over a store in memory, called over real HTTP. One for all tests. */
final class Api {

    static final String OPERATOR = "operator-key-0123456789";
    static final MemoryStore STORE = new MemoryStore();

    /** On a port of the system's choice. */
    static final ControlConfig CONFIG =
            new ControlConfig(
                    Endpoint.parse("127.0.0.1:0"),
                    Map.of("store-1", Endpoint.parse("127.0.0.1:1")),
                    OPERATOR,
                    Optional.of("ec2-key-0123456789-0123456789-0123456789"),
                    1_000_000,
                    "us-east-1",
                    "test",
                    "control",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ServletWebServerApplicationContext CONTEXT = start();
    private static final int PORT = Objects.requireNonNull(CONTEXT.getWebServer()).getPort();

    private static int accounts = 0;

    private Api() {}

    private static ServletWebServerApplicationContext start() {
        return ControlApplication.start(CONFIG, STORE);
    }

    record Answer(int status, java.net.http.HttpHeaders headers, String text) {

        JsonNode json() {
            return JSON.readTree(text);
        }

        String field(String name) {
            return json().path(name).asString("");
        }

        String code() {
            return field("code");
        }
    }

    static ServletWebServerApplicationContext context() {
        return CONTEXT;
    }

    static int port() {
        return PORT;
    }

    static Answer call(String key, String method, String path, @Nullable String body) {
        return call(key, method, path, body, Map.of("Content-Type", "application/json"));
    }

    static Answer call(
            String key,
            String method,
            String path,
            @Nullable String body,
            Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            HttpResponse<String> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    /** A call that must answer with this status. */
    static Answer expect(
            int status, String key, String method, String path, @Nullable String body) {
        Answer answer = call(key, method, path, body);
        if (answer.status() != status) {
            throw new AssertionError(method + " " + path + " " + body + " answered " + answer);
        }
        return answer;
    }

    /** A tenant that no other test has; its key. */
    static synchronized String newTenant() {
        String account = "%012d".formatted(++accounts);
        return expect(201, OPERATOR, "PUT", "/v1/tenants/" + account, "{\"name\":\"test\"}")
                .field("apiKey");
    }

    static String create(String key, String path, String body) {
        return expect(201, key, "POST", path, body).field("id");
    }

    /** A pool that all tests share. */
    static void pool() {
        expect(
                200,
                OPERATOR,
                "PUT",
                "/v1/pools/public",
                "{\"prefixes\":[\"203.0.113.0/24\",\"2001:db8:eee::/64\"]}");
    }

    /** A gateway in a VPC of both families; its id. */
    static String newGateway(String key) {
        String vpc = create(key, "/v1/vpcs", "{\"prefixes\":[\"10.0.0.0/16\",\"fd00:aa::/64\"]}");
        String subnet =
                create(
                        key,
                        "/v1/subnets",
                        "{\"vpcId\":\"%s\",\"prefix\":\"10.0.1.0/24\"}".formatted(vpc));
        return create(key, "/v1/gateways", "{\"subnetId\":\"%s\"}".formatted(subnet));
    }
}
