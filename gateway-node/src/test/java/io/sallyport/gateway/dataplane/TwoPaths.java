package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.dataplane.KernelRig.Verdict;
import io.sallyport.gateway.dataplane.Story.Arrival;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.dataplane.Story.Way;
import io.sallyport.gateway.dataplane.TunnelEntry.Underlay;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.kernel.Hook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Java alone beside kernel path and Java together: the same packets must become of the same. */
final class TwoPaths implements AutoCloseable {

    private final Side inside;
    private final Underlay underlay;
    final Rig alone;
    final KernelRig both;

    /** In a thread where {@link KernelRig#devices} are. */
    TwoPaths(Hook hook, int connections) {
        this(hook, connections, Side.PLAIN, Underlay.V4);
    }

    /** {@code inside}: where the clients are; {@code underlay}: of their tunnels. */
    TwoPaths(Hook hook, int connections, Side inside, Underlay underlay) {
        this.inside = inside;
        this.underlay = underlay;
        both = new KernelRig(hook, connections, inside == Side.TUNNEL, underlay);
        alone = Story.narrow(new Rig(connections));
        alone.host = underlay.host;
        both.rig.host = underlay.host;
        // The kernel rig was given one view more.
        alone.plainView(java.util.Optional.empty(), true);
    }

    void change(Story.Change change) {
        change.what().accept(alone);
        change.what().accept(both.rig);
        both.tell();
        clear();
    }

    private void clear() {
        for (Rig rig : List.of(alone, both.rig)) {
            rig.outside.sent.clear();
            rig.plain.sent.clear();
            rig.tunnel.sent.clear();
        }
    }

    /** Both meet the packet; differences throw. */
    void arrive(Side side, byte[] frame, int gsoSize) {
        clear();
        MemoryDoor door = alone.door(side);
        Frame given =
                side == Side.TUNNEL ? alone.tunnelFrame(frame, underlay.host) : door.frame(frame);
        if (gsoSize != 0) {
            large(given, gsoSize);
        }
        alone.pipeline.handle(door, given);
        alone.settle();
        both.arrive(side, frame, gsoSize);
        compareSent(side != Side.OUTSIDE, gsoSize != 0);
    }

    static void large(Frame frame, int gsoSize) {
        byte[] packet =
                frame.memory
                        .asSlice(frame.at + 14, frame.length - 14)
                        .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        boolean tcp = Naive.protocol(packet) == 6;
        frame.offloadFlags = Frame.NEEDS_CHECKSUM;
        frame.checksumStart = 14 + Naive.transport(packet);
        frame.checksumOffset = tcp ? 16 : 6;
        frame.gsoSize = gsoSize;
        frame.gsoType =
                tcp ? Naive.isV4(packet) ? Frame.GSO_TCPV4 : Frame.GSO_TCPV6 : Frame.GSO_UDP;
    }

    private void compareSent(boolean outward, boolean large) {
        List<byte[]> outside = bytes(both.rig.outside);
        List<byte[]> plain = bytes(both.rig.plain);
        List<byte[]> tunnel = bytes(both.rig.tunnel);
        if (both.verdict == Verdict.SENT) {
            (outward ? outside : inside == Side.TUNNEL ? tunnel : plain).add(both.sent);
        }
        boolean summed = !large || both.verdict != Verdict.SENT;
        same(bytes(alone.outside), outside, summed);
        same(bytes(alone.plain), plain, summed);
        same(bytes(alone.tunnel), tunnel, summed);
    }

    private static List<byte[]> bytes(MemoryDoor door) {
        List<byte[]> all = new ArrayList<>();
        door.sent.forEach(sent -> all.add(sent.bytes()));
        return all;
    }

    /**
     * A large receive's checksum is unfinished on a device, but in BPF_PROG_RUN the kernel takes it
     * for complete: it is left out here, and compared on real devices.
     */
    private static void same(List<byte[]> expected, List<byte[]> is, boolean summed) {
        if (expected.size() != is.size()) {
            assertThat(is).as("frames sent").hasSameSizeAs(expected);
        }
        for (int i = 0; i < is.size(); i++) {
            byte[] one = is.get(i);
            if (!summed) {
                byte[] packet = Arrays.copyOfRange(one, 14, one.length);
                int at = 14 + Naive.checksumAt(packet);
                one[at] = expected.get(i)[at];
                one[at + 1] = expected.get(i)[at + 1];
            }
            if (!Arrays.equals(one, expected.get(i))) {
                assertThat(one).as("frame sent").isEqualTo(expected.get(i));
            }
        }
    }

    /** That the packet went the way it should go in the kernel, not only with the right result. */
    void expectWay(Arrival arrival) {
        Way was =
                switch (both.verdict) {
                    case SENT -> Way.FAST;
                    case LEFT -> both.handedUp == 0 ? Way.LEFT : Way.BOTH;
                    case DROPPED -> both.handedUp == 0 ? Way.DROPPED : Way.UP;
                };
        if (arrival.way() != Way.ANY) {
            assertThat(was).as("its way; so far" + both.outcomes()).isEqualTo(arrival.way());
        }
    }

    /** All counters, and what the records say. */
    void compareCounters() {
        both.count();
        for (DropReason reason : DropReason.values()) {
            assertThat(both.rig.counters.drops(reason))
                    .as(reason.name())
                    .isEqualTo(alone.counters.drops(reason));
        }
        for (Counters.Name name : Counters.Name.values()) {
            assertThat(both.rig.counters.value(name))
                    .as(name.name())
                    .isEqualTo(alone.counters.value(name));
        }
        assertThat(both.rig.keeping.open.keySet()).isEqualTo(alone.keeping.open.keySet());
        for (Connection connection : alone.keeping.open.values()) {
            assertThat(record(both.rig.table, connection))
                    .as(connection.toString())
                    .isEqualTo(record(alone.table, connection));
        }
    }

    private static List<Long> record(ConnectionTable table, Connection connection) {
        InsideKey key = connection.inside();
        int slot =
                table.findOut(
                        key.vpc(),
                        key.protocol().number(),
                        key.client().address().high(),
                        key.client().address().low(),
                        key.client().port(),
                        key.remote().address().high(),
                        key.remote().address().low(),
                        key.remote().port());
        if (slot == ConnectionTable.MISS) {
            return List.of();
        }
        List<Long> fields = new ArrayList<>();
        for (boolean outward : new boolean[] {true, false}) {
            fields.add(table.packets(slot, outward));
            fields.add(table.bytes(slot, outward));
            fields.add((long) table.flags(slot, outward));
            fields.add((long) table.next(slot, outward));
        }
        fields.add((long) table.state(slot));
        fields.add((long) table.gateway(slot));
        fields.add(table.paths().clientMac(slot));
        fields.add(table.paths().gatewayMac(slot));
        fields.add(table.paths().vtepHigh(slot));
        fields.add(table.paths().vtepLow(slot));
        return fields;
    }

    @Override
    public void close() {
        alone.table.close();
        both.close();
    }
}
