package io.sallyport.bench;

import java.time.Duration;
import java.util.List;

/**
 * Line 3: first packets, each of a connection never seen before, by SYNs: how many a second with
 * both cores for all, how many in a core's second, and how long one is on its way when there are
 * few. The destinations stay the same, as those of a busy gateway do: the node has its leases for
 * them, or gets more while it is measured.
 *
 * <p>One destination is a burst, not what it can bear: 64,512 ports, each used by a half-open
 * connection for 5 s and resting for 10, are 4,000 opens a second, however fast the gateway is.
 * Nftables forgets its connections between turns and uses their ports again at once (left alone it
 * keeps one for 120 s: 540 a second). So rounds take turns with a few lone destinations, each with
 * as many free ports as a turn can use.
 */
final class OpensLine implements DataplaneLine {

    /** Longer ones would fill the nodes with half-open connections from turn to turn. */
    private static final Duration TURN = Duration.ofMillis(150);

    private static final int TRICKLE = 500;

    /** Lone destinations, from the first on. */
    private static final int LONE = 4;

    /** Turns before those that count: compilers need some hundred thousand first packets. */
    private static final int WARM = 24;

    private static final int WARM_ONE = 2 * LONE;

    /** Client ports from 10,000 on that a walk of a set of flows takes, then those of the next. */
    private static final int PORTS_ONE = 80;

    private static final int PORTS_MANY = 4;
    private static final int ONE = 1_990;
    private static final int MANY = 2_001;
    private static final int FEW = 3_001;
    private static final int PORTS_FROM = 10_000;
    private static final int PORTS_TO = 60_000;

    private int clientPort = PORTS_FROM;

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
            rates(rounds, round, flows(1, ONE + round % LONE, 64, PORTS_ONE), "one destination");
            rates(rounds, round, flows(1_000, MANY, 128, PORTS_MANY), "1,000 destinations");
            latency(rounds, round);
        }
    }

    private void warm(Rounds rounds) {
        for (int turn = 0; turn < WARM; turn++) {
            boolean first = turn == 0;
            List<Flows> many = cores(flows(1_000, MANY, 128, PORTS_MANY));
            rounds.eachOnce(
                    turn,
                    rig -> {
                        Rig.Run run = rig.open(many, TURN);
                        if (first && !(rig.forwarding() instanceof PlainForwarding)) {
                            rounds.more(
                                    "3 connections right after the start",
                                    "per s",
                                    rig,
                                    run.perSecond());
                        }
                    });
        }
        for (int turn = 0; turn < WARM_ONE; turn++) {
            List<Flows> one = cores(flows(1, ONE + turn % LONE, 64, PORTS_ONE / 2));
            rounds.eachOnce(turn, rig -> rig.open(one, TURN));
        }
    }

    private static List<Flows> cores(Flows flows) {
        return List.of(flows, flows.more());
    }

    private static void rates(Rounds rounds, int round, Flows flows, String where) {
        List<Flows> cores = cores(flows);
        rounds.eachOnce(
                round,
                rig -> {
                    if (rig.forwarding() instanceof PlainForwarding) {
                        return; // It knows no connections.
                    }
                    rig.forwarding().forget();
                    Rig.Run run = rig.open(cores, TURN);
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
        Flows flows = flows(1, FEW, 1, TRICKLE);
        rounds.eachOnce(
                round,
                rig -> {
                    rig.trickle(flows, TRICKLE, Duration.ofMillis(1));
                    rounds.less("3 first packet p50", "us", rig, rig.sink().micros(0.5));
                    rounds.less("3 first packet p99", "us", rig, rig.sink().micros(0.99));
                });
    }

    /** Of ports that no connection had, or one that is long gone. */
    private Flows flows(int destinations, int first, int clients, int ports) {
        if (clientPort + 2 * ports > PORTS_TO) {
            clientPort = PORTS_FROM;
        }
        Flows flows = new Flows(FrameKind.SYN_V4, destinations, first, clients, ports, clientPort);
        clientPort += 2 * ports;
        return flows;
    }
}
