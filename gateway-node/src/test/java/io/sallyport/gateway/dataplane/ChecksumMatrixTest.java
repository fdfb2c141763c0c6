package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static io.sallyport.gateway.dataplane.Story.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.dataplane.MemoryDoor.Sent;
import io.sallyport.gateway.dataplane.Scenes.Flow;
import io.sallyport.gateway.dataplane.Story.Change;
import io.sallyport.gateway.io.AfPacketDoor;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.Hook;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checksums that are complete, left to a device, or none, through the program on real devices:
 * BPF_PROG_RUN knows no unfinished ones. What leaves is compared with Java's, offloads included.
 */
@Tag("privileged")
@Tag("bpf")
class ChecksumMatrixTest {

    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SEGMENT = 1000;

    /** How a sender leaves its checksum. */
    enum Sum {
        COMPLETE,
        PARTIAL,
        LARGE,
        NONE
    }

    private static final PacketDoor.Losses NO_LOSS =
            new PacketDoor.Losses() {
                @Override
                public void refused(int packets) {
                    throw new AssertionError("the kernel refused a frame");
                }

                @Override
                public void queueFull(int packets) {
                    throw new AssertionError("the queue is full");
                }
            };

    @Test
    void everyKindOfChecksumLeavesAsJavaWouldLeaveIt() {
        try (TestNamespace devices = KernelRig.devices()) {
            int cases =
                    devices.inside(() -> {
                        try (TwoPaths paths = new TwoPaths(Hook.TCX, 64);
                                AfPacketDoor client = new AfPacketDoor("client");
                                AfPacketDoor router = new AfPacketDoor("router")) {
                            paths.both.path.attach();
                            return matrix(paths, client, router);
                        }
                    });
            assertThat(cases).isEqualTo(28);
        }
    }

    private static int matrix(TwoPaths paths, PacketDoor client, PacketDoor router) {
        Story story = new Story();
        var flows = Scenes.flows(story, 7000);
        story.steps.forEach(step -> paths.change((Change) step));
        int cases = 0;
        for (Flow flow : flows) {
            for (boolean out : new boolean[] {true, false}) {
                for (Sum sum : Sum.values()) {
                    if (sum != Sum.NONE || !flow.tcp()) {
                        String name =
                                "%s %s %s %s"
                                        .formatted(
                                                flow.tcp() ? "TCP" : "UDP",
                                                flow.family().v4() ? 4 : 6,
                                                out ? "out" : "in",
                                                sum);
                        Sent is =
                                through(
                                        paths,
                                        flow.packet(out, Scenes.data(sum == Sum.LARGE ? 3500 : 77)),
                                        sum,
                                        out ? client : router,
                                        out ? router : client,
                                        out);
                        Sent expected =
                                (out ? paths.alone.outside : paths.alone.plain).sent.getLast();
                        assertThat(is.bytes()).as(name).isEqualTo(expected.bytes());
                        assertThat(is.offloadFlags()).as(name).isEqualTo(expected.offloadFlags());
                        assertThat(is.gsoType()).as(name).isEqualTo(expected.gsoType());
                        assertThat(is.gsoSize()).as(name).isEqualTo(expected.gsoSize());
                        cases++;
                    }
                }
            }
        }
        return cases;
    }

    /** Sends it into the gateway's device and gives Java the same; what came out. */
    private static Sent through(
            TwoPaths paths, byte[] packet, Sum sum, PacketDoor from, PacketDoor to, boolean out) {
        int field = Naive.checksumAt(packet);
        switch (sum) {
            case COMPLETE -> {}
            case NONE -> Naive.put16(packet, field, 0);
            case PARTIAL, LARGE -> Naive.put16(packet, field, pseudo(packet));
        }
        byte[] bytes =
                out
                        ? Naive.frame(INSIDE_MAC, CLIENT_MAC, packet)
                        : Naive.frame(OUTSIDE_MAC, ROUTER_MAC, packet);
        MemoryDoor door = out ? paths.alone.plain : paths.alone.outside;
        Frame frame = door.frame(bytes);
        if (sum == Sum.PARTIAL || sum == Sum.LARGE) {
            TwoPaths.large(frame, SEGMENT);
        }
        if (sum == Sum.PARTIAL) {
            frame.gsoType = Frame.GSO_NONE;
            frame.gsoSize = 0;
        }
        frame.headerLength = sum == Sum.LARGE ? 14 + Naive.transport(packet) + 20 : 0;
        assertThat(from.send(frame)).isTrue();
        from.flush(NO_LOSS);
        paths.alone.pipeline.handle(door, frame);
        paths.alone.settle();
        return received(to, out ? ROUTER_MAC : CLIENT_MAC);
    }

    /** Sum of the pseudo-header alone, as a sender leaves it whose device completes it. */
    private static int pseudo(byte[] packet) {
        int length = packet.length - Naive.transport(packet);
        int start = Naive.protocol(packet) + length;
        return Naive.isV4(packet)
                ? Naive.sum(packet, 12, 20, start)
                : Naive.sum(packet, 8, 40, start);
    }

    private static Sent received(PacketDoor door, long targetMac) {
        byte[] wanted = Naive.frame(targetMac, 0, new byte[] {0x45, 0});
        Frame frame = new Frame();
        long until = System.nanoTime() + WAIT_NANOS;
        while (System.nanoTime() - until < 0) {
            int count = door.receive();
            for (int i = 0; i < count; i++) {
                door.frame(i, frame);
                byte[] bytes =
                        frame.memory.asSlice(frame.at, frame.length).toArray(ValueLayout.JAVA_BYTE);
                if (Arrays.equals(bytes, 0, 6, wanted, 0, 6)) {
                    return new Sent(bytes, frame.offloadFlags, frame.gsoType, frame.gsoSize, -1, 0);
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nothing came out");
    }
}
