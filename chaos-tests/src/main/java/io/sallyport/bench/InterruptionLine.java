package io.sallyport.bench;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Line 8: how many packets of known connections are lost while the node's process is restarted or
 * killed under a steady stream; and for how long they go on where it is killed for good.
 */
final class InterruptionLine implements DataplaneLine {

    private static final int FRAMES = 10;
    private static final Duration BEFORE = Duration.ofMillis(300);
    private static final Duration AFTER = Duration.ofMillis(500);

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
        Flows flows = Flows.established(FrameKind.UDP_V4, 10_000);
        // A clean stop takes the programs off, so it loses what comes meanwhile each time.
        nodes.eachOnce(0, rig -> restart(nodes, rig, flows, "TERM", "restarted"));
        for (int round = 0; round < nodes.count(); round++) {
            boolean first = round == 0;
            nodes.eachOnce(
                    round,
                    rig -> {
                        // On the Java path as well.
                        if (first || rig.forwarding().isInPlace()) {
                            restart(nodes, rig, flows, "KILL", "killed, then started again");
                        }
                    });
        }
        nodes.eachOnce(0, rig -> abandon(nodes, rig, flows));
    }

    private static void restart(Rounds rounds, Rig rig, Flows flows, String signal, String what) {
        SoloNode node = rig.forwarding().node().orElseThrow();
        rig.establish(flows);
        rig.awaitSilence();
        long before = rig.sink().packets();
        AtomicBoolean stopped = new AtomicBoolean();
        Future<Long> stream = rig.stream(flows, FRAMES, stopped);
        long gateway = node.gateway();
        try {
            pause(BEFORE);
            node.signalGateway(signal);
            node.awaitOther(gateway);
            pause(AFTER);
        } finally {
            stopped.set(true);
        }
        long sent = Resident.result(stream);
        pause(AFTER);
        String line = "8 the process is %s: lost".formatted(what);
        rounds.less(line, "packets", rig, sent - (rig.sink().packets() - before));
        rounds.less(line, "of 100 sent", rig, share(sent, rig.sink().packets() - before));
    }

    private static double share(long sent, long arrived) {
        return 100.0 * (sent - arrived) / sent;
    }

    /** Killed, and nobody starts it again: until when packets still arrive. */
    private static void abandon(Rounds rounds, Rig rig, Flows flows) {
        SoloNode node = rig.forwarding().node().orElseThrow();
        rig.establish(flows);
        AtomicBoolean stopped = new AtomicBoolean();
        Future<Long> stream = rig.stream(flows, FRAMES, stopped);
        long gateway = node.gateway();
        try {
            pause(BEFORE);
            node.supervise(false);
            node.signalGateway("KILL");
            long killed = System.nanoTime();
            rounds.more(
                    "8 the process is killed for good: packets go on for",
                    "s",
                    rig,
                    Math.max(0, lastArrival(rig, killed) - killed) / 1e9);
        } finally {
            stopped.set(true);
            node.supervise(true);
        }
        Resident.result(stream);
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
