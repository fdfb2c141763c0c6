package io.sallyport.store.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.StoreStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus, {@code /status} as JSON, and {@code /health}: 200 where this
 * store knows a leader of every group, 503 where it does not. GET only; each request on a virtual
 * thread.
 */
public final class ManagementServer implements AutoCloseable {

    private static final String JSON = "application/json";

    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final StoreMetrics metrics;
    private final Supplier<StoreStatus> status;

    /**
     * Listens, and answers from now on.
     *
     * @throws IOException where the port is taken or the address is not this machine's
     */
    public ManagementServer(Endpoint listen, StoreMetrics metrics, Supplier<StoreStatus> status)
            throws IOException {
        this.metrics = metrics;
        this.status = status;
        server =
                HttpServer.create(
                        new InetSocketAddress(listen.address().toInetAddress(), listen.port()), 0);
        server.setExecutor(requests);
        server.createContext("/", this::answer);
        server.start();
    }

    private record Answer(int status, String type, String body) {}

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer =
                    exchange.getRequestMethod().equals("GET")
                            ? answerTo(exchange.getRequestURI().getPath())
                            : new Answer(405, JSON, "{\"status\":405,\"detail\":\"only GET\"}\n");
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answerTo(String path) {
        return switch (path) {
            case "/metrics" -> new Answer(200, "text/plain; version=0.0.4", metrics.scrape());
            case "/status" -> new Answer(200, JSON, StatusJson.of(status.get()));
            case "/health" -> {
                boolean healthy =
                        status.get().groups().stream().allMatch(g -> g.leader().isPresent());
                yield new Answer(
                        healthy ? 200 : 503, JSON, "{\"healthy\":%s}\n".formatted(healthy));
            }
            default ->
                    new Answer(
                            404,
                            JSON,
                            "{\"status\":404,\"detail\":\"/metrics /status /health\"}\n");
        };
    }

    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }
}
