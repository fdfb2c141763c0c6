package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.gateway.io.Frame;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A packet of an open connection costs no object, in any step. */
class ZeroAllocationTest {

    private static final int PACKETS = 1_000_000;
    private static final int WARM = 200_000;

    /** What a run may cost in all: the measurement itself, a late compilation's debris. */
    private static final long NOISE_BYTES = 64 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Rig rig = new Rig();
    private volatile Object sink = "";

    private static long allocatedBy(Runnable step, int times) {
        for (int i = 0; i < WARM; i++) {
            step.run();
        }
        long best = Long.MAX_VALUE;
        // A compilation that ends within a run may allocate on this thread: the best of three.
        for (int round = 0; round < 3 && best > NOISE_BYTES; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < times; i++) {
                step.run();
            }
            best = Math.min(best, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return best;
    }

    private Runnable established(IpAddress client, boolean outward, boolean tcp) {
        IpAddress remote = client.isV4() ? REMOTE : REMOTE6;
        rig.out(
                tcp
                        ? Naive.tcp(client, 4000, remote, 80, 2, new byte[0], new byte[0])
                        : Naive.udp(client, 4000, remote, 80, new byte[0]));
        int nat =
                rig.connection(tcp ? Protocol.TCP : Protocol.UDP, client, 4000, remote, 80)
                        .natPort();
        rig.outside.keeps = false;
        rig.tunnel.keeps = false;
        IpAddress eip = client.isV4() ? EIP : EIP6;
        byte[] out =
                tcp
                        ? Naive.tcp(client, 4000, remote, 80, 16, new byte[0], new byte[400])
                        : Naive.udp(client, 4000, remote, 80, new byte[400]);
        byte[] in =
                tcp
                        ? Naive.tcp(remote, 80, eip, nat, 16, new byte[0], new byte[400])
                        : Naive.udp(remote, 80, eip, nat, new byte[400]);
        byte[] frame =
                outward
                        ? Naive.frame(VIRTUAL_MAC, CLIENT_MAC, out)
                        : Naive.frame(OUTSIDE_MAC, ROUTER_MAC, in);
        return () -> {
            rig.now += 1000;
            rig.pipeline.begin(rig.now, true);
            if (outward) {
                rig.pipeline.handle(rig.tunnel, rig.tunnelFrame(frame, HOST));
            } else {
                rig.pipeline.handle(rig.outside, rig.outside.frame(frame));
            }
        };
    }

    @Test
    void thePipelineAllocatesNothingPerEstablishedPacket() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            for (boolean outward : new boolean[] {true, false}) {
                for (boolean tcp : new boolean[] {true, false}) {
                    Runnable step = established(client, outward, tcp);
                    long before = rig.outside.count + rig.tunnel.count;
                    assertThat(allocatedBy(step, PACKETS / 4))
                            .as("%s outward=%s tcp=%s", client, outward, tcp)
                            .isLessThan(NOISE_BYTES);
                    assertThat(rig.outside.count + rig.tunnel.count - before)
                            .isGreaterThanOrEqualTo(PACKETS / 4 + WARM);
                }
            }
        }
    }

    @Test
    void eachStepAllocatesNothing() {
        Runnable packets = established(CLIENT, true, true);
        packets.run();
        Packet packet = new Packet();
        Frame frame = new Frame();
        byte[] bytes =
                Naive.frame(
                        VIRTUAL_MAC,
                        CLIENT_MAC,
                        Naive.tcp(CLIENT, 4000, REMOTE, 80, 16, new byte[0], new byte[9]));
        frame.offloadsOf(rig.tunnelFrame(bytes, HOST));
        frame.memory = rig.tunnel.frame(bytes).memory;
        frame.at = Frame.HEADROOM;
        frame.length = bytes.length;
        step(
                "parse",
                () -> {
                    Parser.network(frame, packet);
                    Parser.transport(packet);
                });
        step(
                "find",
                () ->
                        rig.table.findOut(
                                VPC,
                                6,
                                CLIENT.high(),
                                CLIENT.low(),
                                4000,
                                REMOTE.high(),
                                REMOTE.low(),
                                80));
        step("rewrite", () -> Rewriter.translate(packet, true, EIP.high(), EIP.low(), 5));
        step(
                "track",
                () -> {
                    int judged = TcpTracker.judge(rig.table, 1, true, packet, rig.now);
                    TcpTracker.seen(rig.table, 1, true, packet, judged);
                });
        step(
                "meter",
                () -> {
                    rig.now += 60_000_000;
                    rig.meter.turn(rig.now, rig.view);
                },
                2000);
        step("wait", () -> rig.pipeline.turn());
        rig.view(Optional.of(List.of()), true);
        step("deny", packets);
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT)).isPositive();
    }

    private void step(String name, Runnable step) {
        step(name, step, PACKETS);
    }

    private void step(String name, Runnable step, int times) {
        assertThat(allocatedBy(step, times)).as(name).isLessThan(NOISE_BYTES);
    }

    @Test
    void theMeasurementSeesASeededAllocation() {
        Runnable packets = established(CLIENT, true, false);
        Runnable careless =
                () -> {
                    packets.run();
                    sink = new long[2];
                };
        assertThat(allocatedBy(careless, PACKETS / 4)).isGreaterThan(PACKETS / 4 * 16L);
        assertThat(sink).isNotNull();
    }
}
