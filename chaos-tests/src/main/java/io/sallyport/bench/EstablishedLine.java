package io.sallyport.bench;

import java.time.Duration;
import java.util.List;

/**
 * Line 1: packets of known connections, over one core's time, by how many connections there are.
 */
final class EstablishedLine implements DataplaneLine {

    static final String UNIT = "packets/s/core";
    private static final Duration WARM = Duration.ofMillis(50);

    private final List<Flows> all;

    /**
     * @param all sets of connections, one at a time
     */
    EstablishedLine(List<Flows> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "established connections";
    }

    @Override
    public void measure(Rounds rounds) {
        for (Flows flows : all) {
            rounds.eachOnce(
                    0,
                    rig -> {
                        if (holds(rig, flows)) {
                            rig.establish(flows);
                            rig.load(flows, rounds.turn().multipliedBy(4)); // Java compiles by it.
                        }
                    });
        }
        for (int round = 0; round < rounds.count(); round++) {
            Rig first = rounds.rigs().getFirst();
            rounds.figures()
                    .add(
                            new Figures.Line(name(all.getFirst()), UNIT, Figures.Better.MORE),
                            "the generator",
                            first.alone(all.getFirst(), rounds.turn()).perCoreSecond());
            for (Flows flows : all) {
                rounds.eachOnce(round, rig -> turn(rounds, rig, flows));
            }
        }
    }

    private static void turn(Rounds rounds, Rig rig, Flows flows) {
        if (holds(rig, flows)) {
            rig.load(flows, WARM);
            Rig.Run run = rig.load(flows, rounds.turn());
            rounds.more(name(flows), UNIT, rig, established(rig, run));
            if (rig.forwarding().node().isPresent() && rig.forwarding().isInPlace()) {
                rounds.less(
                        name(flows) + ", the processes meanwhile",
                        "% of a core",
                        rig,
                        100.0 * run.nodeNanos() / run.wallNanos());
            }
        }
    }

    /**
     * Where the kernel forwards, the process costs the same whether packets come or not, and is
     * told apart.
     */
    static double established(Rig rig, Rig.Run run) {
        return rig.forwarding().isInPlace() ? run.perKernelSecond() : run.perCoreSecond();
    }

    /** The kernel's own tracking takes only so many, on the whole box. */
    private static boolean holds(Rig rig, Flows flows) {
        return !(rig.forwarding() instanceof Masquerade)
                || flows.count() * 5 / 4 < Masquerade.capacity();
    }

    private static String name(Flows flows) {
        return "1 established, %,d connection%s%s"
                .formatted(
                        flows.count(),
                        flows.count() == 1 ? "" : "s",
                        flows.kind().isV6() ? ", IPv6" : "");
    }
}
