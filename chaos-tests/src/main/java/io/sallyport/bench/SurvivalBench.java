package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What the death of a box costs those whose connections it carries: Sallyport's three nodes, and
 * keepalived with conntrackd, die in turn under the same traffic. Then two of Sallyport's, one two
 * seconds after the other; all are tried on a full processor; and at last every silent connection
 * says a word.
 */
@Command(
        name = "survival",
        description = "Boxes die under established connections, beside keepalived + conntrackd.")
final class SurvivalBench implements Callable<Integer> {

    private static final double PHASE_SECONDS = 3;

    /** From a phase's begin until the box dies, and between two deaths of one phase. */
    private static final long BEFORE_MILLIS = 700;

    private static final long BETWEEN_MILLIS = 2_000;
    private static final double FULL_SECONDS = 5;
    private static final int UNSAID = Integer.MIN_VALUE;

    /** Given by picocli. */
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--quick",
            description = "10,000 connections, 100 streams, 6 deaths, where nothing else is said")
    boolean quick;

    @Option(names = "--connections", description = "established, in all (100000)")
    int connections = UNSAID;

    @Option(names = "--streams", description = "of them talk while a box dies (1000)")
    int streams = UNSAID;

    @Option(names = "--flows", description = "of datagrams, beside them (${DEFAULT-VALUE})")
    int flows = 50;

    @Option(
            names = "--every-millis",
            description = "how often a stream or flow says a word (${DEFAULT-VALUE})")
    double everyMillis = 10;

    @Option(names = "--deaths", description = "of each contender (20)")
    int deaths = UNSAID;

    @Option(
            names = "--routing",
            description = "how the lab's router learns of a death: bird, frr, probe ... (bird)")
    String routing = "bird";

    @Option(names = "--only", description = "one of the two: ${COMPLETION-CANDIDATES}")
    @Nullable Who only;

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    private final Figures figures = new Figures();
    private final Failures failures = new Failures();
    private final Map<String, Long> seconds = new LinkedHashMap<>();

    /** Who can be measured. */
    enum Who {
        SALLYPORT,
        KEEPALIVED
    }

    /** A gateway and those who use it. */
    private record Contender(Boxes boxes, Multitude clients) {}

    @Override
    public Integer call() throws IOException {
        connections = said("--connections", connections, quick ? 10_000 : 100_000);
        streams = said("--streams", streams, quick ? 100 : 1_000);
        deaths = said("--deaths", deaths, quick ? 6 : 20);
        Path home = Main.home();
        Map<String, String> facts = facts(home);
        Path scratch = Scratch.in(home.resolve("target/bench"));
        List<Boxes> raised = new ArrayList<>();
        List<Contender> contenders = new ArrayList<>();
        try {
            failures.begin("to start");
            timed("to start", () -> raise(home, scratch, raised, contenders));
            for (int n = 0; n < deaths; n++) {
                int number = n;
                timed("deaths", () -> die(number, contenders));
            }
            failures.begin(Aftermath.TWO_BOXES);
            timed("two deaths", () -> contenders.forEach(each -> dieTwice(each, contenders)));
            failures.begin(Aftermath.FULL);
            timed(
                    Aftermath.FULL,
                    () -> contenders.forEach(each -> fill(each, contenders, scratch)));
            failures.begin(Aftermath.UNANSWERED.name());
            timed("all answer", () -> contenders.forEach(each -> askAll(each, contenders)));
        } finally {
            contenders.forEach(contender -> contender.clients().close());
            raised.forEach(Boxes::close);
        }
        boolean isAllKept = failures.isEmpty() && SurvivalTable.isAllKept(figures);
        if (isAllKept) {
            Scratch.delete(scratch);
        } else {
            System.err.println("logs are in " + scratch);
        }
        Report report = new Report(facts, figures, deaths, seconds, failures.all());
        report.print(System.out, only == null ? KeepalivedPair.NAME : "");
        System.out.println();
        System.out.print(SurvivalTable.markdown(report, true));
        if (json != null) {
            report.writeJson(json);
        }
        return isAllKept ? 0 : 1;
    }

    private int said(String option, int value, int otherwise) {
        if (value != UNSAID && value < 1) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    option + "=" + value + ": a number above 0 is meant");
        }
        return value == UNSAID ? otherwise : value;
    }

    private Map<String, String> facts(Path home) {
        Map<String, String> facts = MachineFacts.read(home, "keepalived", "conntrackd");
        facts.put("bench", SurvivalTable.KIND);
        facts.put(
                "run",
                ("%,d connections through 3 nodes, %,d streams and %d datagram flows with a word"
                                + " every %.0f ms, %d deaths, routes by %s")
                        .formatted(connections, streams, flows, everyMillis, deaths, routing));
        // What others were at when it began: a reader's measure of how quiet the box was.
        facts.put("load", MachineFacts.load());
        return facts;
    }

    private void timed(String part, Runnable work) {
        long began = System.nanoTime();
        work.run();
        seconds.merge(part, Duration.ofNanos(System.nanoTime() - began).toSeconds(), Long::sum);
    }

    private void raise(Path home, Path scratch, List<Boxes> raised, List<Contender> contenders) {
        if (only != Who.KEEPALIVED) {
            System.err.println("starting " + LabBoxes.NAME);
            failures.attempt(
                    LabBoxes.NAME,
                    () ->
                            raised.add(
                                    new LabBoxes(
                                            home, scratch.resolve("lab"), connections, routing)));
        }
        if (only != Who.SALLYPORT) {
            System.err.println("starting " + KeepalivedPair.NAME);
            failures.attempt(KeepalivedPair.NAME, () -> raised.add(new KeepalivedPair()));
        }
        for (Boxes boxes : raised) {
            System.err.printf("%,d connections through %s%n", connections, boxes.name());
            failures.attempt(
                    boxes.name(),
                    () -> {
                        Multitude clients =
                                new Multitude(
                                        boxes,
                                        home,
                                        scratch,
                                        connections,
                                        streams,
                                        flows,
                                        (long) (everyMillis * 1_000));
                        contenders.add(new Contender(boxes, clients));
                        clients.gather();
                    });
        }
    }

    /** All contenders, in alternating order. */
    private void die(int n, List<Contender> contenders) {
        Death death = Death.nth(n);
        failures.begin("death %d, %s".formatted(n + 1, death.label()));
        List<Contender> order = n % 2 == 0 ? contenders : contenders.reversed();
        for (Contender contender : order) {
            Boxes boxes = contender.boxes();
            turn(
                    contender,
                    contenders,
                    () -> {
                        String victim = boxes.victim(n);
                        double idle = QuietBox.await();
                        Toll toll =
                                contender
                                        .clients()
                                        .talk(
                                                PHASE_SECONDS,
                                                () -> {
                                                    LabBoxes.pause(BEFORE_MILLIS);
                                                    boxes.die(victim, death);
                                                });
                        Aftermath.record(figures, death.label(), boxes.name(), toll);
                        say(
                                "%d %s".formatted(n + 1, death.label()),
                                "%s %s, box %.0f %% idle before"
                                        .formatted(boxes.name(), victim, idle * 100),
                                toll);
                        boxes.comeBack(List.of(victim), death);
                    });
        }
    }

    private void turn(Contender of, List<Contender> all, Runnable work) {
        List<Boxes> others = all.stream().filter(one -> one != of).map(Contender::boxes).toList();
        others.forEach(boxes -> boxes.standAside(true));
        try {
            failures.attempt(of.boxes().name(), work);
        } finally {
            others.forEach(boxes -> boxes.standAside(false));
        }
    }

    private void dieTwice(Contender contender, List<Contender> contenders) {
        Boxes boxes = contender.boxes();
        String first = boxes.victim(deaths);
        boxes.second(first)
                .ifPresent(second ->
                        turn(
                                contender,
                                contenders,
                                () -> {
                                    QuietBox.await();
                                    double more = BETWEEN_MILLIS / 1e3;
                                    Toll toll =
                                            contender
                                                    .clients()
                                                    .talk(
                                                            PHASE_SECONDS + more,
                                                            () -> {
                                                                LabBoxes.pause(BEFORE_MILLIS);
                                                                boxes.die(first, Death.BOX_GONE);
                                                                LabBoxes.pause(BETWEEN_MILLIS);
                                                                boxes.die(second, Death.BOX_GONE);
                                                            });
                                    Aftermath.record(
                                            figures, Aftermath.TWO_BOXES, boxes.name(), toll);
                                    say(
                                            Aftermath.TWO_BOXES,
                                            boxes.name() + " " + first + ", " + second,
                                            toll);
                                    boxes.comeBack(List.of(first, second), Death.BOX_GONE);
                                }));
    }

    /** Twice as many loops as there are processors, while nobody dies. */
    private void fill(Contender contender, List<Contender> contenders, Path scratch) {
        Boxes boxes = contender.boxes();
        turn(
                contender,
                contenders,
                () -> {
                    QuietBox.await();
                    try (Children loops = new Children(scratch.resolve("loops"))) {
                        long alarms = boxes.alarms();
                        Toll toll =
                                contender
                                        .clients()
                                        .talk(
                                                FULL_SECONDS,
                                                () -> {
                                                    int many =
                                                            2
                                                                    * Runtime.getRuntime()
                                                                            .availableProcessors();
                                                    for (int i = 0; i < many; i++) {
                                                        loops.start(
                                                                "loop-" + i,
                                                                List.of(
                                                                        "sh",
                                                                        "-c",
                                                                        "while :; do :; done"));
                                                    }
                                                });
                        figures.add(Aftermath.ALARMS, boxes.name(), boxes.alarms() - alarms);
                        Aftermath.record(figures, Aftermath.FULL, boxes.name(), toll);
                        say(Aftermath.FULL, boxes.name(), toll);
                    }
                });
    }

    private void askAll(Contender contender, List<Contender> contenders) {
        String name = contender.boxes().name();
        turn(
                contender,
                contenders,
                () ->
                        figures.add(
                                Aftermath.UNANSWERED,
                                name,
                                connections - streams - contender.clients().answering()));
    }

    private static void say(String what, String who, Toll toll) {
        System.err.printf(
                "%s, %s: %d of %d streams lost, %d RST, gap p50 %.0f p99 %.0f worst %.0f ms;"
                        + " %d of %d datagrams lost, gap %.0f ms; tool late %.0f ms%n",
                what,
                who,
                toll.lost(),
                toll.streams(),
                toll.resets(),
                Toll.quantile(toll.gapsMillis(), 0.5),
                Toll.quantile(toll.gapsMillis(), 0.99),
                Toll.quantile(toll.gapsMillis(), 1),
                toll.datagramsLost(),
                toll.datagramsSent(),
                Toll.quantile(toll.datagramGapsMillis(), 1),
                toll.lateMillis());
    }
}
