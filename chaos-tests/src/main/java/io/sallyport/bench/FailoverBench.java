package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import io.sallyport.store.client.StoreClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kills the leader with -9, again and again, under a steady rate of allocations; before each kill a
 * follower is paused or cut off for a second and comes back as the leader dies. Prints how long
 * nothing was acknowledged, and compares what was acknowledged with what the stores hold at the
 * end.
 */
@Command(
        name = "failover",
        description = "The leader's death under load: time without commits, lost and duplicated.")
final class FailoverBench implements Callable<Integer> {

    private static final int DESTINATIONS = 1_000;
    private static final Duration SETTLE = Duration.ofSeconds(30);

    @Option(names = "--kills", defaultValue = "50", description = "default ${DEFAULT-VALUE}")
    int kills;

    @Option(names = "--rate", defaultValue = "20000", description = "allocations a second")
    int rate;

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    @Option(names = "--set", description = "KEY=VALUE of the stores' configuration")
    List<String> settings = new ArrayList<>();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(300)).build();
    private final Figures figures = new Figures();
    private final Acknowledged acknowledged = new Acknowledged(DESTINATIONS);
    private final AtomicLong unknown = new AtomicLong();

    @Override
    public Integer call() throws IOException {
        Path home = Main.home();
        Path directory = Scratch.in(home.resolve("target/bench"));
        try (StoreTrio stores = new StoreTrio(home, directory, IsolatedStores.build(), settings);
                StoreClient client = stores.connect();
                StoreContender node = StoreContender.enter(stores, client)) {
            try (SteadyLoad load =
                    new SteadyLoad(node, rate, DESTINATIONS, acknowledged, unknown)) {
                load.start();
                pause(Duration.ofSeconds(5));
                for (int kill = 1; kill <= kills; kill++) {
                    once(stores, kill);
                }
            }
            return judge(home, node);
        } finally {
            Scratch.delete(directory);
        }
    }

    private void once(StoreTrio stores, int kill) throws IOException {
        String leader = leader(stores);
        String follower =
                stores.ids().stream()
                        .filter(id -> !id.equals(leader))
                        .skip(kill % 2)
                        .findFirst()
                        .orElseThrow();
        boolean cut = kill % 4 < 2;
        if (cut) {
            IsolatedStores.cut(follower);
        } else {
            signal("STOP", stores.process(follower).pid());
        }
        pause(Duration.ofSeconds(1));
        acknowledged.takeLongestNanos();
        long before = acknowledged.count();
        stores.process(leader).destroyForcibly();
        if (cut) {
            IsolatedStores.heal(follower);
        } else {
            signal("CONT", stores.process(follower).pid());
        }
        awaitCommits(before);
        double gap = acknowledged.takeLongestNanos() / 1e6;
        figures.add(new Line("without commits", "ms", Better.LESS), "each kill", gap);
        System.err.printf(
                "kill %d of %d: %s led, %s was %s: %.0f ms without commits, %,d acknowledged%n",
                kill,
                kills,
                leader,
                follower,
                cut ? "cut off" : "paused",
                gap,
                acknowledged.count());
        stores.start(leader);
        stores.awaitReady(leader);
        // Until it has what it missed, another death would leave no majority.
        awaitCaughtUp(stores);
    }

    /** Commits go on when many more came than were open at the kill. */
    private void awaitCommits(long before) {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (acknowledged.count() < before + rate) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailure("no commit for " + SETTLE.toSeconds() + " s after a kill");
            }
            pause(Duration.ofMillis(20));
        }
    }

    /** The store that leads most lease groups; of the others the first. */
    private String leader(StoreTrio stores) {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < deadline) {
            for (String id : stores.ids()) {
                if (status(stores, id).filter(FailoverBench::leads).isPresent()) {
                    return id;
                }
            }
            pause(Duration.ofMillis(100));
        }
        throw new BenchFailure("no store leads");
    }

    private static boolean leads(JsonNode status) {
        for (JsonNode group : status.path("groups")) {
            if (group.path("group").asInt() == 1 && group.path("ready").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private void awaitCaughtUp(StoreTrio stores) {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < deadline) {
            List<Long> applied = new ArrayList<>();
            for (String id : stores.ids()) {
                status(stores, id)
                        .ifPresent(status ->
                                applied.add(
                                        status.path("groups").path(1).path("applied").asLong()));
            }
            if (applied.size() == 3
                    && applied.stream().mapToLong(Long::longValue).max().orElse(0)
                                    - applied.stream().mapToLong(Long::longValue).min().orElse(0)
                            < 200) {
                return;
            }
            pause(Duration.ofMillis(100));
        }
        throw new BenchFailure("a store does not catch up");
    }

    private Optional<JsonNode> status(StoreTrio stores, String id) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://" + stores.place(id).management() + "/status"))
                            .timeout(Duration.ofSeconds(1))
                            .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return Optional.of(JsonMapper.shared().readTree(answer.body()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    private int judge(Path home, StoreContender node) {
        long lost = node.leaveAndCountMissing(acknowledged);
        List<String> duplicates = acknowledged.duplicates();
        new Report(MachineFacts.read(home, "etcd"), figures, kills).print(System.out, "");
        if (json != null) {
            new Report(MachineFacts.read(home, "etcd"), figures, kills).writeJson(json);
        }
        System.out.printf(
                "%n%,d acknowledged, %d lost, %d duplicated, %,d of unknown outcome%n",
                acknowledged.count(), lost, duplicates.size(), unknown.get());
        return lost == 0 && duplicates.isEmpty() ? 0 : 1;
    }

    private static void signal(String name, long pid) throws IOException {
        try {
            new ProcessBuilder("kill", "-s", name, Long.toString(pid)).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }
}
