package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Line 3 where R nodes hold a connection before its first packet leaves: R = 1, 2, 3 on as many
 * nodes, all on this box, which share its cores with each other and with the generators.
 */
final class CopiesLine implements DataplaneLine {

    private static final int NODES_MAX = 3;

    /** The way over other nodes is long: compilers are through with it after some seconds. */
    static final Duration WARM = Duration.ofSeconds(1);

    static final int WARM_TURNS = 15;

    /** Until what a flood left is answered, and its half-open connections, 5 s old, have ended. */
    private static final Duration REST = Duration.ofSeconds(7);

    private static final int TRICKLE = 500;

    /** Divided by the generators of one, two and three testbeds. */
    private static final int CLIENT_PORTS = 12;

    private final Path home;
    private final Path scratch;
    private final Way way;
    private final FreshFlows many = new FreshFlows(1_000, 2_001, 128, CLIENT_PORTS);
    private final FreshFlows few = new FreshFlows(1, 3_002, 1, TRICKLE);

    CopiesLine(Path home, Path scratch, Way way) {
        this.home = home;
        this.scratch = scratch;
        this.way = way;
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "new connections with copies";
    }

    @Override
    public void measure(Rounds rounds) {
        try (Guests guests = new Guests(rounds.failures())) {
            for (int nodes = 2; nodes <= NODES_MAX; nodes++) {
                Fleet.begin(guests, way, nodes, nodes, home, scratch);
            }
            Rounds all = rounds.with(Fleet.beside(rounds, way, guests.rigs()));
            for (int i = 0; i < WARM_TURNS; i++) {
                Flows flows = many.next();
                all.eachOnce(
                        i,
                        rig -> {
                            if (isOurs(rig)) {
                                open(rig, flows, WARM);
                            }
                        });
            }
            LockSupport.parkNanos(REST.toNanos());
            for (int round = 0; round < rounds.count(); round++) {
                latency(all, round);
            }
            for (int round = 0; round < rounds.count(); round++) {
                Map<Rig, Rig.Run> runs = new LinkedHashMap<>();
                Flows flows = many.next();
                all.eachOnce(
                        round,
                        rig -> {
                            if (!(rig.forwarding() instanceof PlainForwarding)) {
                                rig.forwarding().forget();
                                runs.put(rig, open(rig, flows, rounds.turn()));
                            }
                        });
                keep(rounds, runs);
            }
        }
    }

    static Rig.Run open(Rig rig, Flows flows, Duration time) {
        return rig.open(flows.parts(rig.generators()), time);
    }

    /** Each beside nftables of the same round. */
    private void keep(Rounds rounds, Map<Rig, Rig.Run> runs) {
        runs.forEach((rig, run) -> {
            if (isOurs(rig)) {
                String name = "3 new connections, 1,000 destinations, " + size(rig);
                keep(rounds, name, way.label(), run);
                runs.forEach((other, its) -> {
                    if (other.forwarding() instanceof Masquerade) {
                        keep(rounds, name, Masquerade.NAME, its);
                    }
                });
                rounds.more(
                        name + ", of those sent",
                        "share",
                        way.label(),
                        (double) run.arrived() / run.sent());
            }
        });
    }

    private static void keep(Rounds rounds, String name, String contender, Rig.Run run) {
        rounds.more(name, "per s", contender, run.perSecond());
        rounds.more(name, "per s/core", contender, run.perCoreSecond());
    }

    private void latency(Rounds rounds, int round) {
        Flows flows = few.next();
        Map<Rig, List<Double>> found = new LinkedHashMap<>();
        rounds.eachOnce(
                round,
                rig -> {
                    rig.trickle(flows, TRICKLE, Duration.ofMillis(1));
                    found.put(rig, List.of(rig.sink().micros(0.5), rig.sink().micros(0.99)));
                });
        List<Rig> others = found.keySet().stream().filter(rig -> !isOurs(rig)).toList();
        found.keySet().stream()
                .filter(CopiesLine::isOurs)
                .forEach(rig -> {
                    List<Rig> compared = new ArrayList<>(others);
                    compared.add(rig);
                    for (Rig each : compared) {
                        String who = isOurs(each) ? way.label() : each.forwarding().name();
                        List<Double> micros = found.getOrDefault(each, List.of());
                        rounds.less(
                                "3 first packet p50, " + size(rig), "us", who, micros.getFirst());
                        rounds.less(
                                "3 first packet p99, " + size(rig), "us", who, micros.getLast());
                    }
                });
    }

    private static boolean isOurs(Rig rig) {
        return !rig.forwarding().processes().isEmpty();
    }

    private static String size(Rig rig) {
        return rig.forwarding() instanceof Fleet fleet
                ? "R = %d on %d nodes".formatted(fleet.copies(), fleet.nodes())
                : "R = 1 on 1 node";
    }
}
