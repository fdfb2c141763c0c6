package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.net.Endpoint;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed. */
class ProcessesTest {

    private static final Duration START = Duration.ofSeconds(60);

    @TempDir private Path disk;

    private final Map<String, Process> running = new TreeMap<>();
    private final Map<String, Endpoint> fronts = new TreeMap<>();
    private final Map<String, Endpoint> managements = new TreeMap<>();

    @AfterEach
    void endAll() {
        running.values().forEach(Process::destroyForcibly);
    }

    private void configure() throws IOException {
        List<Endpoint> free = TestStores.freePorts(9);
        Map<String, Endpoint> raft = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            String id = "store-" + (i + 1);
            raft.put(id, free.get(3 * i));
            fronts.put(id, free.get(3 * i + 1));
            managements.put(id, free.get(3 * i + 2));
        }
        for (String id : raft.keySet()) {
            Files.writeString(
                    disk.resolve(id + ".properties"),
                    """
                    cluster.id=test
                    tls=off
                    store.id=%s
                    store.directory=%s
                    store.raft.peers=%s
                    store.front.peers=%s
                    store.transport=%s
                    management.listen=%s
                    """
                            .formatted(
                                    id,
                                    disk.resolve(id),
                                    text(raft),
                                    text(fronts),
                                    TestStores.TRANSPORT.name().toLowerCase(Locale.ROOT),
                                    managements.get(id)));
        }
    }

    private static String text(Map<String, Endpoint> peers) {
        return peers.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    private Process launch(String id, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.sallyport.store.Main",
                                "--config",
                                disk.resolve(id + ".properties").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectOutput(disk.resolve(id + ".out").toFile())
                .redirectError(disk.resolve(id + ".err").toFile())
                .start();
    }

    private void start(String id) throws IOException {
        Process process = launch(id);
        running.put(id, process);
    }

    private void awaitReady(String id) {
        await().atMost(START)
                .until(() -> {
                    Process process = running.get(id);
                    assertThat(process != null && process.isAlive()).as(id).isTrue();
                    return Files.readString(disk.resolve(id + ".out"))
                            .startsWith("ready store " + id + " ");
                });
    }

    private void kill(String id) throws InterruptedException {
        Process process = Optional.ofNullable(running.remove(id)).orElseThrow();
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private String leader() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String id : running.keySet()) {
                String status =
                        http.send(
                                        HttpRequest.newBuilder(
                                                        URI.create(
                                                                "http://"
                                                                        + managements.get(id)
                                                                        + "/status"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body();
                if (status.contains("\"ready\":true")) {
                    return id;
                }
            }
        }
        throw new AssertionError("nobody leads");
    }

    @Test
    void killedLeadersAndAKilledClusterLoseNothingAndApplyNothingTwice() throws Exception {
        configure();
        for (String id : fronts.keySet()) {
            start(id);
        }
        fronts.keySet().forEach(this::awaitReady);
        try (StoreClient client = StoreClients.connect(fronts, Trust.plain("test"))) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 600; i++) {
                    answers.add(
                            client.submit(
                                    TestCommands.acquire(
                                            joined.incarnation(),
                                            key,
                                            1,
                                            joined.membership().epoch()),
                                    Outcomes.PATIENCE));
                }
                answers.get(600 * round + 5).join();
                long began = System.nanoTime();
                String leader = leader();
                kill(leader);
                Outcomes.done(client, TestCommands.tenant(round));
                System.out.printf(
                        "a commit %d ms after kill -9 of the leader%n",
                        Duration.ofNanos(System.nanoTime() - began).toMillis());
                start(leader);
                awaitReady(leader);
            }
            Set<Integer> ports = new HashSet<>();
            for (var answer : answers) {
                var granted = (AllocatorResult.Granted) Outcomes.done(answer);
                assertThat(ports.addAll(granted.ports().toList())).isTrue();
            }

            for (String id : List.copyOf(running.keySet())) {
                kill(id);
            }
            for (String id : fronts.keySet()) {
                start(id);
            }
            fronts.keySet().forEach(this::awaitReady);
            Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
            await().atMost(Outcomes.PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
            Set<Integer> left = new HashSet<>();
            Outcomes.orphans(client).stream().map(o -> o.ports().toList()).forEach(left::addAll);
            assertThat(left).isEqualTo(ports);
        }
        Process last = Optional.ofNullable(running.get("store-1")).orElseThrow();
        last.destroy();
        assertThat(last.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).isIn(0, 143);
    }

    @Test
    void aWrongKeyEndsTheProcessWithTwoAndOneLine() throws Exception {
        configure();
        Process process = launch("store-1", "--set", "store.idd=x");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(Files.readAllLines(disk.resolve("store-1.err")))
                .singleElement()
                .asString()
                .startsWith("config: store.idd=x: an unknown key");
    }
}
