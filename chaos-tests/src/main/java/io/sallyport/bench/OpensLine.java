package io.sallyport.bench;

import java.time.Duration;
import java.util.List;

/**
 * Line 3: first packets, each of a connection never seen before, by SYNs: how many a second with
 * both cores for all, how many in a core's second, and how long one is on its way when there are
 * few.
 */
final class OpensLine implements DataplaneLine {

    private static final int TRICKLE = 500;
    private static final int FIRST_PORT = 2_000;

    private int nextPort = FIRST_PORT;

    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "new connections";
    }

    @Override
    public void measure(Rounds rounds) {
        warm(rounds);
        for (int round = 0; round < rounds.count(); round++) {
            // As many as one destination has ports for, and more than is sent in a turn.
            rates(rounds, round, 1, 64, 300, "one destination");
            rates(rounds, round, 1_000, 128, 4, "1,000 destinations");
            latency(rounds, round);
        }
    }

    /** Leases grow with use and code is compiled by it. */
    private void warm(Rounds rounds) {
        for (int i = 0; i < 3; i++) {
            Flows flows = flows(1_000, 32, 1);
            rounds.rigs().forEach(rig -> rig.open(flows));
        }
    }

    private void rates(
            Rounds rounds, int round, int destinations, int clients, int ports, String where) {
        Flows flows = flows(destinations, clients, ports);
        List<Flows> cores = List.of(flows, flows.more());
        rounds.eachOnce(
                round,
                rig -> {
                    if (rig.forwarding() instanceof PlainForwarding) {
                        return; // It knows no connections.
                    }
                    rig.forwarding().forget();
                    Rig.Run run = rig.open(cores, rounds.turn());
                    rounds.more("3 new connections, " + where, "per s", rig, run.perSecond());
                    rounds.more(
                            "3 new connections, " + where, "per s/core", rig, run.perCoreSecond());
                    rounds.more(
                            "3 new connections, " + where + ", of those sent",
                            "share",
                            rig,
                            (double) run.arrived() / run.sent());
                });
    }

    private void latency(Rounds rounds, int round) {
        Flows flows = flows(1, 1, TRICKLE);
        rounds.eachOnce(
                round,
                rig -> {
                    rig.trickle(flows, TRICKLE, Duration.ofMillis(1));
                    rounds.less("3 first packet p50", "us", rig, rig.sink().micros(0.5));
                    rounds.less("3 first packet p99", "us", rig, rig.sink().micros(0.99));
                });
    }

    /** To destinations that were never used. */
    private Flows flows(int destinations, int clients, int ports) {
        if (nextPort + destinations > 65_536) {
            nextPort = FIRST_PORT; // By now their connections are long gone.
        }
        Flows flows = new Flows(FrameKind.SYN_V4, destinations, nextPort, clients, ports);
        nextPort += destinations;
        return flows;
    }
}
