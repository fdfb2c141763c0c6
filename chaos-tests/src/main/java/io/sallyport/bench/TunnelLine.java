package io.sallyport.bench;

import io.sallyport.bench.SallyportForwarding.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Line 7: line 1 with the clients behind VXLAN tunnels. It has candidates of its own, which live as
 * long as it: routers whose kernel ends the tunnels, and nodes by each of their paths.
 */
final class TunnelLine implements DataplaneLine {

    static final String UNIT = EstablishedLine.UNIT;

    private static final int CAPACITY = 65_536;
    private static final Duration WARM = Duration.ofMillis(50);
    private static final List<Flows> ALL =
            List.of(
                    Flows.established(FrameKind.VXLAN_V4, 1),
                    Flows.established(FrameKind.VXLAN_V4, 10_000));

    private final Path home;
    private final Path scratch;
    private final Set<Way> ways;

    /**
     * @param ways of Sallyport's that were asked for
     */
    TunnelLine(Path home, Path scratch, Set<Way> ways) {
        this.home = home;
        this.scratch = scratch;
        this.ways = ways;
    }

    @Override
    public int number() {
        return 7;
    }

    @Override
    public String title() {
        return "tunnels";
    }

    @Override
    public void measure(Rounds rounds) {
        try (Guests guests = new Guests(rounds.failures())) {
            begin(guests);
            Rounds tunnels = rounds.with(guests.rigs());
            for (Flows flows : ALL) {
                tunnels.eachOnce(
                        0,
                        rig -> {
                            rig.establish(flows);
                            rig.load(flows, rounds.turn().multipliedBy(4));
                        });
            }
            for (int round = 0; round < rounds.count(); round++) {
                for (Flows flows : ALL) {
                    tunnels.eachOnce(round, rig -> turn(rounds, rig, flows));
                }
            }
        }
    }

    private void begin(Guests guests) {
        guests.begin(PlainForwarding.NAME, PlainForwarding::ofTunnels);
        guests.begin(Masquerade.NAME, Masquerade::ofTunnels);
        for (Way way : Way.values()) {
            if (ways.contains(way)) {
                guests.begin(
                        way.label(),
                        () -> SallyportForwarding.ofTunnels(way, home, scratch, CAPACITY));
            }
        }
    }

    private static void turn(Rounds rounds, Rig rig, Flows flows) {
        rig.load(flows, WARM);
        rounds.more(
                "7 tunnels, %,d connection%s"
                        .formatted(flows.count(), flows.count() == 1 ? "" : "s"),
                UNIT,
                rig,
                EstablishedLine.established(rig, rig.load(flows, rounds.turn())));
    }
}
