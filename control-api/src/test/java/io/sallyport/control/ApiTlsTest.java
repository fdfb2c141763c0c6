package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.config.ControlConfig;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The API where it was given a certificate. */
class ApiTlsTest {

    @TempDir private Path disk = Path.of("/");

    @Test
    void theApiSpeaksTlsAloneWhereItHasACertificate() throws Exception {
        TlsFiles files =
                Authority.found("test")
                        .issue(
                                new MemberName("test", Role.CONTROL, "control"),
                                List.of(InetAddress.ofLiteral("127.0.0.1")),
                                disk);
        try (ServletWebServerApplicationContext context =
                ControlApplication.start(config(files), new MemoryStore())) {
            int port = Objects.requireNonNull(context.getWebServer()).getPort();
            URI secured = URI.create("https://127.0.0.1:" + port + "/v1/tenants");
            try (HttpClient believes = client(files.authorities().getFirst());
                    HttpClient doubts = HttpClient.newHttpClient()) {
                HttpResponse<String> answer = get(believes, secured);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
                assertThatThrownBy(() -> get(doubts, secured)).isInstanceOf(IOException.class);
                HttpResponse<String> plain =
                        get(doubts, URI.create("http://127.0.0.1:" + port + "/v1/tenants"));
                assertThat(plain.statusCode()).isEqualTo(400);
            }
        }
    }

    private static ControlConfig config(TlsFiles files) {
        return new ControlConfig(
                Endpoint.parse("127.0.0.1:0"),
                Map.of("store-1", Endpoint.parse("127.0.0.1:1")),
                Api.OPERATOR,
                Optional.empty(),
                1_000,
                "us-east-1",
                "test",
                "control",
                Optional.empty(),
                Optional.of(new ControlConfig.ApiTls(files.certificate(), files.key())),
                Optional.empty());
    }

    private static HttpClient client(Path authority) throws Exception {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            believed.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient client, URI uri)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + Api.OPERATOR)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
