package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.GatewayView.Eip;
import io.sallyport.gateway.view.GatewayView.Use;
import io.sallyport.gateway.view.InstanceView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * One EIP under views that give it to the tunnel VPC's gateway, to a second gateway of that VPC, to
 * the plain VPC's gateway, or to an instance.
 */
class OwnersTest {

    private static final byte[] DATA = {1, 2, 3, 4, 5, 6, 7, 8};

    private final Rig rig = new Rig();
    private long version = 10;

    private static GatewayView gateway(int index, int vpc, Eip... eips) {
        return gateway(index, vpc, index == 1 ? "192.168.7.4" : "10.0.0." + (4 + index), eips);
    }

    private static GatewayView gateway(int index, int vpc, String address, Eip... eips) {
        return Rig.gateway(
                index,
                "nat-0000000000000000" + (index + 1),
                vpc,
                IpAddress.parse(address),
                Optional.empty(),
                List.of(eips),
                Optional.empty());
    }

    /**
     * The EIP is the gateway's of this index: 0 and 2 are of the tunnel VPC, 1 of the plain one.
     */
    private void owner(int index, long generation, Use use) {
        Eip eip = new Eip(EIP, generation, use);
        Eip[] its = {eip};
        Eip[] none = {};
        view(
                Map.of(
                        0,
                        gateway(0, VPC, index == 0 ? its : none),
                        1,
                        gateway(1, PLAIN_VPC, index == 1 ? its : none),
                        2,
                        gateway(2, VPC, index == 2 ? its : none)),
                Map.of(EIP, index),
                Map.of(),
                index == 2 ? 2 : 0);
    }

    private void instance(boolean open) {
        InstanceView instance =
                new InstanceView(EIP, VPC, CLIENT, Optional.of(HOST), CLIENT_MAC, open);
        view(
                Map.of(0, gateway(0, VPC), 1, gateway(1, PLAIN_VPC)),
                Map.of(),
                Map.of(EIP, instance),
                0);
    }

    private void view(
            Map<Integer, GatewayView> gateways,
            Map<IpAddress, Integer> eips,
            Map<IpAddress, InstanceView> instances,
            int serving) {
        NodeView plain = Rig.nodeView(Optional.empty(), true);
        NodeView.VpcView tunnels = java.util.Objects.requireNonNull(plain.vpcs().get(VPC));
        rig.obey(
                new NodeView(
                        ++version,
                        Map.of(
                                VPC,
                                new NodeView.VpcView(
                                        VPC,
                                        tunnels.prefixes(),
                                        tunnels.tunnelEndpoints(),
                                        List.of(),
                                        List.of(),
                                        serving),
                                PLAIN_VPC,
                                java.util.Objects.requireNonNull(plain.vpcs().get(PLAIN_VPC))),
                        gateways,
                        eips,
                        instances));
    }

    private byte[] query() {
        return Naive.udp(CLIENT, 5000, REMOTE, 53, DATA);
    }

    private long drops(DropReason reason) {
        return rig.counters.drops(reason);
    }

    private int sentOut() {
        int sent = rig.outside.sent.size();
        rig.outside.sent.clear();
        return sent;
    }

    @Test
    void aConnectionOfAFormerLifeDoesNotGoOnInANewOneOfTheSameGateway() {
        owner(0, 5, Use.FULL);
        rig.out(query());
        assertThat(sentOut()).isEqualTo(1);
        int port = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        owner(0, 9, Use.FULL);
        rig.out(query());
        rig.in(Naive.udp(REMOTE, 53, EIP, port, DATA));
        assertThat(sentOut()).isZero();
        assertThat(rig.tunnel.sent).isEmpty();
        assertThat(drops(DropReason.EIP_GONE)).isEqualTo(2);
        int asked = rig.keeping.over.size();
        assertThat(asked).as("its home is asked for its end").isPositive();
        rig.out(query());
        assertThat(rig.keeping.over)
                .as("and again: it may not have been able to")
                .hasSizeGreaterThan(asked)
                .containsOnly(rig.keeping.over.getFirst());
        for (int i = 0; i < 1_000; i++) {
            rig.out(query());
        }
        assertThat(rig.keeping.over).as("not for each packet").hasSizeLessThan(150);
    }

    @Test
    void aConnectionFollowsItsEipToAnotherGatewayOfItsVpcInTheSameLife() {
        owner(0, 5, Use.FULL);
        rig.out(query());
        owner(2, 5, Use.FULL);
        rig.out(query());
        assertThat(sentOut()).isEqualTo(2);
        int slot = rig.table.findOut(VPC, 17, 0, CLIENT.low(), 5000, 0, REMOTE.low(), 53);
        assertThat(rig.table.gateway(slot)).isEqualTo(2);
    }

    @Test
    void aConnectionNeverFollowsIntoAnotherVpc() {
        owner(0, 5, Use.FULL);
        rig.out(query());
        owner(1, 5, Use.FULL);
        rig.out(query());
        assertThat(sentOut()).isEqualTo(1);
        assertThat(drops(DropReason.EIP_GONE)).isEqualTo(1);
    }

    @Test
    void aDrainingEipCarriesOnAndOpensNothing() {
        owner(0, 5, Use.FULL);
        rig.out(query());
        owner(0, 5, Use.DRAINING);
        rig.out(query());
        rig.out(Naive.udp(CLIENT, 5001, REMOTE, 53, DATA));
        assertThat(sentOut()).isEqualTo(2);
        assertThat(drops(DropReason.NO_EIP)).isEqualTo(1);
    }

    @Test
    void whatWouldOpenWaitsUntilTheFormerOwnerHasLetGoEverywhere() {
        owner(0, 12, Use.NOT_YET);
        rig.out(query());
        assertThat(sentOut()).isZero();
        owner(0, 12, Use.FULL);
        rig.settle(); // it asks
        rig.settle(); // and is answered
        assertThat(sentOut()).isEqualTo(1);
    }

    @Test
    void aCopyOfALifeThatThisNodeHasNotHeardOfIsNotEnded() {
        owner(0, 5, Use.FULL);
        assertThat(rig.carrier.isOver(VPC, EIP, 5)).isFalse();
        assertThat(rig.carrier.isOver(VPC, EIP, version + 100)).isFalse();
        owner(0, 9, Use.FULL);
        assertThat(rig.carrier.isOver(VPC, EIP, 5)).isTrue();
    }

    @Test
    void anInstanceHasTheWholeAddressForAnyProtocol() {
        instance(true);
        for (int protocol : new int[] {17, 6, 47, 50, 132}) {
            byte[] out = packet(protocol, CLIENT, REMOTE);
            rig.out(out);
            assertThat(rig.lastOutside()).isEqualTo(hop(packet(protocol, EIP, REMOTE)));
            rig.in(packet(protocol, REMOTE, EIP));
            assertThat(rig.lastInside()).isEqualTo(hop(packet(protocol, REMOTE, CLIENT)));
            assertThat(rig.tunnel.sent.getLast().tunnelLow()).isEqualTo(HOST.low());
        }
        assertThat(rig.table.size()).as("nothing is remembered").isZero();
        assertThat(rig.drops()).isZero();
    }

    private static byte[] packet(int protocol, IpAddress source, IpAddress target) {
        return switch (protocol) {
            case 17 -> Naive.udp(source, 5000, target, 53, DATA);
            case 6 -> Naive.tcp(source, 4000, target, 80, 2, new byte[0], DATA);
            default -> Naive.ip(source, target, protocol, 64, DATA);
        };
    }

    /** One hop further. */
    private static byte[] hop(byte[] packet) {
        byte[] further = packet.clone();
        further[8]--;
        return Naive.fixHeader(further);
    }

    @Test
    void anErrorAboutAnInstancesPacketReachesIt() {
        instance(true);
        byte[] quoted = Naive.ip(EIP, REMOTE, 50, 60, DATA);
        rig.in(Naive.error(REMOTE, EIP, 3, 4, 1400, quoted));
        byte[] told = rig.lastInside();
        byte[] expected =
                Naive.error(REMOTE, CLIENT, 3, 4, 1400, Naive.ip(CLIENT, REMOTE, 50, 60, DATA));
        assertThat(told).isEqualTo(hop(expected));
        rig.in(Naive.error(REMOTE, EIP, 3, 4, 1400, Naive.ip(PLAIN_EIP, REMOTE, 50, 60, DATA)));
        assertThat(drops(DropReason.UNKNOWN_CONNECTION)).isEqualTo(1);
    }

    @Test
    void anInstancesEipSendsNothingBeforeItIsOpen() {
        instance(false);
        rig.out(query());
        rig.in(Naive.udp(REMOTE, 53, EIP, 5000, DATA));
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.tunnel.sent).isEmpty();
        assertThat(drops(DropReason.EIP_MOVING)).isEqualTo(2);
    }

    @Test
    void anotherHostCannotSpeakForAnInstance() {
        instance(true);
        rig.pipeline.handle(rig.tunnel, rig.fromTunnel(query(), IpAddress.parse("10.99.0.8")));
        rig.settle();
        assertThat(rig.outside.sent).isEmpty();
        assertThat(drops(DropReason.CLIENT_ELSEWHERE)).isEqualTo(1);
    }

    @Test
    void connectionsOfAGatewayEndWhereAnInstanceTakesTheAddress() {
        owner(0, 5, Use.FULL);
        rig.out(query());
        int port = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        instance(true);
        rig.in(Naive.udp(REMOTE, 53, EIP, port, DATA));
        byte[] asItIs = Naive.udp(REMOTE, 53, CLIENT, port, DATA);
        assertThat(rig.lastInside()).as("1:1, to the port as it is").isEqualTo(hop(asItIs));
    }
}
