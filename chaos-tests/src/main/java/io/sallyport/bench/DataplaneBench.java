package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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
                            + " memory, 6 network ACLs, 8 interruptions")
    Set<Integer> only = Set.of();

    @Option(
            names = "--paths",
            split = ",",
            description = "of Sallyport's: ${COMPLETION-CANDIDATES} (default: all)")
    Set<Way> ways = EnumSet.allOf(Way.class);

    private final Figures figures = new Figures();

    @Override
    public Integer call() throws IOException {
        Path home = Main.home();
        int count = rounds > 0 ? rounds : quick ? 3 : 7;
        List<DataplaneLine> lines = lines();
        Path scratch = Scratch.in(home.resolve("target/bench"));
        List<Forwarding> candidates = new ArrayList<>();
        List<Rig> rigs = new ArrayList<>();
        try {
            raise(home, scratch, candidates);
            candidates.forEach(candidate -> rigs.add(new Rig(candidate)));
            for (DataplaneLine line : lines) {
                System.err.printf("line %d: %s%n", line.number(), line.title());
                line.measure(new Rounds(rigs, count, quick, figures));
            }
        } finally {
            rigs.forEach(Rig::close);
            candidates.forEach(Forwarding::close);
        }
        Scratch.delete(scratch);
        Report report = new Report(MachineFacts.read(home, "nft", "iperf3"), figures, count);
        report.print(System.out, Masquerade.NAME);
        if (json != null) {
            report.writeJson(json);
        }
        return 0;
    }

    private List<DataplaneLine> lines() {
        List<Integer> connections =
                quick ? List.of(1, 10_000) : List.of(1, 10_000, 100_000, 1_000_000);
        List<DataplaneLine> all =
                List.of(
                        new EstablishedLine(connections),
                        new ProgramLine(connections),
                        new BulkLine(),
                        new RoundTripLine(),
                        new MemoryLine(connections.getLast(), capacity()),
                        new AclLine(),
                        new OpensLine(),
                        new InterruptionLine());
        List<DataplaneLine> chosen =
                all.stream()
                        .filter(line -> only.isEmpty() || only.contains(line.number()))
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
        return quick ? 262_144 : 1_310_720;
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
        nodes.forEach(SallyportForwarding::awaitReady);
    }
}
