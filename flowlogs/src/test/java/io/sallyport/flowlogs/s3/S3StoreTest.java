package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
        return to(host, server.getAddress().getPort(), new S3Encryption.None());
    }

    private static S3Store to(String host, int port, S3Encryption encryption) {
        return new S3Store(
                new S3Settings(
                        Optional.of(URI.create("http://" + host + ":" + port)),
                        "us-east-1",
                        new S3Credentials.Keys("key", "secret", Optional.empty()),
                        true,
                        encryption,
                        List.of(),
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

    @Test
    void aServerThatReadsNothingIsNotWaitedForLonger() throws IOException {
        try (ServerSocket dumb = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                S3Store store = to("127.0.0.1", dumb.getLocalPort(), new S3Encryption.None())) {
            long began = System.nanoTime();
            byte[] more = new byte[64 << 20]; // than all buffers on the way hold
            assertThatThrownBy(() -> store.put("bucket", "key", "text/plain", more))
                    .isInstanceOf(S3Failure.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void anAnswerThatDripsIsNotWaitedForLonger() {
        try (S3Store store =
                against(
                        "127.0.0.1",
                        exchange -> {
                            exchange.sendResponseHeaders(200, 1_000);
                            for (int i = 0; i < 1_000; i++) {
                                exchange.getResponseBody().write('x');
                                exchange.getResponseBody().flush();
                                LockSupport.parkNanos(100_000_000);
                            }
                        })) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> store.read("bucket", "key")).isInstanceOf(S3Failure.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void encryptionIsAskedForWhereTheOperatorSaysSo() throws S3Failure {
        BlockingQueue<Headers> asked = new LinkedBlockingQueue<>();
        server.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestHeaders());
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        Map<S3Encryption, List<String>> expected =
                Map.of(
                        new S3Encryption.None(), List.of(),
                        new S3Encryption.ByS3(), List.of("AES256"),
                        new S3Encryption.ByKms(Optional.empty()), List.of("aws:kms"),
                        new S3Encryption.ByKms(Optional.of("k-1")), List.of("aws:kms", "k-1"));
        for (Map.Entry<S3Encryption, List<String>> each : expected.entrySet()) {
            try (S3Store store = to("127.0.0.1", server.getAddress().getPort(), each.getKey())) {
                put(store);
            }
            Headers headers = asked.remove();
            List<String> said = new ArrayList<>();
            for (String name : List.of("", "-aws-kms-key-id")) {
                said.addAll(headers.getOrDefault("X-amz-server-side-encryption" + name, List.of()));
            }
            assertThat(said).as("%s", each.getKey()).isEqualTo(each.getValue());
        }
    }
}
