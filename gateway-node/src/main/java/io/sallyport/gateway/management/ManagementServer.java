package io.sallyport.gateway.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * HTTP on the management address: {@code /metrics}, {@code /health}, {@code /status}, {@code
 * /events}, {@code /kernel}, {@code /explain?packet=TEXT}, {@code /connections?gateway=ID&limit=N},
 * {@code /acls?acl=ID}. Only GET; each request on a virtual thread.
 */
public final class ManagementServer implements AutoCloseable {

    /** What the server asks of the node. Any thread. */
    public interface Source {

        /** In the Prometheus text format. */
        String metrics();

        /** Forwarding, and known to the cluster as doing so. */
        boolean healthy();

        /** Name to value; values are text, numbers, booleans, lists and maps. */
        Map<String, Object> status();

        /** What happened lately that an operator should know, the oldest first. */
        List<Map<String, Object>> events();

        /** The kernel path, for people; takes a second. */
        String kernel() throws InterruptedException;

        /**
         * What would happen to a packet, for people.
         *
         * @throws IllegalArgumentException where the text is no packet, saying what is allowed; or
         *     the answer fails with it
         */
        CompletableFuture<String> explain(String packet);

        /** At most {@code limit} of a gateway's connections that this node carries. */
        CompletableFuture<List<Map<String, Object>>> connections(GatewayId gateway, int limit);

        /** How often the rules of a network ACL decided here, and in which version of it. */
        Map<String, Object> acl(AclId acl);
    }

    private static final int LIMIT_DEFAULT = 1000;
    private static final int LIMIT_MAX = 100_000;
    private static final long WORKER_MILLIS = 1500;

    /** A program is loaded and verified for it. */
    private static final long EXPLAIN_MILLIS = 8000;

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private final Source source;
    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Binds and answers from now on.
     *
     * @throws IOException where the address cannot be bound
     */
    public ManagementServer(Endpoint listen, Source source) throws IOException {
        this.source = source;
        server =
                HttpServer.create(
                        new InetSocketAddress(listen.address().toInetAddress(), listen.port()), 0);
        server.setExecutor(requests);
        server.createContext("/", this::answer);
        server.start();
    }

    private record Answer(int status, String type, String body) {

        static Answer json(int status, Object body) {
            return new Answer(status, JSON, Json.of(body) + "\n");
        }

        /** To people. */
        static Answer told(int status, RuntimeException why) {
            return new Answer(status, PLAIN, why.getMessage() + "\n");
        }

        static Answer problem(int status, String detail) {
            return json(status, Map.of("status", status, "detail", detail));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answerTo(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answerTo(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return Answer.problem(405, "only GET");
        }
        return switch (exchange.getRequestURI().getPath()) {
            case "/metrics" -> new Answer(200, TEXT, source.metrics());
            case "/health" -> {
                boolean healthy = source.healthy();
                yield Answer.json(healthy ? 200 : 503, Map.of("healthy", healthy));
            }
            case "/status" -> Answer.json(200, source.status());
            case "/events" -> Answer.json(200, source.events());
            case "/kernel" -> kernel();
            case "/explain" -> explain(exchange.getRequestURI().getRawQuery());
            case "/connections" -> connections(exchange.getRequestURI().getRawQuery());
            case "/acls" -> acl(exchange.getRequestURI().getRawQuery());
            default ->
                    Answer.problem(
                            404,
                            "there are /metrics, /health, /status, /events, /kernel, /explain,"
                                    + " /connections and /acls");
        };
    }

    private Answer kernel() {
        try {
            return new Answer(200, PLAIN, source.kernel());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.problem(503, "the node is stopping");
        }
    }

    private Answer connections(@org.jspecify.annotations.Nullable String query) {
        Map<String, String> parameters = parameters(query);
        GatewayId gateway;
        int limit;
        try {
            gateway = new GatewayId(parameters.getOrDefault("gateway", ""));
            limit =
                    Integer.parseInt(
                            parameters.getOrDefault("limit", Integer.toString(LIMIT_DEFAULT)));
        } catch (IllegalArgumentException e) {
            return Answer.problem(400, String.valueOf(e.getMessage()));
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            return Answer.problem(400, "limit is 1 to " + LIMIT_MAX);
        }
        return answer(
                source.connections(gateway, limit),
                WORKER_MILLIS,
                found -> Answer.json(200, found));
    }

    private Answer acl(@org.jspecify.annotations.Nullable String query) {
        try {
            AclId acl = new AclId(parameters(query).getOrDefault("acl", ""));
            return Answer.json(200, source.acl(acl));
        } catch (IllegalArgumentException e) {
            return Answer.problem(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer explain(@org.jspecify.annotations.Nullable String query) {
        String packet =
                URLDecoder.decode(
                        parameters(query).getOrDefault("packet", ""), StandardCharsets.UTF_8);
        CompletableFuture<String> explanation;
        try {
            explanation = source.explain(packet);
        } catch (IllegalArgumentException e) {
            return Answer.told(400, e);
        }
        return answer(explanation, EXPLAIN_MILLIS, text -> new Answer(200, PLAIN, text));
    }

    private static <T> Answer answer(
            CompletableFuture<T> asked, long millis, Function<T, Answer> told) {
        try {
            return told.apply(asked.get(millis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Answer.problem(503, "the worker did not answer in " + millis + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                return Answer.told(400, wrong);
            }
            return Answer.problem(500, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.problem(503, "the node is stopping");
        }
    }

    /** As they stand in the query; ids and numbers need no percent-decoding. */
    private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : (query == null ? "" : query).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
        requests.shutdownNow();
    }
}
