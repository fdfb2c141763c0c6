package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Carriage.Observation;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.io.Frame;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineTest {

    private static final IpAddress STRANGER = IpAddress.parse("10.98.0.1");
    private final Rig rig = new Rig();

    private byte[] query() {
        return Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[20]);
    }

    private long dropped(DropReason reason) {
        return rig.counters.drops(reason);
    }

    @Test
    void nothingLeavesBeforeTheKeepersHaveAgreed() {
        rig.keeping.later = true;
        for (int i = 0; i < WaitingRoom.PACKETS_PER_KEY + 2; i++) {
            rig.out(query());
        }
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.keeping.asked).isEqualTo(1);
        rig.keeping.pending.forEach(Runnable::run);
        rig.settle();
        assertThat(rig.outside.sent).hasSize(WaitingRoom.PACKETS_PER_KEY);
        assertThat(dropped(DropReason.WAITING_ROOM_FULL)).isEqualTo(2);
    }

    @Test
    void packetsDoNotWaitForEver() {
        rig.keeping.later = true;
        rig.out(query());
        rig.pass(2900);
        assertThat(dropped(DropReason.WAITED_TOO_LONG)).isZero();
        rig.pass(200);
        assertThat(dropped(DropReason.WAITED_TOO_LONG)).isEqualTo(1);
        rig.keeping.pending.forEach(Runnable::run); // an answer to nobody
        rig.settle();
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.drops()).isEqualTo(1);
    }

    @Test
    void theWaitingRoomIsBoundedInAll() {
        rig.keeping.later = true;
        for (int port = 1; port <= WaitingRoom.PACKETS + 10; port++) {
            rig.out(Naive.udp(CLIENT, port, REMOTE, 53, new byte[1]));
        }
        assertThat(dropped(DropReason.WAITING_ROOM_FULL)).isEqualTo(10);
        rig.pass(4000);
        assertThat(rig.counters.value(Counters.Name.WAITING_PACKETS)).isZero();
        assertThat(dropped(DropReason.WAITED_TOO_LONG)).isEqualTo(WaitingRoom.PACKETS);
    }

    @Test
    void everyRefusalIsADropOfItsName() {
        for (Refusal refusal : Refusal.values()) {
            rig.keeping.refusal = refusal;
            long before = dropped(DropReason.valueOf(refusal.name()));
            rig.out(Naive.udp(CLIENT, 6000 + refusal.ordinal(), REMOTE, 53, new byte[4]));
            assertThat(dropped(DropReason.valueOf(refusal.name()))).isEqualTo(before + 1);
        }
        assertThat(rig.outside.sent).isEmpty();
        byte[] told = rig.lastInside(); // for exhausted ports: administratively prohibited
        assertThat(told[20]).isEqualTo((byte) 3);
        assertThat(told[21]).isEqualTo((byte) 13);
    }

    @Test
    void aFencedNodeForwardsAndAnswersNothing() {
        rig.out(query());
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        rig.outside.sent.clear();
        rig.keeping.acting = false;
        rig.settle();
        rig.out(query());
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        rig.pipeline.handle(rig.outside, rig.outside.frame(arpFor(EIP)));
        rig.pipeline.announce(EIP);
        rig.settle();
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.tunnel.sent).isEmpty();
        assertThat(dropped(DropReason.NOT_ACTING)).isEqualTo(2);
    }

    @Test
    void whatMayNotComeFromInsideIsRefusedByName() {
        rig.pipeline.handle(rig.tunnel, rig.fromTunnel(query(), STRANGER));
        assertThat(dropped(DropReason.TUNNEL_ENDPOINT_REFUSED)).isEqualTo(1);
        Frame frame = rig.fromTunnel(query());
        frame.vni = 7;
        rig.pipeline.handle(rig.tunnel, frame);
        assertThat(dropped(DropReason.VNI_UNKNOWN)).isEqualTo(1);
        rig.out(Naive.udp(STRANGER, 1, REMOTE, 2, new byte[1]));
        assertThat(dropped(DropReason.SOURCE_NOT_IN_VPC)).isEqualTo(1);
        rig.out(Naive.udp(CLIENT, 1, IpAddress.parse("10.0.9.9"), 2, new byte[1]));
        assertThat(dropped(DropReason.DESTINATION_IN_VPC)).isEqualTo(1);
        rig.out(Naive.udp(CLIENT, 1, GATEWAY, 2, new byte[1]));
        assertThat(dropped(DropReason.TO_GATEWAY_ITSELF)).isEqualTo(1);
        rig.out(Naive.udp(CLIENT, 1, PLAIN_EIP, 2, new byte[1]));
        assertThat(dropped(DropReason.HAIRPIN)).isEqualTo(1);
        rig.out(Naive.udp(CLIENT, 1, IpAddress.parse("224.0.0.1"), 2, new byte[1]));
        rig.out(Naive.udp(CLIENT, 1, IpAddress.parse("169.254.169.254"), 2, new byte[1]));
        rig.out(Naive.udp(CLIENT6, 1, IpAddress.parse("fe80::1"), 2, new byte[1]));
        assertThat(dropped(DropReason.NOT_UNICAST)).isEqualTo(3);
        rig.out(Naive.ip(CLIENT, REMOTE, 50, 64, new byte[40]));
        assertThat(dropped(DropReason.PROTOCOL_UNSUPPORTED)).isEqualTo(1);
        rig.in(Naive.udp(IpAddress.parse("127.0.0.1"), 1, EIP, 2, new byte[1]));
        rig.in(Naive.udp(PLAIN_EIP, 1, EIP, 2, new byte[1]));
        assertThat(dropped(DropReason.SOURCE_MARTIAN)).isEqualTo(2);
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.keeping.asked).isZero();
    }

    @Test
    void anAclIsObeyedAtOnceByOpenConnectionsToo() {
        rig.out(query());
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        rig.outside.sent.clear();
        AclEntry noDns = rule(10, true, 17, false, 53);
        AclEntry rest = rule(20, true, -1, true, 0);
        AclEntry in = rule(10, false, -1, true, 0);
        rig.view(Optional.of(List.of(noDns, rest, in)), true);
        rig.out(query());
        rig.out(Naive.udp(CLIENT, 5001, REMOTE, 53, new byte[4]));
        assertThat(dropped(DropReason.ACL_DENIED_OUT)).isEqualTo(2);
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        assertThat(rig.tunnel.sent).hasSize(1); // stateless: ingress is judged by itself
        rig.view(Optional.of(List.of(rest)), true);
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        assertThat(dropped(DropReason.ACL_DENIED_IN)).isEqualTo(1);
        rig.out(query());
        assertThat(rig.outside.sent).hasSize(1);
        meterAll();
        assertThat(rig.flows)
                .contains(
                        new Rig.Flow(0, 0, CLIENT, 5000, GATEWAY, 53, 17, 1, 48, 0, false),
                        new Rig.Flow(0, 0, CLIENT, 5001, GATEWAY, 53, 17, 1, 32, 0, false),
                        new Rig.Flow(0, 2, REMOTE, 53, GATEWAY, nat, 17, 1, 32, 0, false));
    }

    private static AclEntry rule(
            int number, boolean egress, int protocol, boolean allow, int port) {
        return new AclEntry(
                number,
                egress,
                protocol,
                allow,
                IpPrefix.parse("0.0.0.0/0"),
                port,
                port == 0 ? 65535 : port,
                -1,
                -1);
    }

    private void meterAll() {
        for (int i = 0; i < 16; i++) {
            rig.pass(60);
            rig.meter.turn(rig.now, rig.view);
        }
    }

    @Test
    void anEipThatWasTakenAwayCarriesNothingMore() {
        rig.out(query());
        rig.outside.sent.clear();
        rig.view(Optional.empty(), false);
        rig.out(query());
        rig.out(Naive.udp(CLIENT, 5001, REMOTE, 53, new byte[20]));
        assertThat(rig.outside.sent).isEmpty();
        assertThat(dropped(DropReason.EIP_GONE)).isEqualTo(1);
        assertThat(dropped(DropReason.NO_EIP)).isEqualTo(1);
    }

    @Test
    void bothSidesOfTheGatewayShowInTheFlowLogAndTheEipNever() {
        byte[] syn = Naive.tcp(CLIENT, 4000, REMOTE, 80, 2, new byte[0], new byte[0]);
        rig.out(syn);
        int nat = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80).natPort();
        rig.in(Naive.tcp(REMOTE, 80, EIP, nat, 18, new byte[0], new byte[0]));
        rig.out(Naive.tcp(CLIENT, 4000, REMOTE, 80, 17, new byte[0], new byte[10]));
        meterAll();
        assertThat(rig.flows)
                .containsExactly(
                        new Rig.Flow(0, 0, CLIENT, 4000, GATEWAY, 80, 6, 2, 90, 3, true),
                        new Rig.Flow(0, 1, GATEWAY, nat, REMOTE, 80, 6, 2, 90, 3, true),
                        new Rig.Flow(0, 2, REMOTE, 80, GATEWAY, nat, 6, 1, 40, 18, true),
                        new Rig.Flow(0, 3, GATEWAY, 80, CLIENT, 4000, 6, 1, 40, 18, true));
        rig.flows.clear();
        meterAll();
        assertThat(rig.flows).isEmpty();
        assertThat(rig.keeping.flagsTold).isEqualTo(1); // the FIN
    }

    @Test
    void whoOpensAnewWithAnEndedTupleGetsANewConnection() {
        byte[] syn = Naive.tcp(CLIENT, 4000, REMOTE, 80, 2, new byte[0], new byte[0]);
        rig.out(syn);
        rig.out(syn);
        Connection first = rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80);
        assertThat(rig.outside.sent).as("a SYN that is said again").hasSize(2);
        byte[] reset = Naive.tcp(CLIENT, 4000, REMOTE, 80, 4, new byte[0], new byte[0]);
        rig.out(Naive.numbered(reset, Naive.CLIENTS + 1, 0));
        rig.outside.sent.clear();

        rig.out(syn);
        assertThat(rig.outside.sent).isEmpty();
        assertThat(dropped(DropReason.ENDING)).isEqualTo(1);

        rig.out(syn);
        assertThat(rig.outside.sent).hasSize(1);
        assertThat(rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80).id())
                .isNotEqualTo(first.id());
    }

    @Test
    void aDroppedConnectionTellsItsLastCountsAndItsKeysAreFree() {
        rig.out(query());
        Connection connection = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53);
        rig.carrier.drop(connection.id());
        assertThat(rig.flows).hasSize(2);
        assertThat(rig.table.size()).isZero();
        assertThat(rig.carrier.observe(connection.id())).isNull();
        int slot = rig.carrier.install(connection, Numbers.NONE);
        assertThat(slot).isPositive();
        assertThat(rig.carrier.install(connection, Numbers.NONE)).isEqualTo(slot);
        assertThat(lastOut(rig.carrier.observe(connection.id()))).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aStoppedConnectionHoldsItsPacketsAndTellsThatTheyCame() {
        rig.out(query());
        Connection connection = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53);
        long last = lastOut(rig.carrier.stop(connection.id()));
        rig.outside.sent.clear();
        rig.pass(1);
        rig.out(query());
        assertThat(rig.outside.sent).isEmpty();
        assertThat(lastOut(rig.carrier.observe(connection.id()))).isGreaterThan(last);
        rig.carrier.resume(connection.id());
        rig.pass(10);
        assertThat(rig.outside.sent).hasSize(1);
        rig.carrier.stop(connection.id());
        rig.out(query());
        rig.pass(2100);
        assertThat(dropped(DropReason.STOPPED)).isEqualTo(1);
    }

    @Test
    void whatIsStoppedLeavesRoomForOthers() {
        rig.out(query());
        rig.carrier.stop(rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).id());
        for (int i = 0; i < WaitingRoom.STOPPED + 3; i++) {
            rig.out(query());
        }
        assertThat(dropped(DropReason.STOPPED)).isEqualTo(3);
        assertThat(dropped(DropReason.WAITING_ROOM_FULL)).isZero();
    }

    @Test
    void aPacketWaitsForItsNextHop() {
        rig.nextHop = NextHops.UNRESOLVED;
        rig.out(query());
        assertThat(rig.outside.sent).isEmpty();
        rig.nextHop = ROUTER_MAC;
        rig.pass(6);
        assertThat(rig.outside.sent).hasSize(1);
        rig.nextHop = NextHops.UNRESOLVED;
        rig.out(query());
        rig.pass(1100);
        assertThat(dropped(DropReason.NEXT_HOP_UNRESOLVED)).isEqualTo(1);
    }

    @Test
    void aClientThatMovedToAnotherHostIsFollowed() {
        rig.out(query());
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        IpAddress other = IpAddress.parse("10.99.0.8");
        rig.pipeline.handle(rig.tunnel, rig.fromTunnel(query(), other));
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        assertThat(rig.tunnel.sent.getLast().tunnelLow()).isEqualTo(other.low());
    }

    @Test
    void aLostFirstFragmentLosesTheRestInTimeAndWithinBounds() {
        byte[] whole = Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[3000]);
        byte[] second = Naive.fragments(whole, 1024).get(1);
        rig.out(second);
        rig.pass(2100);
        assertThat(dropped(DropReason.FRAGMENT_WITHOUT_FIRST)).isEqualTo(1);
        for (int i = 0; i < WaitingRoom.FRAGMENTS + 5; i++) {
            Naive.put16(second, 4, 1000 + i);
            rig.pipeline.handle(rig.tunnel, rig.fromTunnel(Naive.fixHeader(second)));
        }
        assertThat(dropped(DropReason.FRAGMENTS_TOO_MANY)).isEqualTo(5);
        assertThat(rig.outside.sent).isEmpty();
    }

    @Test
    void whoHasTheGatewayIsAnsweredInsideAndWhoHasAnEipOutside() {
        rig.pipeline.handle(rig.tunnel, rig.tunnelFrame(arpFor(GATEWAY), HOST));
        byte[] reply = rig.tunnel.sent.getLast().bytes();
        assertThat(Naive.u16(reply, 20)).isEqualTo(2);
        assertThat(mac(reply, 22)).isEqualTo(VIRTUAL_MAC);
        assertThat(mac(reply, 0)).isEqualTo(CLIENT_MAC);
        rig.pipeline.handle(rig.outside, rig.outside.frame(arpFor(EIP)));
        assertThat(mac(rig.outside.sent.getLast().bytes(), 22)).isEqualTo(OUTSIDE_MAC);
        rig.pipeline.handle(rig.outside, rig.outside.frame(arpFor(REMOTE)));
        rig.pipeline.handle(rig.tunnel, rig.tunnelFrame(arpFor(REMOTE), HOST));
        rig.pipeline.handle(rig.tunnel, rig.tunnelFrame(arpFor(GATEWAY), STRANGER));
        assertThat(rig.outside.sent).hasSize(1);
        assertThat(rig.tunnel.sent).hasSize(1);
        rig.out(solicitation(GATEWAY6));
        byte[] advertisement = rig.lastInside();
        assertThat(advertisement[40]).isEqualTo((byte) 136);
        assertThat(Naive.residue(advertisement)).isEqualTo(0xffff);
        assertThat(mac(advertisement, 66)).isEqualTo(VIRTUAL_MAC);
        rig.in(solicitation(EIP6));
        assertThat(Naive.source(rig.lastOutside())).isEqualTo(EIP6);
        rig.pipeline.announce(EIP);
        assertThat(mac(rig.outside.sent.getLast().bytes(), 0)).isEqualTo(0xffff_ffff_ffffL);
        rig.pipeline.announce(EIP6);
        assertThat(Naive.residue(rig.lastOutside())).isEqualTo(0xffff);
        assertThat(rig.drops()).isZero();
    }

    private static byte[] solicitation(IpAddress target) {
        byte[] body = new byte[24];
        body[0] = (byte) 135;
        System.arraycopy(target.bytes(), 0, body, 8, 16);
        return Naive.fixTransport(Naive.ip(IpAddress.parse("fe80::5"), target, 58, 255, body));
    }

    static byte[] arpFor(IpAddress wanted) {
        byte[] arp = new byte[28];
        Naive.put32(arp, 0, 0x00010800);
        Naive.put16(arp, 4, 0x0604);
        Naive.put16(arp, 6, 1);
        Naive.put32(arp, 10, CLIENT_MAC);
        arp[8] = (byte) (CLIENT_MAC >>> 40);
        System.arraycopy(CLIENT.bytes(), 0, arp, 14, 4);
        System.arraycopy(wanted.bytes(), 0, arp, 24, 4);
        byte[] frame = Naive.frame(0xffff_ffff_ffffL, CLIENT_MAC, arp);
        Naive.put16(frame, 12, 0x0806);
        return frame;
    }

    private static long lastOut(@Nullable Observation observation) {
        return java.util.Objects.requireNonNull(observation).lastOutNanos();
    }

    private static long mac(byte[] frame, int at) {
        return (long) Naive.u16(frame, at) << 32
                | (long) Naive.u16(frame, at + 2) << 16
                | Naive.u16(frame, at + 4);
    }

    @Test
    void aLargeReceiveBecomesTheSegmentsThatTheServerMeant() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            boolean v4 = client.isV4();
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            rig.out(Naive.tcp(client, 4000, remote, 80, 2, new byte[0], new byte[0]));
            int nat = rig.connection(Protocol.TCP, client, 4000, remote, 80).natPort();
            byte[] data = new byte[5000];
            new java.util.Random(1).nextBytes(data);
            byte[] big = Naive.tcp(remote, 80, v4 ? EIP : EIP6, nat, 0x19, new byte[12], data);
            Frame frame = unfinished(big, v4 ? Frame.GSO_TCPV4 : Frame.GSO_TCPV6, 1378);
            rig.tunnel.sent.clear();
            rig.pipeline.handle(rig.outside, frame);
            assertThat(rig.tunnel.sent).hasSize(4);
            int headers = (v4 ? 20 : 40) + 32;
            int at = 0;
            for (int i = 0; i < 4; i++) {
                byte[] segment = rig.tunnel.sent.get(i).ip();
                assertThat(Naive.residue(segment)).isEqualTo(0xffff);
                assertThat(Naive.target(segment)).isEqualTo(client);
                int tcp = Naive.transport(segment);
                assertThat(Naive.u16(segment, tcp + 6) - 0x7788).isEqualTo(at);
                assertThat(segment[tcp + 13]).isEqualTo((byte) (i == 3 ? 0x19 : 0x10));
                assertThat(java.util.Arrays.copyOfRange(segment, headers, segment.length))
                        .isEqualTo(
                                java.util.Arrays.copyOfRange(
                                        data, at, at + segment.length - headers));
                at += segment.length - headers;
            }
            assertThat(at).isEqualTo(5000);
        }
        int slot =
                rig.table.findIn(
                        6,
                        EIP.high(),
                        EIP.low(),
                        rig.connection(Protocol.TCP, CLIENT, 4000, REMOTE, 80).natPort(),
                        REMOTE.high(),
                        REMOTE.low(),
                        80);
        assertThat(rig.table.packets(slot, false)).isEqualTo(4);
        assertThat(rig.table.bytes(slot, false)).isEqualTo(5000 + 4 * 52);
    }

    @Test
    void anUnfinishedChecksumStaysUnfinishedForADeviceAndIsFinishedForATunnel() {
        rig.plain(Naive.tcp(PLAIN_CLIENT, 4000, REMOTE, 80, 2, new byte[0], new byte[0]));
        int nat = rig.connection(Protocol.TCP, PLAIN_CLIENT, 4000, REMOTE, 80).natPort();
        byte[] answer = Naive.tcp(REMOTE, 80, PLAIN_EIP, nat, 16, new byte[0], new byte[3000]);
        rig.pipeline.handle(rig.outside, unfinished(answer, Frame.GSO_TCPV4, 1460));
        MemoryDoor.Sent sent = rig.plain.sent.getLast();
        assertThat(sent.offloadFlags()).isEqualTo(Frame.NEEDS_CHECKSUM);
        assertThat(sent.gsoSize()).isEqualTo(1460);
        byte[] expected = Naive.translate(answer, false, PLAIN_CLIENT, 4000);
        Naive.put16(expected, 36, pseudo(expected));
        assertThat(sent.ip()).isEqualTo(expected);

        rig.out(Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[4]));
        nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        byte[] reply = Naive.udp(REMOTE, 53, EIP, nat, new byte[77]);
        rig.pipeline.handle(rig.outside, unfinished(reply, Frame.GSO_NONE, 0));
        assertThat(rig.lastInside()).isEqualTo(Naive.translate(reply, false, CLIENT, 5000));
        Frame broken = unfinished(reply, Frame.GSO_NONE, 0);
        broken.checksumStart += 2;
        rig.pipeline.handle(rig.outside, broken);
        assertThat(dropped(DropReason.OFFLOAD_BAD)).isEqualTo(1);
    }

    /** As a device hands it up: the checksum field has the pseudo-header's sum only. */
    private Frame unfinished(byte[] packet, int gsoType, int gsoSize) {
        byte[] copy = packet.clone();
        Naive.put16(copy, Naive.checksumAt(copy), pseudo(copy));
        Frame frame = rig.outside.frame(Naive.frame(OUTSIDE_MAC, ROUTER_MAC, copy));
        frame.offloadFlags = Frame.NEEDS_CHECKSUM;
        frame.gsoType = gsoType;
        frame.gsoSize = gsoSize;
        frame.checksumStart = 14 + Naive.transport(copy);
        frame.checksumOffset = Naive.checksumAt(copy) - Naive.transport(copy);
        return frame;
    }

    private static int pseudo(byte[] p) {
        int from = Naive.isV4(p) ? 12 : 8;
        int length = p.length - Naive.transport(p);
        byte[] rest = {0, (byte) Naive.protocol(p), (byte) (length >>> 8), (byte) length};
        int sum = Naive.sum(p, from, Naive.isV4(p) ? 20 : 40, 0);
        return Naive.sum(rest, 0, 4, sum);
    }
}
