package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast packets are forwarded: by the kernel as a router, by nftables' masquerade, and by a
 * gateway node on each of its paths. All stand side by side, each between a client and a server of
 * its own, and take turns in every round.
 */
@Command(
        name = "dataplane",
        description = "Packets, streams and new connections, beside nftables and a plain router.")
final class DataplaneBench implements Callable<Integer> {

    @Option(
            names = "--quick",
            description = "3 short rounds instead of 7, up to 10,000 connections")
    boolean quick;

    @Option(names = "--rounds", description = "how many rounds; 0: 7, or 3 with --quick")
    int rounds;

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    @Option(
            names = "--only",
            split = ",",
            description =
                    "these lines: 1 established, 2 bulk, 3 new connections, 4 round trip, 5"
                            + " memory, 6 network ACLs, 7 tunnels, 8 interruptions, 9 several nodes")
    Set<Integer> only = Set.of();

    @Option(
            names = "--paths",
            split = ",",
            description = "of Sallyport's: ${COMPLETION-CANDIDATES} (default: all)")
    Set<Way> ways = EnumSet.allOf(Way.class);

    private final Figures figures = new Figures();
    private final Failures failures = new Failures();
    private final Map<String, Long> seconds = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        Path home = Main.home();
        int count = rounds > 0 ? rounds : quick ? 3 : 7;
        Map<String, String> facts = facts(home);
        Path scratch = Scratch.in(home.resolve("target/bench"));
        List<DataplaneLine> lines = lines(home, scratch);
        List<Forwarding> candidates = new ArrayList<>();
        List<Rig> rigs = new ArrayList<>();
        try {
            timed("to start", () -> raise(home, scratch, candidates));
            candidates.forEach(candidate ->
                    failures.attempt(candidate.name(), () -> rigs.add(new Rig(candidate))));
            for (DataplaneLine line : lines) {
                String name = line.number() + " " + line.title();
                System.err.println("line " + name);
                failures.begin(name);
                timed(
                        name,
                        () ->
                                failures.attempt(
                                        "all",
                                        () ->
                                                line.measure(
                                                        new Rounds(
                                                                rigs, count, quick, figures,
                                                                failures))));
            }
        } finally {
            rigs.forEach(Rig::close);
            candidates.forEach(Forwarding::close);
        }
        if (failures.isEmpty()) {
            Scratch.delete(scratch);
        } else {
            System.err.println("logs are in " + scratch);
        }
        Report report = new Report(facts, figures, count, seconds, failures.all());
        report.print(System.out, Masquerade.NAME);
        if (json != null) {
            report.writeJson(json);
        }
        return failures.isEmpty() ? 0 : 1;
    }

    private Map<String, String> facts(Path home) {
        Map<String, String> facts = MachineFacts.read(home, "nft", "iperf3");
        facts.put("run", quick ? "quick: short turns, few connections" : "full");
        // What others were at when it began: a reader's measure of how quiet the box was.
        facts.put("load", MachineFacts.load());
        return facts;
    }

    private void timed(String part, Runnable work) {
        long began = System.nanoTime();
        work.run();
        seconds.put(part, Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }

    private List<DataplaneLine> lines(Path home, Path scratch) {
        List<Integer> connections = quick ? List.of(1, 10_000) : List.of(1, 10_000, 100_000);
        List<Flows> known =
                new ArrayList<>(
                        connections.stream()
                                .map(count -> Flows.established(FrameKind.UDP_V4, count))
                                .toList());
        known.add(Flows.established(FrameKind.UDP_V6, 10_000));
        Way several = Fleet.way(ways);
        List<DataplaneLine> all =
                List.of(
                        new EstablishedLine(known),
                        new ProgramLine(connections),
                        new BulkLine(),
                        new RoundTripLine(),
                        new MemoryLine(connections.getLast(), capacity()),
                        new AclLine(),
                        new OpensLine(),
                        new CopiesLine(home, scratch, several),
                        new NodesLine(home, scratch, several),
                        new MillionLine(home, scratch, ways),
                        new TunnelLine(home, scratch, ways),
                        new InterruptionLine());
        List<DataplaneLine> chosen =
                all.stream()
                        .filter(line -> only.isEmpty() || only.stream().anyMatch(line::isChosenBy))
                        .filter(line -> !(quick && line instanceof MillionLine))
                        .toList();
        if (chosen.isEmpty()) {
            throw new BenchFailure(
                    "--only: there are "
                            + all.stream()
                                    .map(line -> line.number() + " " + line.title())
                                    .toList());
        }
        return chosen;
    }

    /** Of connections, of each node: those of all lines that live at once. */
    private int capacity() {
        return quick ? 262_144 : 524_288;
    }

    /** Nodes start side by side; each candidate stands in the list as soon as it must be closed. */
    private void raise(Path home, Path scratch, List<Forwarding> candidates) {
        candidates.add(new PlainForwarding());
        candidates.add(new Masquerade());
        List<SallyportForwarding> nodes = new ArrayList<>();
        for (Way way : ways) {
            SallyportForwarding node = new SallyportForwarding(way, home, scratch, capacity());
            candidates.add(node);
            nodes.add(node);
        }
        System.err.println("starting " + nodes.stream().map(Forwarding::name).toList());
        failures.begin("to start");
        for (SallyportForwarding node : nodes) {
            if (!failures.attempt(node.name(), node::awaitReady)) {
                candidates.remove(node);
                node.close();
            }
        }
    }
}
