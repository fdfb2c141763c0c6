package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import software.amazon.awssdk.utils.http.SdkHttpUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests that the service's own description makes and chance bends: always JSON that says what it
 * is, never a fault of ours. In a process of its own, since it deletes whatever it meets. How long:
 * {@link FuzzBudget}.
 */
class RestFuzzTest {

    private static final int REQUESTS = 4_000;
    private static final int ANEW = 100;
    private static final String ACCOUNT = "111111111111";
    private static final Pattern ID = Pattern.compile("[a-z]+-[0-9a-f]{17}|SKIA[A-Z2-7]{16}");
    private static final Set<String> CODES =
            Stream.of(ProblemCode.values()).map(ProblemCode::text).collect(Collectors.toSet());
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ServletWebServerApplicationContext context;
    private static int port;
    private static JsonNode description;
    private static List<Call> calls;

    /** A path with its variables in braces, and what it takes. */
    private record Call(String method, String path, JsonNode operation) {}

    private final Random random = new Random(FuzzBudget.SEED);
    private final List<String> ids =
            new ArrayList<>(List.of(ACCOUNT, "public", "nat-1", "vpc-0123456789abcdef0"));
    private String key = "";

    @BeforeAll
    static void aProcessOfItsOwn() {
        MemoryStore store = new MemoryStore();
        store.node("gw-1", Member.Status.LIVE, Endpoint.parse("127.0.0.1:1"), Long.MAX_VALUE);
        context = ControlApplication.start(Api.CONFIG, store);
        port = Objects.requireNonNull(context.getWebServer()).getPort();
        description =
                JSON.readTree(
                        send(request(
                                        "GET",
                                        "/v3/api-docs",
                                        "",
                                        HttpRequest.BodyPublishers.noBody()))
                                .body());
        calls = new ArrayList<>();
        description
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(method ->
                                        calls.add(
                                                new Call(
                                                        method.getKey()
                                                                .toUpperCase(java.util.Locale.ROOT),
                                                        path.getKey(),
                                                        method.getValue()))));
    }

    @AfterAll
    static void close() {
        context.close();
    }

    private static HttpRequest.Builder request(
            String method, String path, String key, HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, body);
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.build().toString(), e);
        }
    }

    /** Chance deletes tenants, keys and pools; without them all would be refused for ever. */
    private void tenantAndPool() {
        HttpResponse<String> tenant =
                json("PUT", "/v1/tenants/" + ACCOUNT, "{\"name\":\"fuzz\",\"rotate\":true}");
        key = JSON.readTree(tenant.body()).path("apiKey").asString(key);
        json(
                "PUT",
                "/v1/pools/public",
                "{\"prefixes\":[\"203.0.113.0/24\",\"2001:db8:eee::/64\"]}");
    }

    private static HttpResponse<String> json(String method, String path, String body) {
        return send(
                request(method, path, Api.OPERATOR, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json"));
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String known() {
        return ids.get(random.nextInt(ids.size()));
    }

    private String text(String name) {
        if (random.nextInt(10) == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> one("", " ", "\u0000", "\n", "\"", "\\", "a".repeat(5_000));
                case 1 -> one("-1", "0", "2147483648", "1e9", "true", "null", "[]");
                case 2 -> "\uD83D\uDE80\u00fc".repeat(random.nextInt(300));
                default -> known();
            };
        }
        return switch (name) {
            case "prefix", "prefixes", "endpoints" ->
                    one("10.0.0.0/16", "10.0.1.0/24", "fd00::/64", "10.0.0.0/33", "::/0", "/", "x");
            case "address", "privateAddress", "tunnelEndpoint" ->
                    one(
                            "10.0.1.9",
                            "203.0.113.9",
                            "2001:db8:eee::1",
                            "10.0.1.256",
                            "::ffff:1.2.3.4");
            case "cidr" -> one("0.0.0.0/0", "10.0.0.0/8", "::/0", "10.0.0.1/8");
            case "mac" -> one("02:00:00:00:00:01", "ff:ff:ff:ff:ff:ff", "02:00", "x");
            case "bucket" -> one("logs", "..", "a/b", "169.254.169.254", "LOGS");
            case "protocol" -> one("tcp", "udp", "-1", "6", "icmp", "x");
            case "family" -> one("ipv4", "ipv6", "IPV4");
            case "pool", "name" -> one("public", "p2", "../x", "p".repeat(80));
            default -> known();
        };
    }

    private JsonNode resolved(JsonNode schema) {
        String ref = schema.path("$ref").asString("");
        return ref.isEmpty() ? schema : description.at(ref.substring(1));
    }

    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asString("") : type.asString("object");
    }

    /** What a schema allows, mostly. */
    private JsonNode value(String name, JsonNode reference, int depth) {
        JsonNodeFactory make = JSON.getNodeFactory();
        JsonNode schema = resolved(reference);
        if (depth > 6 || random.nextInt(25) == 0) {
            return switch (random.nextInt(5)) {
                case 0 -> make.nullNode();
                case 1 -> make.numberNode(random.nextLong());
                case 2 -> make.arrayNode().add(text(name));
                case 3 -> make.objectNode().put("nope", 1);
                default -> make.stringNode(text(name));
            };
        }
        if (schema.has("enum") && random.nextInt(10) > 0) {
            return schema.path("enum").path(random.nextInt(schema.path("enum").size()));
        }
        return switch (type(schema)) {
            case "string" -> make.stringNode(text(name));
            case "integer" ->
                    make.numberNode(
                            random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(300));
            case "number" -> make.numberNode(random.nextDouble());
            case "boolean" -> make.booleanNode(random.nextBoolean());
            case "array" -> {
                var array = make.arrayNode();
                for (int n = random.nextInt(4); n > 0; n--) {
                    array.add(value(name, schema.path("items"), depth + 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = make.objectNode();
                schema.path("properties")
                        .properties()
                        .forEach(property -> {
                            if (random.nextInt(4) > 0) {
                                object.set(
                                        property.getKey(),
                                        value(property.getKey(), property.getValue(), depth + 1));
                            }
                        });
                yield object;
            }
        };
    }

    private String path(Call call) {
        StringBuilder path = new StringBuilder();
        for (String part : call.path().substring(1).split("/")) {
            path.append('/')
                    .append(part.startsWith("{") ? SdkHttpUtils.urlEncode(text("id")) : part);
        }
        return path
                + (random.nextInt(10) == 0
                        ? one("?limit=0", "?limit=x", "?a=%00", "?&&=", "/", "//")
                        : "");
    }

    private String body(Call call) {
        JsonNode schema =
                call.operation()
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema");
        if (schema.isMissingNode()) {
            return random.nextInt(20) == 0 ? "{}" : "";
        }
        StringBuilder body = new StringBuilder(value("", schema, 0).toString());
        for (int n = random.nextInt(12) - 9; n > 0 && !body.isEmpty(); n--) {
            body.setCharAt(random.nextInt(body.length()), (char) random.nextInt(128));
        }
        return body.toString();
    }

    private String caller() {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> one("x", "sp-" + ACCOUNT + "-" + "a".repeat(43), "sp--", "a b");
            case 2, 3, 4 -> Api.OPERATOR;
            default -> key;
        };
    }

    private HttpRequest.Builder bent(Call call) {
        HttpRequest.Builder request =
                request(
                        call.method(),
                        path(call),
                        caller(),
                        HttpRequest.BodyPublishers.ofString(body(call)));
        request.header(
                "Content-Type",
                random.nextInt(30) == 0
                        ? one("text/plain", "application/json;charset=utf-7", "x", "a/b/c")
                        : "application/json");
        if (random.nextInt(10) == 0) {
            request.header("Idempotency-Key", one("once", " ", "k".repeat(256), "\u007e"));
        }
        if (random.nextInt(10) == 0) {
            request.header(
                    "If-Match", one("*", "\"1\"", "1", "W/\"1\"", "\"\"", "\"x\",\"2\"", "\""));
        }
        if (random.nextInt(30) == 0) {
            request.header("Accept", one("text/html", "*/*", "x", "application/problem+json"));
        }
        return request;
    }

    @Test
    void whateverIsAskedTheAnswerIsJsonAndNoFault() {
        FuzzBudget budget = new FuzzBudget(REQUESTS);
        int done = 0;
        int round = 0;
        for (; budget.hasRound(round); round++) {
            if (round % ANEW == 0) {
                tenantAndPool();
            }
            HttpRequest.Builder request = bent(calls.get(random.nextInt(calls.size())));
            HttpResponse<String> answer = send(request);
            String where =
                    "seed %d, round %d: %s\n%d %s"
                            .formatted(
                                    FuzzBudget.SEED,
                                    round,
                                    request.build(),
                                    answer.statusCode(),
                                    answer.body());
            assertThat(answer.statusCode()).as(where).isLessThan(500);
            if (!answer.body().isEmpty()) {
                JsonNode said = JSON.readTree(answer.body());
                if (answer.statusCode() >= 400) {
                    assertThat(said.path("code").asString("")).as(where).isIn(CODES);
                    assertThat(said.path("status").asInt())
                            .as(where)
                            .isEqualTo(answer.statusCode());
                }
            }
            if (answer.statusCode() < 300) {
                done++;
                ID.matcher(answer.body())
                        .results()
                        .limit(3)
                        .forEach(found -> ids.add(found.group()));
            }
        }
        assertThat(done).as("of %d, some are right", round).isGreaterThan(round / 20);
    }

    /** "" where the connection was cut: nothing need be said to what is no request. */
    private static String raw(String bytes) {
        try {
            return RawHttp.send(port, bytes);
        } catch (AssertionError e) {
            if (e.getCause() instanceof IOException) {
                return "";
            }
            throw e;
        }
    }

    /** What no client of HTTP sends. 501 and 505 are HTTP's own words for what it does not know. */
    @Test
    void bytesThatAreNearlyHttpAreNoFaultEither() {
        tenantAndPool();
        FuzzBudget budget = new FuzzBudget(300);
        for (int round = 0; budget.hasRound(round); round++) {
            Call call = calls.get(random.nextInt(calls.size()));
            String body = body(call);
            StringBuilder bytes =
                    new StringBuilder(
                            ("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer"
                                            + " %s\r\nContent-Type: application/json\r\n"
                                            + "Content-Length: %d\r\n\r\n%s")
                                    .formatted(
                                            call.method(),
                                            path(call),
                                            key,
                                            body.getBytes(StandardCharsets.ISO_8859_1).length,
                                            body));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes.setCharAt(random.nextInt(bytes.length()), (char) random.nextInt(256));
            }
            String answer = raw(bytes.toString());
            // Who is not known to speak HTTP/1 is answered as HTTP/0.9 is: by a body alone.
            // A carriage return within the line ends it, before it came to that.
            String line = bytes.toString().split("[\r\n]", 2)[0];
            boolean bare = !line.matches(".*\\sHTTP/1\\.[01]");
            assertThat(answer)
                    .as("seed %d, round %d: %s", FuzzBudget.SEED, round, bytes)
                    .matches(
                            "(?s)|HTTP/1\\.[01] ([234]\\d\\d|501|505) .*"
                                    + (bare ? "|\\{.*\"status\":4\\d\\d.*|.*<Errors>.*" : ""));
        }
    }
}
