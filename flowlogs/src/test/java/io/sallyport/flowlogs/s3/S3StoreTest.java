package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that mean us harm. */
class S3StoreTest {

    private interface Mischief {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final HttpServer victim;
    private final AtomicInteger reached = new AtomicInteger();

    S3StoreTest() throws IOException {
        server = HttpServer.create(loopback(), 0);
        victim = HttpServer.create(loopback(), 0);
        victim.createContext(
                "/",
                exchange -> {
                    reached.incrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.setExecutor(threads);
        victim.start();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        victim.stop(0);
        threads.shutdownNow();
    }

    private S3Store against(String host, Mischief mischief) {
        server.createContext("/", mischief::handle);
        server.start();
        return new S3Store(
                new S3Settings(
                        Optional.of(
                                URI.create("http://" + host + ":" + server.getAddress().getPort())),
                        "us-east-1",
                        "key",
                        "secret",
                        true,
                        false),
                Duration.ofSeconds(3));
    }

    private static void put(S3Store store) throws S3Failure {
        store.put("bucket", "key", "text/plain", new byte[10]);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (S3Store store =
                against(
                        "127.0.0.1",
                        exchange -> {
                            exchange.getResponseHeaders()
                                    .add(
                                            "Location",
                                            "http://127.0.0.1:"
                                                    + victim.getAddress().getPort()
                                                    + "/");
                            exchange.sendResponseHeaders(
                                    Integer.parseInt(
                                            exchange.getRequestURI().getPath().substring(8)),
                                    -1);
                            exchange.close();
                        })) {
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                String key = Integer.toString(status);
                assertThatThrownBy(() -> store.put("bucket", key, "text/plain", new byte[10]))
                        .as("%d", status)
                        .isInstanceOf(S3Failure.class);
                assertThatThrownBy(() -> store.read("bucket", key))
                        .as("%d", status)
                        .isInstanceOf(S3Failure.class);
            }
        }
        assertThat(reached).hasValue(0);
    }

    @Test
    void anAnswerThatDoesNotEndIsNeitherKeptNorWaitedFor() {
        try (S3Store store =
                against(
                        "127.0.0.1",
                        exchange -> {
                            exchange.sendResponseHeaders(403, 0);
                            try (OutputStream out = exchange.getResponseBody()) {
                                byte[] much = new byte[1 << 16];
                                while (true) {
                                    out.write(much);
                                }
                            }
                        })) {
            assertThatThrownBy(() -> put(store)).isInstanceOf(S3Failure.class);
        }
    }

    @Test
    void aNameThatLeadsHereIsNotAsked() {
        AtomicInteger asked = new AtomicInteger();
        try (S3Store store =
                against(
                        "localhost",
                        exchange -> {
                            asked.incrementAndGet();
                            exchange.sendResponseHeaders(200, -1);
                            exchange.close();
                        })) {
            assertThatThrownBy(() -> put(store))
                    .isInstanceOf(S3Failure.class)
                    .hasMessageContaining("logs are not sent");
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatTheServerSaysIsToldWithItsCode() {
        try (S3Store store =
                against(
                        "127.0.0.1",
                        exchange -> {
                            byte[] said =
                                    "<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>"
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                            exchange.sendResponseHeaders(404, said.length);
                            exchange.getResponseBody().write(said);
                            exchange.close();
                        })) {
            assertThatThrownBy(() -> put(store))
                    .isInstanceOfSatisfying(
                            S3Failure.class,
                            e -> {
                                assertThat(e.status()).isEqualTo(404);
                                assertThat(e.code()).isEqualTo("NoSuchBucket");
                                assertThat(e).hasMessage("404 NoSuchBucket: none");
                            });
        }
    }
}
