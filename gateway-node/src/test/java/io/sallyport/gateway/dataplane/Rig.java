package io.sallyport.gateway.dataplane;

import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.view.AclView;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline between doors in memory: VPC 100 in tunnels (10.0.0.0/16, fd00:1::/64), VPC 0xf00000
 * on the plain device "in0" (192.168.7.0/24), one gateway each, with one EIP of each family.
 */
final class Rig {

    static final int VPC = 100;
    static final int PLAIN_VPC = 0xf00000;
    static final IpAddress CLIENT = IpAddress.parse("10.0.1.5");
    static final IpAddress CLIENT6 = IpAddress.parse("fd00:1::5");
    static final IpAddress PLAIN_CLIENT = IpAddress.parse("192.168.7.9");
    static final IpAddress PLAIN_CLIENT6 = IpAddress.parse("fd00:7::9");
    static final IpAddress REMOTE = IpAddress.parse("198.51.100.11");
    static final IpAddress REMOTE6 = IpAddress.parse("2001:db8:51::11");
    static final IpAddress EIP = IpAddress.parse("203.0.113.7");
    static final IpAddress EIP6 = IpAddress.parse("2001:db8:eee::7");
    static final IpAddress PLAIN_EIP = IpAddress.parse("203.0.113.8");
    static final IpAddress PLAIN_EIP6 = IpAddress.parse("2001:db8:eee::8");
    static final Set<IpAddress> LOCAL =
            Set.of(IpAddress.parse("192.168.7.1"), IpAddress.parse("fd00:7::1"));
    static final IpAddress GATEWAY = IpAddress.parse("10.0.0.4");
    static final IpAddress GATEWAY6 = IpAddress.parse("fd00:1::4");
    static final IpAddress HOST = IpAddress.parse("10.99.0.7");
    static final IpAddress HOST6 = IpAddress.parse("fd99::7");
    static final SubnetId SUBNET = new SubnetId("subnet-00000000000000001");
    static final long CLIENT_MAC = 0x0200_0000_0011L;
    static final long VIRTUAL_MAC = 0x025a_0000_0000L | VPC;
    static final long OUTSIDE_MAC = 0x0200_0000_00aaL;
    static final long INSIDE_MAC = 0x0200_0000_00bbL;
    static final long ROUTER_MAC = 0x0200_0000_00ccL;

    /** What the flow sink was given. */
    record Flow(
            int gateway,
            int leg,
            IpAddress source,
            int sourcePort,
            IpAddress target,
            int targetPort,
            int protocol,
            long packets,
            long bytes,
            int flags,
            boolean accepted) {}

    final MemoryDoor outside = new MemoryDoor("out0", OUTSIDE_MAC, false);
    final MemoryDoor tunnel = new MemoryDoor("tunnel", 0, true);
    final MemoryDoor plain = new MemoryDoor("in0", INSIDE_MAC, false);
    final Counters counters = new Counters();
    final ConnectionTable table;
    final LoneKeeping keeping = new LoneKeeping();
    final List<Flow> flows = new ArrayList<>();
    final RejectSamples rejects = new RejectSamples(counters);
    final Meter meter;
    final Outbox outbox = new Outbox(List.of(outside, tunnel, plain), counters);
    final Pipeline pipeline;
    final NextHops hops;
    final Carrier carrier;
    CompiledView view;
    final FlowSink sink = this::flow;
    long now = 1_000_000_000L;
    long nextHop = ROUTER_MAC;

    /** Where tunnel clients are. */
    IpAddress host = HOST;

    int outsideMtu = 1500;
    int outsideHop;
    NodeView nodeView = NodeView.EMPTY;
    private int serial;

    /** Numbers of legs in {@link Flow}. */
    private static final int FROM_CLIENT = 0;

    private static final int TO_REMOTE = 1;
    private static final int TO_CLIENT = 3;

    Rig() {
        this(4096);
    }

    Rig(int connections) {
        this(new ConnectionTable(connections));
    }

    Rig(ConnectionTable table) {
        this.table = table;
        meter = new Meter(table, sink, rejects, counters);
        carrier = new Carrier(table, meter, () -> now);
        keeping.carriage = carrier;
        hops =
                new NextHops() {
                    @Override
                    public long macFor(long high, long low) {
                        return nextHop;
                    }

                    @Override
                    public long knownMac(long high, long low) {
                        return macFor(high, low);
                    }

                    @Override
                    public int mtuFor(long high, long low) {
                        return outsideMtu;
                    }

                    @Override
                    public int numberOf(long high, long low) {
                        return nextHop == UNRESOLVED ? 0 : outsideHop;
                    }
                };
        pipeline = new Pipeline(table, carrier, keeping, hops, outbox, rejects, counters, 0);
        view = new CompiledView(NodeView.EMPTY, 0);
        view(Optional.empty(), true);
        pipeline.local(CompiledView.setOf(LOCAL));
        pipeline.begin(now, true);
    }

    /** As a report shows it: each leg with the gateway's own address at its other end. */
    private boolean flow(FlowSample sample) {
        if (sample.firstMillis > sample.lastMillis) {
            throw new AssertionError("a flow begins after it ends");
        }
        if (sample.accepted != (sample.reason == 0)) {
            throw new AssertionError("refused for no reason");
        }
        IpAddress client = IpAddress.of(sample.clientHigh, sample.clientLow);
        IpAddress remote = IpAddress.of(sample.remoteHigh, sample.remoteLow);
        IpAddress near = remote instanceof Ipv4 ? GATEWAY : GATEWAY6;
        for (int leg = 0; leg < 4 && sample.packets != 0; leg++) {
            if ((sample.legs & 1 << leg) != 0) {
                boolean atClient = leg == FROM_CLIENT || leg == TO_CLIENT;
                IpAddress far = atClient ? client : remote;
                int farPort = atClient ? sample.clientPort : sample.remotePort;
                int nearPort = atClient ? sample.remotePort : sample.natPort;
                boolean away = leg == TO_REMOTE || leg == TO_CLIENT;
                flows.add(
                        new Flow(
                                sample.gateway,
                                leg,
                                away ? near : far,
                                away ? nearPort : farPort,
                                away ? far : near,
                                away ? farPort : nearPort,
                                sample.protocol,
                                sample.packets,
                                sample.bytes,
                                sample.tcpFlags,
                                sample.accepted));
            }
        }
        return true;
    }

    void view(Optional<List<AclEntry>> acl, boolean withEips) {
        obey(nodeView(acl, withEips));
    }

    /** The plain VPC's gateway has this ACL, and its EIPs or none. */
    void plainView(Optional<List<AclEntry>> acl, boolean withEips) {
        obey(nodeView(Optional.empty(), true, acl, withEips));
    }

    void obey(NodeView fresh) {
        nodeView = fresh;
        view = new CompiledView(fresh, ++serial, view);
        pipeline.view(view);
        carrier.view(view);
    }

    static NodeView nodeView(Optional<List<AclEntry>> acl, boolean withEips) {
        return nodeView(acl, withEips, Optional.empty(), true);
    }

    private static NodeView nodeView(
            Optional<List<AclEntry>> acl,
            boolean withEips,
            Optional<List<AclEntry>> plainAcl,
            boolean withPlainEips) {
        List<GatewayView.Eip> plainEips =
                withPlainEips
                        ? List.of(
                                new GatewayView.Eip(PLAIN_EIP, 1),
                                new GatewayView.Eip(PLAIN_EIP6, 1))
                        : List.of();
        List<GatewayView.Eip> eips =
                withEips
                        ? List.of(new GatewayView.Eip(EIP, 1), new GatewayView.Eip(EIP6, 1))
                        : List.of();
        GatewayView first =
                gateway(0, "nat-00000000000000001", VPC, GATEWAY, Optional.of(GATEWAY6), eips, acl);
        GatewayView second =
                gateway(
                        1,
                        "nat-00000000000000002",
                        PLAIN_VPC,
                        IpAddress.parse("192.168.7.4"),
                        Optional.empty(),
                        plainEips,
                        plainAcl);
        return new NodeView(
                1,
                Map.of(
                        VPC,
                        new NodeView.VpcView(
                                VPC,
                                prefixes("10.0.0.0/16", "fd00:1::/64"),
                                prefixes("10.99.0.0/16", "fd99::/64"),
                                List.of(),
                                List.of(),
                                0),
                        PLAIN_VPC,
                        new NodeView.VpcView(
                                PLAIN_VPC,
                                prefixes("192.168.7.0/24", "fd00:7::/64"),
                                List.of(),
                                List.of("in0"),
                                List.of(),
                                1)),
                Map.of(0, first, 1, second),
                owners(eips, plainEips));
    }

    private static Map<IpAddress, Integer> owners(
            List<GatewayView.Eip> first, List<GatewayView.Eip> second) {
        Map<IpAddress, Integer> owners = new java.util.HashMap<>();
        first.forEach(eip -> owners.put(eip.address(), 0));
        second.forEach(eip -> owners.put(eip.address(), 1));
        return owners;
    }

    static List<IpPrefix> prefixes(String... texts) {
        return java.util.Arrays.stream(texts).map(IpPrefix::parse).toList();
    }

    static GatewayView gateway(
            int index,
            String id,
            int vpc,
            IpAddress privateAddress,
            Optional<IpAddress> privateAddressV6,
            List<GatewayView.Eip> eips,
            Optional<List<AclEntry>> acl) {
        return new GatewayView(
                index,
                new GatewayId(id),
                new TenantId("123456789012"),
                new InterfaceId("eni-00000000000000001"),
                vpc,
                SUBNET,
                privateAddress,
                privateAddressV6,
                eips,
                acl.map(Rig::acl),
                2,
                true);
    }

    /** A version follows from the entries, as in a catalog. */
    static AclView acl(List<AclEntry> entries) {
        return new AclView(
                new AclId("acl-00000000000000001"),
                Integer.toUnsignedLong(entries.hashCode()),
                false,
                entries);
    }

    Frame fromTunnel(byte[] packet) {
        return fromTunnel(packet, host);
    }

    Frame fromTunnel(byte[] packet, IpAddress host) {
        return tunnelFrame(Naive.frame(VIRTUAL_MAC, CLIENT_MAC, packet), host);
    }

    Frame tunnelFrame(byte[] bytes, IpAddress host) {
        Frame frame = tunnel.frame(bytes);
        frame.vni = VPC;
        frame.tunnelHigh = host.high();
        frame.tunnelLow = host.low();
        return frame;
    }

    MemoryDoor door(Story.Side side) {
        return switch (side) {
            case PLAIN -> plain;
            case OUTSIDE -> outside;
            case TUNNEL -> tunnel;
        };
    }

    /** A packet from a tunnel client; answers of the keepers are acted on. */
    void out(byte[] packet) {
        pipeline.handle(tunnel, fromTunnel(packet));
        settle();
    }

    /** A packet from the internet. */
    void in(byte[] packet) {
        pipeline.handle(outside, outside.frame(Naive.frame(OUTSIDE_MAC, ROUTER_MAC, packet)));
        settle();
    }

    void plain(byte[] packet) {
        pipeline.handle(plain, plain.frame(Naive.frame(INSIDE_MAC, CLIENT_MAC, packet)));
        settle();
    }

    void settle() {
        pipeline.begin(now, keeping.acting);
        pipeline.turn();
        outbox.flush();
    }

    void pass(long millis) {
        now += millis * 1_000_000;
        settle();
    }

    byte[] lastOutside() {
        return outside.sent.getLast().ip();
    }

    byte[] lastInside() {
        return tunnel.sent.getLast().ip();
    }

    long drops() {
        long all = 0;
        for (DropReason reason : DropReason.values()) {
            all += counters.drops(reason);
        }
        return all;
    }

    Connection connection(
            Protocol protocol, IpAddress client, int port, IpAddress remote, int remotePort) {
        InsideKey key =
                new InsideKey(
                        isPlain(client) ? PLAIN_VPC : VPC,
                        protocol,
                        new Endpoint(client, port),
                        new Endpoint(remote, remotePort));
        return java.util.Objects.requireNonNull(keeping.open.get(key));
    }

    private static boolean isPlain(IpAddress client) {
        return client.equals(PLAIN_CLIENT) || client.equals(PLAIN_CLIENT6);
    }
}
