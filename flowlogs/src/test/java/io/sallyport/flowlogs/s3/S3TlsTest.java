package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is believed to be the S3 server. */
class S3TlsTest {

    @TempDir static Path directory;
    private final List<HttpsServer> servers = new ArrayList<>();
    private TestServerKey key;

    @BeforeEach
    void make() throws IOException {
        key = TestServerKey.of(directory, "ip:127.0.0.1");
    }

    @AfterEach
    void stop() {
        servers.forEach(it -> it.stop(0));
    }

    private URI serve(TestServerKey with) throws IOException, GeneralSecurityException {
        HttpsServer server = with.server();
        servers.add(server);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    private static S3Settings settings(URI endpoint, List<Path> authorities) {
        return new S3Settings(
                Optional.of(endpoint),
                "us-east-1",
                new S3Credentials.Keys("key", "secret", Optional.empty()),
                true,
                new S3Encryption.None(),
                authorities,
                false);
    }

    private static S3Store believing(URI endpoint, List<Path> authorities) {
        return new S3Store(settings(endpoint, authorities), Duration.ofSeconds(5));
    }

    private static void put(S3Store store) throws S3Failure {
        store.put("bucket", "key", "text/plain", new byte[10]);
    }

    @Test
    void whomTheAuthorityVouchesForIsBelieved() throws Exception {
        TestServerKey other = TestServerKey.of(directory, "ip:127.0.0.1,dns:other.test");
        URI endpoint = serve(key);
        try (S3Store store = believing(endpoint, List.of(other.certificate(), key.certificate()))) {
            assertThatCode(() -> put(store)).doesNotThrowAnyException();
        }
        assertThat(
                        new BriefS3(
                                        settings(
                                                endpoint,
                                                List.of(other.certificate(), key.certificate())))
                                .read("bucket", "key"))
                .isEmpty();
    }

    @Test
    void whomNobodyVouchesForIsNot() throws Exception {
        TestServerKey other = TestServerKey.of(directory, "ip:127.0.0.1,dns:other.test");
        URI endpoint = serve(key);
        for (List<Path> authorities : List.of(List.<Path>of(), List.of(other.certificate()))) {
            try (S3Store store = believing(endpoint, authorities)) {
                assertThatThrownBy(() -> put(store))
                        .isInstanceOf(S3Failure.class)
                        .hasMessageContaining("certification path");
            }
            BriefS3 brief = new BriefS3(settings(endpoint, authorities));
            assertThatThrownBy(() -> brief.read("bucket", "key"))
                    .isInstanceOf(S3Failure.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void aCertificateForAnotherNameIsNot() throws Exception {
        TestServerKey elsewhere = TestServerKey.of(directory, "ip:127.0.0.9");
        URI endpoint = serve(elsewhere);
        try (S3Store store = believing(endpoint, List.of(elsewhere.certificate()))) {
            assertThatThrownBy(() -> put(store))
                    .isInstanceOf(S3Failure.class)
                    .hasMessageContaining("127.0.0.1");
        }
        BriefS3 brief = new BriefS3(settings(endpoint, List.of(elsewhere.certificate())));
        assertThatThrownBy(() -> brief.read("bucket", "key"))
                .isInstanceOf(S3Failure.class)
                .hasMessageContaining("127.0.0.1 found");
    }

    @Test
    void aServerThatNeverShakesHandsIsNotWaitedForLonger() throws IOException {
        try (ServerSocket dumb = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                S3Store store =
                        believing(
                                URI.create("https://127.0.0.1:" + dumb.getLocalPort()),
                                List.of(key.certificate()))) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> put(store)).isInstanceOf(S3Failure.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(12));
        }
    }
}
