package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Line 9: what packets and first packets cost where two and three nodes are one gateway, R = 1,
 * beside a node that is alone, over the processor time of all.
 */
final class NodesLine implements DataplaneLine {

    static final String SHARE = "of one node's";

    private static final int NODES_MAX = 3;
    private static final Duration WARM = Duration.ofMillis(50);

    /** Divided by the generators of one, two and three testbeds. */
    private static final int CLIENT_PORTS = 12;

    private static final Flows KNOWN = Flows.established(FrameKind.UDP_V4, 10_000);

    private final Path home;
    private final Path scratch;
    private final Way way;
    private final FreshFlows fresh = new FreshFlows(1_000, 2_001, 128, CLIENT_PORTS);

    NodesLine(Path home, Path scratch, Way way) {
        this.home = home;
        this.scratch = scratch;
        this.way = way;
    }

    @Override
    public int number() {
        return 9;
    }

    @Override
    public String title() {
        return "several nodes";
    }

    @Override
    public void measure(Rounds rounds) {
        try (Guests guests = new Guests(rounds.failures())) {
            for (int nodes = 2; nodes <= NODES_MAX; nodes++) {
                Fleet.begin(guests, way, nodes, 1, home, scratch);
            }
            Rounds nodes =
                    rounds.with(
                            Fleet.beside(rounds, way, guests.rigs()).stream()
                                    .filter(rig -> !rig.forwarding().processes().isEmpty())
                                    .toList());
            nodes.eachOnce(0, rig -> rig.establish(known(rig)));
            nodes.eachOnce(0, rig -> rig.load(known(rig), rounds.turn().multipliedBy(4)));
            for (int i = 0; i < CopiesLine.WARM_TURNS; i++) {
                Flows flows = fresh.next();
                nodes.eachOnce(i, rig -> CopiesLine.open(rig, flows, CopiesLine.WARM));
            }
            for (int round = 0; round < rounds.count(); round++) {
                Map<Integer, Double> packets = new LinkedHashMap<>();
                Map<Integer, Double> opens = new LinkedHashMap<>();
                Flows flows = fresh.next();
                nodes.eachOnce(
                        round,
                        rig -> {
                            rig.load(known(rig), WARM);
                            Rig.Run run = rig.load(known(rig), rounds.turn());
                            packets.put(size(rig), EstablishedLine.established(rig, run));
                        });
                nodes.eachOnce(
                        round,
                        rig ->
                                opens.put(
                                        size(rig),
                                        CopiesLine.open(rig, flows, rounds.turn())
                                                .perCoreSecond()));
                keep(rounds, "9 established", EstablishedLine.UNIT, packets);
                keep(rounds, "9 new connections", "per s/core", opens);
            }
        }
    }

    /** Of as many connections in all, whoever shares them. */
    private static List<Flows> known(Rig rig) {
        return KNOWN.parts(size(rig));
    }

    private static int size(Rig rig) {
        return rig.forwarding().testbeds().size();
    }

    private void keep(Rounds rounds, String what, String unit, Map<Integer, Double> found) {
        found.forEach((nodes, value) -> {
            String name = "%s, %d node%s".formatted(what, nodes, nodes == 1 ? "" : "s");
            rounds.more(name, unit, way.label(), value);
            if (nodes > 1 && found.containsKey(1)) {
                rounds.more(name, SHARE, way.label(), value / found.getOrDefault(1, Double.NaN));
            }
        });
    }
}
