package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process as the launcher sees it: its lines, its exit codes, and a real store behind it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProcessTest {

    @TempDir Path directory;

    private Process start(String stores, String listen, String... more) throws IOException {
        Path file = directory.resolve("control.properties");
        Files.writeString(
                file,
                "cluster.id=test\ntls=off\noperator.key=%s\nstores=%s\nlisten=%s\n"
                        .formatted(Api.OPERATOR, stores, listen));
        return java("io.sallyport.control.Main", file, more);
    }

    private Process java(String main, Path config, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx200m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main,
                                "--config",
                                config.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("stderr").toFile())
                .start();
    }

    private static Endpoint freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Endpoint.parse("127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Test
    void wrongKeyEndsTheProcessWithOneLineThatNamesIt() throws Exception {
        Process process = start("a=127.0.0.1:1", "127.0.0.1:0", "--set", "nope=1");
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(directory.resolve("stderr")))
                .singleElement()
                .asString()
                .startsWith("config: nope=...: "); // it may be a secret whose key is misspelt
    }

    @Test
    void takenPortEndsTheProcessWithCodeThree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listen = "127.0.0.1:" + taken.getLocalPort();
            Process process = start("a=127.0.0.1:1", listen);
            assertThat(process.waitFor()).isEqualTo(3);
            assertThat(Files.readString(directory.resolve("stderr"))).contains(listen);
        }
    }

    @Test
    void processIsReadyWithARealStoreAndWhatItWasToldOutlivesAKillOfTheStore() throws Exception {
        Endpoint front = freePort();
        Path config = directory.resolve("store.properties");
        Files.writeString(
                config,
                """
                cluster.id=test
                tls=off
                store.id=store-1
                store.directory=%s
                store.raft.peers=store-1=%s
                store.front.peers=store-1=%s
                management.listen=%s
                """
                        .formatted(directory.resolve("store"), freePort(), front, freePort()));
        Process store = java("io.sallyport.store.Main", config);
        Process process = start("store-1=" + front, "127.0.0.1:0");
        try (BufferedReader lines = process.inputReader()) {
            String ready = Objects.requireNonNullElse(lines.readLine(), "");
            assertThat(ready)
                    .as(Files.readString(directory.resolve("stderr")))
                    .startsWith("ready control http://127.0.0.1:");
            String url = ready.substring("ready control ".length());
            assertThat(put(url, "/v1/tenants/111122223333", "{\"name\":\"real\"}")).isEqualTo(201);
            store.destroyForcibly().waitFor();
            store = java("io.sallyport.store.Main", config);
            assertThat(store.inputReader().readLine()).startsWith("ready store");
            assertThat(put(url, "/v1/tenants/111122223333", "{\"name\":\"real\"}")).isEqualTo(200);

            process.toHandle().destroy();
            assertThat(process.waitFor()).isIn(0, 143);
            assertThat(lines.readLine()).as("ready is the only line").isNull();
        } finally {
            process.destroyForcibly();
            store.destroyForcibly();
        }
    }

    private static int put(String url, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Authorization", "Bearer " + Api.OPERATOR)
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }
}
