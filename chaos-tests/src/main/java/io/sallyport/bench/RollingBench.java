package io.sallyport.bench;

import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import io.sallyport.bench.Multitude.Turned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Every node is stopped as an operator stops it and started again, one after the other, while
 * streams talk and new connections are opened at a steady rate.
 */
@Command(
        name = "rolling",
        description = "Restarts all nodes in turn under streams and new connections.")
final class RollingBench implements Callable<Integer> {

    /** Connections live so long, so that most of them meet no restart and some do. */
    private static final double LIFE_SECONDS = 1;

    private static final long BEFORE_MILLIS = 700;
    private static final int NODES = 3;

    @Option(names = "--quick", description = "100 streams, 200 new connections a second")
    boolean quick;

    @Option(names = "--streams", description = "that talk all the time (1000)")
    int streams;

    @Option(names = "--rate", description = "new connections a second (1000)")
    int rate;

    @Option(
            names = "--every-millis",
            description = "how often a stream says a word (${DEFAULT-VALUE})")
    double everyMillis = 50;

    @Option(
            names = "--seconds",
            description = "of each node's turn, its restart included (${DEFAULT-VALUE})")
    int turnSeconds = 25;

    @Option(names = "--routing", description = "as `bench survival` has it (bird)")
    String routing = "bird";

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    private final Figures figures = new Figures();
    private final Failures failures = new Failures();
    private long lost;

    @Override
    public Integer call() throws IOException {
        streams = streams > 0 ? streams : quick ? 100 : 1_000;
        rate = rate > 0 ? rate : quick ? 200 : 1_000;
        Path home = Main.home();
        Map<String, String> facts = MachineFacts.read(home);
        facts.put("bench", "rolling");
        facts.put(
                "run",
                "%,d streams with a word every %.0f ms, %,d new connections a second, routes by %s"
                        .formatted(streams, everyMillis, rate, routing));
        facts.put("load", MachineFacts.load());
        Path scratch = Scratch.in(home.resolve("target/bench"));
        failures.begin("rolling restart");
        System.err.println("starting " + LabBoxes.NAME);
        try (LabBoxes boxes =
                        new LabBoxes(home, scratch.resolve("lab"), streams + 4 * rate, routing);
                Multitude clients =
                        new Multitude(
                                boxes,
                                home,
                                scratch,
                                streams,
                                streams,
                                0,
                                (long) (everyMillis * 1_000))) {
            clients.gather();
            for (int n = 0; n < NODES; n++) {
                String node = boxes.victim(n);
                failures.attempt(node, () -> restart(boxes, clients, node));
            }
        }
        boolean well = failures.isEmpty() && lost == 0;
        if (well) {
            Scratch.delete(scratch);
        } else {
            System.err.println("logs are in " + scratch);
        }
        Report report = new Report(facts, figures, NODES, Map.of(), failures.all());
        report.print(System.out, "");
        if (json != null) {
            report.writeJson(json);
        }
        return well ? 0 : 1;
    }

    private void restart(LabBoxes boxes, Multitude clients, String node) {
        Turned[] turns = new Turned[1];
        long[] tookMillis = new long[1];
        Toll toll =
                clients.talk(
                        turnSeconds,
                        () -> {
                            turns[0] =
                                    clients.turn(
                                            turnSeconds - 2,
                                            rate,
                                            LIFE_SECONDS,
                                            () -> {
                                                LabBoxes.pause(BEFORE_MILLIS);
                                                long began = System.nanoTime();
                                                boxes.restartPolitely(node);
                                                tookMillis[0] =
                                                        (System.nanoTime() - began) / 1_000_000;
                                            });
                        });
        Turned turned = turns[0];
        lost += turned.failed() + toll.lost() + toll.wrongBytes();
        add("failed connects", "connections", turned.failed());
        add("connects", "connections", turned.opened());
        add("slowest connect", "ms", turned.slowestMillis());
        add("restart until all is settled", "ms", tookMillis[0]);
        Aftermath.record(figures, "rolling restart", LabBoxes.NAME, toll);
        System.err.printf(
                "%s restarted in %.1f s: %d of %d connects failed, slowest %d ms; %d of %d streams"
                        + " lost, %d RST, worst gap %.0f ms%n",
                node,
                tookMillis[0] / 1e3,
                turned.failed(),
                turned.opened() + turned.failed(),
                turned.slowestMillis(),
                toll.lost(),
                toll.streams(),
                toll.resets(),
                Toll.quantile(toll.gapsMillis(), 1));
    }

    private void add(String what, String unit, double value) {
        figures.add(new Line("rolling restart: " + what, unit, Better.LESS), LabBoxes.NAME, value);
    }
}
