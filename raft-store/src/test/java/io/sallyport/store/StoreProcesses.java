package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Stores as processes of their own, which can be killed, stopped for a while, and looked at. */
final class StoreProcesses implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern APPLIED = Pattern.compile("\"applied\":(-?\\d+)");

    private final Path disk;
    private final Map<String, Process> running = new TreeMap<>();
    private final Map<String, Endpoint> rafts = new TreeMap<>();
    private final Map<String, Endpoint> fronts = new TreeMap<>();
    private final Map<String, Endpoint> managements = new TreeMap<>();
    private final Map<String, Path> directories = new HashMap<>();
    private final Map<String, UnaryOperator<List<String>>> wrappers = new HashMap<>();
    private final List<String> settings = new ArrayList<>();
    private List<String> java = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    StoreProcesses(int count, Path disk) throws IOException {
        this(count, disk, IpAddress.parse("127.0.0.1"));
    }

    StoreProcesses(int count, Path disk, IpAddress address) throws IOException {
        this.disk = disk;
        List<Endpoint> free = TestStores.freePorts(3 * count, address);
        for (int i = 0; i < count; i++) {
            String id = "store-" + (i + 1);
            rafts.put(id, free.get(3 * i));
            fronts.put(id, free.get(3 * i + 1));
            managements.put(id, free.get(3 * i + 2));
            directories.put(id, disk.resolve(id));
        }
    }

    /** Options of the JVM in the place of small ones. */
    StoreProcesses java(String... options) {
        java = List.of(options);
        return this;
    }

    /** More keys of the configuration, for those that start from now on. */
    StoreProcesses set(String setting) {
        settings.add(setting);
        return this;
    }

    /** Lets one store have its state elsewhere, in a process that is started in another way. */
    StoreProcesses place(String id, Path directory, UnaryOperator<List<String>> wrapper) {
        directories.put(id, directory);
        wrappers.put(id, wrapper);
        return this;
    }

    List<String> ids() {
        return List.copyOf(rafts.keySet());
    }

    Path directory(String id) {
        return Optional.ofNullable(directories.get(id)).orElseThrow();
    }

    StoreClient client() {
        return StoreClients.connect(fronts, Trust.plain(TestStores.CLUSTER));
    }

    StoreProcesses startAll() throws IOException {
        for (String id : ids()) {
            start(id);
        }
        ids().forEach(this::awaitReady);
        return this;
    }

    /** Returns at once; see {@link #awaitReady}. */
    void start(String id) throws IOException {
        Path config = disk.resolve(id + ".properties");
        Files.writeString(
                config,
                """
                cluster.id=%s
                tls=off
                store.id=%s
                store.directory=%s
                store.raft.peers=%s
                store.front.peers=%s
                store.lease.groups=1
                management.listen=%s
                """
                        .formatted(
                                TestStores.CLUSTER,
                                id,
                                directory(id),
                                text(rafts),
                                text(fronts),
                                managements.get(id)));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.sallyport.store.Main",
                        "--config",
                        config.toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        UnaryOperator<List<String>> wrapper =
                wrappers.getOrDefault(id, UnaryOperator.<List<String>>identity());
        running.put(
                id,
                new ProcessBuilder(wrapper.apply(command))
                        .redirectOutput(disk.resolve(id + ".out").toFile())
                        .redirectError(disk.resolve(id + ".err").toFile())
                        .start());
    }

    private static String text(Map<String, Endpoint> peers) {
        return peers.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    void awaitReady(String id) {
        await().atMost(START)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    assertThat(process(id).isAlive()).as("%s: %s", id, errors(id)).isTrue();
                    return Files.readString(disk.resolve(id + ".out"))
                            .startsWith("ready store " + id + " ");
                });
    }

    Process process(String id) {
        return Optional.ofNullable(running.get(id)).orElseThrow();
    }

    /** What the process has written to its standard error. */
    String errors(String id) {
        try {
            return Files.readString(disk.resolve(id + ".err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Kill -9. */
    void kill(String id) throws InterruptedException {
        Process process = Optional.ofNullable(running.remove(id)).orElseThrow();
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGTERM; returns when the process has ended. */
    void stop(String id) throws InterruptedException {
        Process process = Optional.ofNullable(running.remove(id)).orElseThrow();
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** For a while nothing of it runs, and it does not know. */
    void pause(String id) throws IOException, InterruptedException {
        signal("-STOP", id);
    }

    void resume(String id) throws IOException, InterruptedException {
        signal("-CONT", id);
    }

    private void signal(String signal, String id) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", signal, String.valueOf(process(id).pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** What the store's management address says. */
    String status(String id) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create("http://" + managements.get(id) + "/status");
            return http.send(
                            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** The last entry that the store has applied in each of its groups. */
    List<Long> applied(String id) throws IOException, InterruptedException {
        Matcher each = APPLIED.matcher(status(id));
        List<Long> applied = new ArrayList<>();
        while (each.find()) {
            applied.add(Long.parseLong(each.group(1)));
        }
        assertThat(applied).hasSizeGreaterThan(1);
        return applied;
    }

    /** Whether the store has applied so much, or more, in each of its groups. */
    boolean reaches(String id, List<Long> there) throws IOException, InterruptedException {
        List<Long> here = applied(id);
        return IntStream.range(0, there.size()).allMatch(i -> here.get(i) >= there.get(i));
    }

    Optional<String> leader() throws IOException, InterruptedException {
        for (String id : running.keySet()) {
            if (status(id).matches("(?s).*\"group\":1,[^}]*\"ready\":true.*")) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        for (Process process : running.values()) {
            process.onExit().join();
        }
    }
}
