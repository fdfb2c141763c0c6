package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import io.sallyport.bench.StoreTrio.Place;
import io.sallyport.store.client.StoreClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How soon a store that holds many ports is back: after it was stopped, after it was killed, after
 * all were killed, and after it lost its disk. Three processes, all else at rest.
 */
@Command(
        name = "restart",
        description = "How soon a store with many ports is back, from its own disk and without it.")
final class RestartBench implements Callable<Integer> {

    private static final int OPEN = 1_024;
    private static final Duration LONG = Duration.ofMinutes(5);

    @Option(names = "--destinations", description = "how many (default: ${DEFAULT-VALUE})")
    int destinations = 1_000_000;

    @Option(names = "--ports", description = "of each destination (default: ${DEFAULT-VALUE})")
    int ports = 10;

    @Option(names = "--rounds", description = "default: ${DEFAULT-VALUE}")
    int rounds = 3;

    @Option(names = "--heap", description = "of a store (default: ${DEFAULT-VALUE})")
    String heap = "1g";

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    @Option(names = "--set", description = "KEY=VALUE of the stores' configuration")
    List<String> settings = new ArrayList<>();

    @Option(names = "--disk", description = "where on disk the state lies (default: target/bench)")
    @Nullable Path disk;

    private final Figures figures = new Figures();
    private int turn;

    @Override
    public Integer call() throws IOException {
        Path home = Main.home();
        Path scratch = Scratch.in(disk == null ? home.resolve("target/bench") : disk);
        try (StoreTrio stores =
                new StoreTrio(
                        home, scratch, Place.onLoopback(), settings, List.of("-Xmx" + heap))) {
            try (StoreClient client = stores.connect();
                    StoreContender contender = StoreContender.enter(stores, client)) {
                fill(contender);
                size(stores);
                for (int round = 1; round <= rounds; round++) {
                    System.err.printf("round %d of %d%n", round, rounds);
                    stopped(stores);
                    killed(stores);
                    wiped(stores);
                    allKilled(stores, contender, round);
                }
            }
        } finally {
            Scratch.delete(scratch);
        }
        Report report = new Report(MachineFacts.read(home, "etcd"), figures, rounds);
        report.print(System.out, "none");
        if (json != null) {
            report.writeJson(json);
        }
        return 0;
    }

    private void fill(StoreContender contender) {
        long began = System.nanoTime();
        Semaphore window = new Semaphore(OPEN);
        CountDownLatch left = new CountDownLatch(destinations);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try {
            for (int i = 0; i < destinations && failure.get() == null; i++) {
                window.acquire();
                var unused =
                        contender
                                .allocate(i, ports)
                                .whenComplete((count, problem) -> {
                                    if (problem != null) {
                                        failure.compareAndSet(null, problem);
                                    }
                                    window.release();
                                    left.countDown();
                                });
            }
            if (failure.get() != null) {
                throw new BenchFailure("the stores cannot be filled", failure.get());
            }
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
        add("filled with %,d ports".formatted((long) destinations * ports), began);
    }

    /** What lies on disk once no checkpoint is being made any more. */
    private void size(StoreTrio stores) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(stores.directory("store-1"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        figures.add(
                new Line("a store's files, links counted twice", "MB", Better.LESS),
                "sallyport",
                bytes / 1e6);
    }

    private void stopped(StoreTrio stores) {
        String id = next(stores);
        end(stores.process(id), false);
        back(stores, id, "stopped");
    }

    private void killed(StoreTrio stores) {
        String id = next(stores);
        end(stores.process(id), true);
        back(stores, id, "killed");
    }

    private void wiped(StoreTrio stores) throws IOException {
        String id = next(stores);
        end(stores.process(id), true);
        Scratch.delete(stores.directory(id));
        back(stores, id, "lost its disk");
    }

    /** Each in its turn, so that leaders are among them. */
    private String next(StoreTrio stores) {
        return stores.ids().get(turn++ % stores.ids().size());
    }

    private void back(StoreTrio stores, String id, String how) {
        String other = stores.ids().stream().filter(each -> !each.equals(id)).findFirst().get();
        try (HttpClient http = HttpClient.newHttpClient()) {
            StoreProgress there = StoreProgress.read(http, stores.place(other).management());
            long began = System.nanoTime();
            stores.start(id);
            stores.awaitReady(id);
            add(how + ": ready", began);
            stores.awaitTrue(
                    id + " does not catch up",
                    () -> StoreProgress.read(http, stores.place(id).management()).reaches(there),
                    LONG);
            add(how + ": has caught up", began);
        }
    }

    private void allKilled(StoreTrio stores, StoreContender contender, int round) {
        for (String id : stores.ids()) {
            end(stores.process(id), true);
        }
        long began = System.nanoTime();
        stores.ids().forEach(stores::start);
        stores.ids().forEach(stores::awaitReady);
        add("all killed: ready", began);
        long destination = destinations + round;
        contender.allocate(destination, 1).join();
        add("all killed: a port is granted", began);
    }

    private static void end(Process process, boolean atOnce) {
        if (atOnce) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        process.onExit().join();
    }

    private void add(String line, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.err.printf("%s: %.2f s%n", line, seconds);
        figures.add(new Line(line, "s", Better.LESS), "sallyport", seconds);
    }
}
