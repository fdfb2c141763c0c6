package io.sallyport.bench;

import io.sallyport.bench.Rig.Streamed;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Line 8: how many packets of known connections are lost, and how long none arrives, while the
 * node's process is restarted or killed, or its program swapped, under a steady stream; and for how
 * long they go on where the process is killed for good.
 */
final class InterruptionLine implements DataplaneLine {

    private static final int FRAMES = 10;
    private static final int SWAPS = 100;
    private static final Duration BEFORE = Duration.ofMillis(300);
    private static final Duration AFTER = Duration.ofMillis(500);
    private static final Duration BETWEEN_SWAPS = Duration.ofMillis(10);

    /** Longer than any horizon; who is silent for so long is done. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public int number() {
        return 8;
    }

    @Override
    public String title() {
        return "interruptions";
    }

    @Override
    public void measure(Rounds rounds) {
        Rounds nodes =
                rounds.with(
                        rounds.rigs().stream()
                                .filter(rig -> rig.forwarding().node().isPresent())
                                .toList());
        Rounds inPlace =
                nodes.with(
                        nodes.rigs().stream().filter(rig -> rig.forwarding().isInPlace()).toList());
        Flows flows = Flows.established(FrameKind.UDP_V4, 10_000);
        for (int round = 0; round < nodes.count(); round++) {
            // The Java path can only begin anew: what that costs need not be seen twice.
            Rounds some = round == 0 ? nodes : inPlace;
            some.eachOnce(round, rig -> restart(some, rig, flows, "TERM", "restarted"));
            some.eachOnce(
                    round, rig -> restart(some, rig, flows, "KILL", "killed, then started again"));
        }
        inPlace.each(rig -> swap(inPlace, rig, flows));
        nodes.eachOnce(0, rig -> abandon(nodes, rig, flows));
    }

    private static void restart(Rounds rounds, Rig rig, Flows flows, String signal, String what) {
        SoloNode node = rig.forwarding().node().orElseThrow();
        rig.establish(flows);
        long[] took = new long[1];
        Streamed streamed =
                rig.stream(
                        flows,
                        FRAMES,
                        () -> {
                            pause(BEFORE);
                            long gateway = node.gateway();
                            long signalled = System.nanoTime();
                            node.signalGateway(signal);
                            node.awaitOther(gateway);
                            took[0] = System.nanoTime() - signalled;
                            pause(AFTER);
                        });
        String line = "8 the process is %s: ".formatted(what);
        report(rounds, rig, line, streamed);
        rounds.less(line + "until it serves again", "s", rig, took[0] / 1e9);
    }

    private static void report(Rounds rounds, Rig rig, String line, Streamed streamed) {
        rounds.less(line + "lost", "packets", rig, streamed.lost());
        rounds.less(line + "lost", "of 100 sent", rig, 100.0 * streamed.lost() / streamed.sent());
        rounds.less(line + "longest gap", "ms", rig, streamed.longestNanos() / 1e6);
    }

    private static void swap(Rounds rounds, Rig rig, Flows flows) {
        rig.establish(flows);
        Streamed streamed =
                rig.stream(
                        flows,
                        FRAMES,
                        () -> {
                            for (int i = 0; i < SWAPS; i++) {
                                ProgramSwap.inside(rig.forwarding());
                                pause(BETWEEN_SWAPS);
                            }
                        });
        report(rounds, rig, "8 the program is swapped %d times: ".formatted(SWAPS), streamed);
    }

    /** Killed, and nobody starts it again: until when packets still arrive. */
    private static void abandon(Rounds rounds, Rig rig, Flows flows) {
        SoloNode node = rig.forwarding().node().orElseThrow();
        rig.establish(flows);
        long gateway = node.gateway();
        try {
            rig.stream(
                    flows,
                    FRAMES,
                    () -> {
                        pause(BEFORE);
                        node.supervise(false);
                        node.signalGateway("KILL");
                        long killed = System.nanoTime();
                        rounds.more(
                                "8 the process is killed for good: packets go on for",
                                "s",
                                rig,
                                Math.max(0, lastArrival(rig, killed) - killed) / 1e9);
                    });
        } finally {
            node.supervise(true);
        }
        node.awaitOther(gateway);
    }

    private static long lastArrival(Rig rig, long since) {
        long packets = rig.sink().packets();
        long last = since;
        long now = since;
        while (now - last < SILENCE.toNanos() && now - since < LONGEST.toNanos()) {
            LockSupport.parkNanos(1_000_000);
            now = System.nanoTime();
            if (rig.sink().packets() != packets) {
                packets = rig.sink().packets();
                last = now;
            }
        }
        return last;
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
