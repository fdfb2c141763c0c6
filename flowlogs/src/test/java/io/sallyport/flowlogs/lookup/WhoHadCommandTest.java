package io.sallyport.flowlogs.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.flowlogs.s3.TestServerKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says of the place that it is sent to, in one line. */
class WhoHadCommandTest {

    private static final String EMPTY_LIST =
            "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    private static final String NOBODY = "1 nobody is known to have had it (0 objects read)\n";

    @TempDir static Path directory;
    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(it -> it.stop(0));
    }

    /** A server that says the same to all. */
    private String serve(HttpServer server, int status, String body) {
        servers.add(server);
        server.createContext(
                "/",
                exchange -> {
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private String plain(int status, String body) throws IOException {
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return "http://" + serve(HttpServer.create(anywhere, 0), status, body);
    }

    private static String ask(String endpoint, String more) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        String words =
                "--eip 198.51.100.7 --port 2000 --at 2026-11-22T00:00:30Z --account 123456789012"
                        + " --flow-log fl-00000000000000001 --bucket logs --endpoint "
                        + endpoint
                        + more;
        int code =
                WhoHadCommand.run(
                        List.of(words.split(" ")),
                        Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret"),
                        out,
                        out);
        String all = code + " " + said.toString(StandardCharsets.UTF_8);
        assertThat(all.lines()).hasSize(1);
        return all;
    }

    @Test
    void whomTheAuthoritiesVouchForIsBelieved() throws Exception {
        TestServerKey key = TestServerKey.of(directory, "ip:127.0.0.1");
        TestServerKey other = TestServerKey.of(directory, "ip:127.0.0.1,dns:other.test");
        String endpoint = "https://" + serve(key.server(), 200, EMPTY_LIST);

        assertThat(ask(endpoint, " --authorities " + other.certificate() + "," + key.certificate()))
                .isEqualTo(NOBODY);
        for (String authorities : List.of("", " --authorities " + other.certificate())) {
            assertThat(ask(endpoint, authorities))
                    .startsWith("1 who-had: " + endpoint + ": ")
                    .contains("certification path");
        }
    }

    @Test
    void authoritiesThatAreNoneAreNotUnderstood() throws Exception {
        Path nothing = Files.writeString(directory.resolve("nothing.pem"), "");
        assertThat(ask("https://127.0.0.1", " --authorities /no/such"))
                .startsWith("2 who-had: --authorities /no/such: PEM files with certificates")
                .contains("(there is no /no/such)");
        assertThat(ask("https://127.0.0.1", " --authorities " + nothing))
                .startsWith("2 who-had: --authorities " + nothing)
                .contains("holds no certificate");
        assertThat(ask("http://127.0.0.1", " --authorities " + nothing))
                .endsWith(": only where --endpoint is https\n");
    }

    @Test
    void whoIsNoS3ServerIsNamed() throws IOException {
        assertThat(ask(plain(200, EMPTY_LIST), "")).isEqualTo(NOBODY);
        String page = plain(200, "<html>\nwelcome\n</html>");
        assertThat(ask(page, ""))
                .isEqualTo(
                        "1 who-had: %s: it answered no list: is that an S3 server?\n"
                                .formatted(page));
        String lost = plain(404, "<html>\nnothing here\n</html>");
        assertThat(ask(lost, ""))
                .isEqualTo("1 who-had: %s answered 404: is that an S3 server?\n".formatted(lost));
    }

    @Test
    void whatTheServerRefusesIsToldInItsWords() throws IOException {
        String refusing =
                plain(
                        404,
                        "<Error><Code>NoSuchBucket</Code><Message>&apos;logs&apos; is not here"
                                + "</Message></Error>");
        assertThat(ask(refusing, ""))
                .isEqualTo("1 who-had: 404 NoSuchBucket: 'logs' is not here\n");
    }

    @Test
    void whoIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(ask("http://127.0.0.1:" + port, ""))
                .isEqualTo("1 who-had: http://127.0.0.1:" + port + ": Connection refused\n");
        assertThat(ask("http://nowhere.invalid", ""))
                .isEqualTo(
                        "1 who-had: http://nowhere.invalid: no host is called nowhere.invalid\n");
    }
}
