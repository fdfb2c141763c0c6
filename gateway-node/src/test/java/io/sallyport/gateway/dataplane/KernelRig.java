package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.dataplane.TunnelEntry.Underlay;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.gateway.kernel.PuntDoor;
import io.sallyport.gateway.kernel.TestRun;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rig whose table is a kernel path's: frames meet the real program (by BPF_PROG_RUN), and what it
 * hands up meets the pipeline through the real door. All in the thread that made it, which is in a
 * network namespace of the test's own, where the two devices are.
 */
final class KernelRig implements AutoCloseable {

    /** What the program did. */
    enum Verdict {
        SENT,
        LEFT,
        DROPPED
    }

    final FastPath path;
    final Rig rig;
    final Hook hook;
    private final KernelView view;
    private final KernelCounters counters;
    private final Frame frame = new Frame();
    private CompiledView told = CompiledView.EMPTY;

    /** Of the last frame: what the program made of it, and how many frames it handed up. */
    Verdict verdict = Verdict.DROPPED;

    byte[] sent = {};
    int handedUp;

    /** Packets of tunnels that the underlay's program sent on, and those that it left. */
    int opened;

    int unopened;

    /** Gives a frame to the tunnel's program as if its device had received it; null: no tunnel. */
    private final @Nullable TunnelEntry entry;

    private final Underlay underlay;

    KernelRig(Hook hook, int connections) {
        this(hook, connections, false, Underlay.V4);
    }

    /** {@code tunnel}: clients are behind one, which {@code underlay} carries. */
    KernelRig(Hook hook, int connections, boolean tunnel, Underlay underlay) {
        this.hook = hook;
        this.underlay = underlay;
        FastPathSettings settings =
                new FastPathSettings(
                        hook,
                        List.of("in0"),
                        "out0",
                        tunnel
                                ? Optional.of(
                                        new FastPathSettings.Tunnel(
                                                underlay.local,
                                                "test",
                                                DataPlaneSettings.TUNNEL_MTU))
                                : Optional.empty(),
                        0,
                        connections,
                        tunnel ? Optional.of(TunnelEntry.PINS) : Optional.empty());
        path = FastPath.open(settings);
        rig = Story.narrow(new Rig(new ConnectionTable(path.memory())));
        rig.plain.hopNumber = path.doors().get(1).hopNumber();
        rig.outsideHop = path.outsideHopsFirst();
        entry = tunnel ? new TunnelEntry(underlay) : null;
        if (tunnel) {
            assertThat(path.tunnelRefusal()).isEmpty();
            rig.tunnel.hopNumber = path.doors().get(2).hopNumber();
        }
        view = new KernelView(path, List.of("in0"));
        counters = new KernelCounters(path, rig.counters);
        path.addresses().local(LOCAL);
        rig.plainView(Optional.empty(), true); // judged again, now that hops have numbers
        tell();
    }

    /**
     * The devices of a rig, in a namespace; {@code in0} and {@code out0} are their gateway ends.
     */
    static TestNamespace devices() {
        TestNamespace namespace = new TestNamespace();
        namespace.ip("addr add " + Underlay.V4.local.address() + "/32 dev lo");
        namespace.ip("addr add " + Underlay.V6.local.address() + "/128 dev lo nodad");
        namespace.ip(
                "link add in0 address %s mtu %d type veth peer name client"
                        .formatted(mac(INSIDE_MAC), Story.INSIDE_MTU));
        namespace.ip(
                "link add out0 address %s type veth peer name router".formatted(mac(OUTSIDE_MAC)));
        for (String device : List.of("in0", "out0", "client", "router")) {
            namespace.ip("link set " + device + " up");
        }
        return namespace;
    }

    private static String mac(long mac) {
        String digits = "%012x".formatted(mac);
        return String.join(":", digits.split("(?<=\\G..)"));
    }

    /** The kernel path learns what the rig's world is like by now. */
    void tell() {
        if (rig.view != told) {
            path.addresses().eips(rig.nodeView.eips().keySet());
            view.prepare(rig.nodeView, told, rig.view);
            view.obey(rig.view);
            told = rig.view;
        }
        path.outsideHop(rig.outsideHop, rig.nextHop, rig.outsideMtu);
        path.actUntil(rig.keeping.actsUntilBootNanos());
    }

    void arrive(Side side, byte[] bytes, int gsoSize) {
        switch (side) {
            case PLAIN -> said(path.run("in0", bytes, gsoSize, 1), hook);
            case OUTSIDE -> said(path.run("out0", bytes, gsoSize, 1), hook);
            case TUNNEL -> tunnelled(bytes);
        }
        handedUp = 0;
        PuntDoor door =
                path.doors().get(List.of(Side.OUTSIDE, Side.PLAIN, Side.TUNNEL).indexOf(side));
        for (int count = door.receive(); count > 0; count = door.receive()) {
            for (int i = 0; i < count; i++) {
                door.frame(i, frame);
                rig.pipeline.handle(rig.door(side), frame);
                handedUp++;
            }
        }
        rig.settle();
    }

    /** By the underlay's device; what its program leaves the kernel would open. */
    private void tunnelled(byte[] bytes) {
        said(path.run("in0", underlay.carries(bytes), 0, 1), hook);
        if (verdict == Verdict.LEFT) {
            unopened++;
            said(Objects.requireNonNull(entry).run(bytes), Hook.TCX);
        } else {
            opened++;
        }
    }

    /**
     * What the underlay's program does with a tunnel's packet; what it makes of it goes nowhere.
     */
    Verdict underlay(byte[] bytes) {
        return verdict(hook, path.run("in0", bytes, 0, 1).verdict());
    }

    private void said(TestRun run, Hook by) {
        verdict = verdict(by, run.verdict());
        sent = run.packet();
    }

    private static Verdict verdict(Hook by, int number) {
        return switch (by) {
            case TCX ->
                    switch (number) {
                        case 7 -> Verdict.SENT;
                        case -1 -> Verdict.LEFT;
                        case 2 -> Verdict.DROPPED;
                        default -> throw new AssertionError("tcx says " + number);
                    };
            case XDP ->
                    switch (number) {
                        case 4 -> Verdict.SENT;
                        case 2 -> Verdict.LEFT;
                        case 1 -> Verdict.DROPPED;
                        default -> throw new AssertionError("XDP says " + number);
                    };
        };
    }

    /** What the program counted is in the rig's counters from then on. */
    void count() {
        counters.turn();
    }

    /** What the programs have said so far. */
    String outcomes() {
        StringBuilder told = new StringBuilder();
        for (PathOutcome outcome : PathOutcome.values()) {
            long packets = path.counters().packets(outcome);
            if (packets != 0) {
                told.append(' ').append(outcome).append(' ').append(packets);
            }
        }
        return told.toString();
    }

    @Override
    public void close() {
        rig.table.close();
        if (entry != null) {
            entry.close();
        }
        path.close();
    }
}
