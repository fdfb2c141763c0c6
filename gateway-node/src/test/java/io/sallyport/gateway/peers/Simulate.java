package io.sallyport.gateway.peers;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./sallyport simulate}: many seeds, one thread each, as many at a time as there are cores;
 * then a summary. Ends with 1 where something did not hold.
 */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the whole protocol, and the stores' half alone, in simulated time under faults.",
            "Every seed is a run of its own; what is violated is printed with its seed."
        })
public final class Simulate implements Callable<Integer> {

    static final String PROTOCOL = "protocol";
    static final String STORES = "stores";

    /** One run in so many is of the stores' half alone. */
    private static final int STORES_EVERY = 8;

    @Option(
            names = "--operations",
            paramLabel = "N",
            description = "stops once so many are done (default: ${DEFAULT-VALUE})")
    private long operations = 20_000_000;

    @Option(names = "--seeds", paramLabel = "A-B", description = "only these (default: from 1 on)")
    private String seeds = "1-9000000000";

    @Option(names = "--minutes", paramLabel = "M", description = "stops after so long")
    private double minutes = 1e9;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "what was done is kept here; goes on where it stopped")
    private @Nullable Path state;

    @Option(
            names = "--size",
            description = "of a run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private SimScenario.Size size = SimScenario.Size.LONG;

    @Option(names = "--half", description = "protocol, stores, or both (default)")
    private String half = "both";

    @Option(names = "--threads", description = "default: one for each core")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--beyond",
            description = "clocks out of bounds: what then happens is counted, and no failure")
    private boolean beyond;

    @Option(
            names = "--mutants",
            description = "takes each rule away instead, and says which seed shows it")
    private boolean mutants;

    @Option(
            names = "--scale",
            description = "healthy nodes instead: what connections cost among how many, as a table")
    private boolean scale;

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "N",
            description = "with --scale: how many (default: ${DEFAULT-VALUE})")
    private int[] nodes = {3, 10, 30, 100};

    @Option(
            names = "--connections",
            paramLabel = "C",
            description = "with --scale: for each node (default: ${DEFAULT-VALUE})")
    private int connections = 200;

    private final AtomicLong next = new AtomicLong();
    private final AtomicBoolean died = new AtomicBoolean();

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** What {@link #main} does, without its end. */
    static int run(String... args) {
        return new CommandLine(new Simulate())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws Exception {
        if (mutants) {
            return SimMutant.search(System.out, minutes) ? 0 : 1;
        }
        if (scale) {
            return scale();
        }
        long begun = System.nanoTime();
        int dash = seeds.indexOf('-');
        long first = Long.parseLong(dash < 0 ? seeds : seeds.substring(0, dash));
        long last = Long.parseLong(dash < 0 ? seeds : seeds.substring(dash + 1));
        SimJournal journal = new SimJournal(state);
        long before = journal.operations();
        next.set(first);
        long until = begun + (long) (Math.min(minutes, 1e6) * 60e9);
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] =
                    Thread.ofPlatform()
                            .name("simulation-" + i)
                            .uncaughtExceptionHandler(this::died)
                            .start(() -> work(journal, last, until));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double spent = (System.nanoTime() - begun) / 60e9;
        int verdict = summary(journal, journal.operations() - before, spent);
        return died.get() ? 1 : verdict;
    }

    private void died(Thread worker, Throwable cause) {
        died.set(true);
        System.out.println(worker.getName() + " died, and its seed has no verdict:");
        cause.printStackTrace(System.out);
    }

    private int scale() {
        SimScaleTable table = new SimScaleTable(System.out);
        for (int count : nodes) {
            table.add(
                    SimScale.life(count, count * connections, 1),
                    SimScale.death(count, count * connections, 2));
        }
        table.print();
        return 0;
    }

    private void work(SimJournal journal, long last, long until) {
        while (System.nanoTime() < until && journal.operations() < operations) {
            long seed = next.getAndIncrement();
            if (seed > last) {
                return;
            }
            boolean both = half.equals("both");
            if (!half.equals(STORES)) {
                run(journal, PROTOCOL, seed);
            }
            if (half.equals(STORES) || both && seed % STORES_EVERY == 0) {
                run(journal, STORES, seed);
            }
        }
    }

    private void run(SimJournal journal, String which, long seed) {
        if (journal.has(which, size.name(), seed)) {
            return;
        }
        SimScenario scenario = SimScenario.of(seed, size);
        if (beyond) {
            scenario = scenario.with(SimScenario.Drift.BEYOND);
        }
        SimRun run = which.equals(STORES) ? SimStoreRun.of(scenario) : SimRun.of(scenario);
        journal.add(which, size.name(), run);
        if (run.violation() != null) {
            System.out.printf("%s, size %s, seed %d: %s%n", which, size, seed, run.violation());
        }
    }

    private int summary(SimJournal journal, long done, double spent) {
        SimTally all = new SimTally();
        for (String each : new String[] {PROTOCOL, STORES}) {
            SimTally tally = journal.tally(each);
            if (tally.seeds > 0) {
                all.add(tally);
                print(each, tally);
            }
        }
        Map<String, String> violations = new TreeMap<>(journal.violations());
        long stranded = violations.values().stream().filter(v -> v.contains("stranded")).count();
        System.out.printf(
                "%n%,d operations over %,d seeds; %d violations, %d of them stranded ports%n",
                all.operations(), all.seeds, violations.size(), stranded);
        violations.forEach((seed, what) -> System.out.println("  " + seed + ": " + what));
        System.out.printf(
                "%,d operations in %.1f minutes now: %,.0f a minute with %d threads; JDK %s, %s%n",
                done,
                spent,
                done / spent,
                threads,
                Runtime.version(),
                System.getProperty("sallyport.commit", "commit unknown"));
        return violations.isEmpty() || beyond ? 0 : 1;
    }

    private static void print(String half, SimTally t) {
        System.out.printf(
                "%n%s: %,d seeds, %,.0f simulated seconds, %,d operations%n",
                half, t.seeds, t.simulatedNanos / 1e9, t.operations());
        System.out.printf(
                "  clients   opens %,d (%,d opened, %,d at once; %,d sought what was there, %,d found"
                        + " it) · packets %,d · FIN and RST %,d · forwarded %,d%n",
                t.opens, t.opened, t.atOnce, t.sought, t.found, t.packets, t.ends, t.forwarded);
        System.out.printf(
                "  frames    %,d between nodes (not counted as operations); %,d copies let go%n",
                t.frames, t.letGo);
        System.out.printf("  commands  %s%n", SimTally.most(t.commands));
        System.out.printf("  faults    %s%n", SimTally.most(t.faults));
        System.out.printf("  refusals  %s%n", SimTally.most(t.refusals));
    }
}
