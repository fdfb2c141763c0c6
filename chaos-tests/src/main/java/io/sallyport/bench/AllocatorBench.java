package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import io.sallyport.bench.StoreTrio.Place;
import io.sallyport.store.client.StoreClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast three processes agree on a port: Sallyport's stores with their state in memory-backed
 * files and on disk, and etcd on the same disk. Each round measures all of them, one after the
 * other, so that a noisy neighbour meets all of them.
 */
@Command(
        name = "allocator",
        description = "Agreed port allocations a second and their latency, beside etcd.")
final class AllocatorBench implements Callable<Integer> {

    /** So many that all rounds leave each of them with some hundred ports, as a cluster has it. */
    private static final long DESTINATIONS = 1 << 18;

    private static final int OPEN_MAX = 20_000;

    @Option(names = "--quick", description = "3 short rounds instead of 5 long ones")
    boolean quick;

    @Option(names = "--rounds", description = "how many rounds; 0: 5, or 3 with --quick")
    int rounds;

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    @Option(
            names = "--set",
            description = "KEY=VALUE of the stores' configuration, to compare settings")
    List<String> settings = new ArrayList<>();

    @Option(names = "--no-rival", description = "without etcd")
    boolean alone;

    @Option(names = "--disk", description = "where on disk the state lies (default: target/bench)")
    @Nullable Path disk;

    private final Figures figures = new Figures();
    private final AtomicLong numbers = new AtomicLong();

    @Override
    public Integer call() throws IOException {
        Path home = Main.home();
        Path onDisk = Scratch.in(disk == null ? home.resolve("target/bench") : disk);
        Path inMemory = Scratch.in(Path.of("/dev/shm"));
        int count = rounds > 0 ? rounds : quick ? 3 : 5;
        Duration time = quick ? Duration.ofMillis(800) : Duration.ofSeconds(2);
        try (StoreTrio memory = new StoreTrio(home, inMemory, Place.onLoopback(), settings);
                StoreTrio durable =
                        new StoreTrio(
                                home, onDisk.resolve("stores"), Place.onLoopback(), settings);
                StoreClient memoryClient = memory.connect();
                StoreClient durableClient = durable.connect();
                StoreContender onTmpfs = StoreContender.enter(memory, memoryClient);
                StoreContender onDiskToo = StoreContender.enter(durable, durableClient)) {
            if (alone) {
                measure(count, time, onTmpfs, onDiskToo, null);
            } else {
                try (EtcdTrio etcd = new EtcdTrio(onDisk.resolve("etcd"));
                        EtcdContender rival = etcd.connect()) {
                    measure(count, time, onTmpfs, onDiskToo, rival);
                }
            }
        } finally {
            Scratch.delete(inMemory);
            Scratch.delete(onDisk);
        }
        Report report = new Report(MachineFacts.read(home, "etcd"), figures, count);
        report.print(System.out, "etcd");
        if (json != null) {
            report.writeJson(json);
        }
        return 0;
    }

    private void measure(
            int count,
            Duration time,
            StoreContender onTmpfs,
            StoreContender onDisk,
            @Nullable Contender rival) {
        warm(onTmpfs, "sallyport tmpfs");
        warm(onDisk, "sallyport disk");
        if (rival != null) {
            warm(rival, "etcd");
        }
        BareMachine machine = new BareMachine(onTmpfs, DESTINATIONS);
        double unused = machine.applied(time);
        for (int round = 1; round <= count; round++) {
            System.err.printf("round %d of %d%n", round, count);
            floor(onTmpfs, machine, time);
            all(onTmpfs, "sallyport tmpfs", time);
            all(onDisk, "sallyport disk", time);
            if (rival != null) {
                all(rival, "etcd", time);
            }
        }
    }

    /** Until the compilers of all processes have little left to do. */
    private void warm(Contender contender, String name) {
        System.err.println("warming " + name);
        Duration turn = Duration.ofSeconds(1);
        for (int turns = quick ? 8 : 24; turns > 0; turns--) {
            closed(contender, 1, 64, turn);
            closed(contender, 1, 1, turn);
        }
    }

    /** What no store can be faster than. */
    private void floor(StoreContender contender, BareMachine machine, Duration time) {
        long[] nanos = new long[2_000];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            CompletableFuture<?> answer = contender.pingPong();
            answer.join();
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        figures.add(
                new Line("a question without a commit, p50", "ms", Better.LESS),
                "floor",
                nanos[nanos.length / 2] / 1e6);
        more("state machine alone, entries of 1,024", "floor", machine.applied(time));
    }

    private void all(Contender contender, String name, Duration time) {
        Sample alone = closed(contender, 1, 1, time);
        less("one at a time, p50", name, alone.millis(0.5));
        less("one at a time, p99", name, alone.millis(0.99));
        less("one at a time, p99.9", name, alone.millis(0.999));
        for (int open : new int[] {1, 64, 256, 1024}) {
            Sample sample = open == 1 ? alone : closed(contender, 1, open, time);
            more("allocations, %,d in flight".formatted(open), name, sample.portsPerSecond());
        }
        more(
                "ports in leases of 16, 1,024 in flight",
                name,
                closed(contender, 16, 1024, time).portsPerSecond());
        for (int rate : new int[] {5_000, 20_000, 50_000}) {
            if (contender instanceof EtcdContender && rate > 5_000) {
                continue; // Beyond what it can do its queue only grows.
            }
            Sample sample = load(contender, 1).open(rate, time, OPEN_MAX);
            less("%,d a second, p50".formatted(rate), name, sample.millis(0.5));
            less("%,d a second, p99".formatted(rate), name, sample.millis(0.99));
        }
    }

    private Sample closed(Contender contender, int ports, int open, Duration time) {
        return load(contender, ports).closed(open, time);
    }

    private Load load(Contender contender, int ports) {
        return new Load(contender, ports, DESTINATIONS, numbers);
    }

    private void less(String line, String contender, double value) {
        figures.add(new Line(line, "ms", Better.LESS), contender, value);
    }

    private void more(String line, String contender, double value) {
        figures.add(new Line(line, "per s", Better.MORE), contender, value);
    }
}
