package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.view.RoutesView;
import io.sallyport.gateway.view.SubnetView;
import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Packets of a VPC with two gateways, and the routes that say which of them opens a connection. */
class RoutesPacketsTest {

    private static final SubnetId CLIENTS = new SubnetId("subnet-00000000000000002");
    private static final IpAddress OTHER_EIP = IpAddress.parse("203.0.113.77");
    private static final int FIRST = 0;
    private static final int SECOND = 7;

    private final Rig rig = new Rig();
    private long version;

    /** The second gateway's. */
    private Optional<List<AclEntry>> acl = Optional.empty();

    private static RoutesView routes(Object... of) {
        return new RoutesView(
                java.util.stream.IntStream.range(0, of.length / 2)
                        .mapToObj(i ->
                                new RoutesView.Route(
                                        IpPrefix.parse((String) of[2 * i]),
                                        (Integer) of[2 * i + 1]))
                        .toList());
    }

    /** The VPC's routes, and those of the client's subnet. */
    private void obey(RoutesView main, Optional<RoutesView> own) {
        NodeView plain = Rig.nodeView(Optional.empty(), true);
        NodeView.VpcView vpc = requireNonNull(plain.vpcs().get(VPC));
        Map<Integer, NodeView.VpcView> vpcs = new HashMap<>(plain.vpcs());
        SubnetView clients =
                new SubnetView(CLIENTS, IpPrefix.parse("10.0.1.0/24"), Optional.empty(), own);
        vpcs.put(
                VPC,
                new NodeView.VpcView(
                        VPC,
                        vpc.prefixes(),
                        vpc.tunnelEndpoints(),
                        List.of(),
                        List.of(clients),
                        main));
        Map<Integer, GatewayView> gateways = new HashMap<>(plain.gateways());
        gateways.put(
                SECOND,
                Rig.gateway(
                        SECOND,
                        "nat-00000000000000007",
                        VPC,
                        IpAddress.parse("10.0.0.9"),
                        Optional.empty(),
                        List.of(new GatewayView.Eip(OTHER_EIP, 1)),
                        acl));
        Map<IpAddress, Integer> eips = new HashMap<>(plain.eips());
        eips.put(OTHER_EIP, SECOND);
        rig.obey(new NodeView(++version, vpcs, gateways, eips));
    }

    private Optional<IpAddress> sourceOf(int port) {
        rig.outside.sent.clear();
        rig.out(Naive.udp(CLIENT, port, REMOTE, 53, new byte[20]));
        if (rig.outside.sent.isEmpty()) {
            return Optional.empty();
        }
        assertThat(rig.outside.sent).hasSize(1);
        return Optional.of(rig.connection(Protocol.UDP, CLIENT, port, REMOTE, 53).outside())
                .map(outside -> outside.outside().address());
    }

    private boolean isInOrder(int port) {
        int slot =
                rig.table.findOut(
                        VPC,
                        17,
                        CLIENT.high(),
                        CLIENT.low(),
                        port,
                        REMOTE.high(),
                        REMOTE.low(),
                        53);
        return (rig.table.state(slot) & ConnectionTable.IN_ORDER) != 0;
    }

    @Test
    void theSubnetsOwnRoutesComeBeforeItsVpcs() {
        obey(RoutesView.allBy(FIRST), Optional.empty());
        assertThat(sourceOf(5000)).contains(EIP);
        obey(RoutesView.allBy(FIRST), Optional.of(RoutesView.allBy(SECOND)));
        assertThat(sourceOf(5001)).contains(OTHER_EIP);
        obey(RoutesView.allBy(FIRST), Optional.of(routes("203.0.113.0/24", SECOND)));
        assertThat(sourceOf(5002)).as("has no way to this remote").isEmpty();
        assertThat(rig.counters.drops(DropReason.NO_GATEWAY)).isEqualTo(1);
    }

    @Test
    void theLongestDestinationDecides() {
        String host = REMOTE + "/32";
        obey(routes("0.0.0.0/0", FIRST, host, SECOND), Optional.empty());
        assertThat(sourceOf(5000)).contains(OTHER_EIP);
        obey(routes("0.0.0.0/0", FIRST, host, RoutesView.NOWHERE), Optional.empty());
        assertThat(sourceOf(5001)).isEmpty();
        obey(routes("::/0", SECOND, "0.0.0.0/0", FIRST), Optional.empty());
        assertThat(sourceOf(5002)).contains(EIP);
    }

    @Test
    void aConnectionStaysWithItsGatewayWhereTheRouteLeadsToAnother() {
        obey(RoutesView.allBy(FIRST), Optional.empty());
        assertThat(sourceOf(5000)).contains(EIP);
        obey(RoutesView.allBy(SECOND), Optional.empty());
        assertThat(sourceOf(5000)).contains(EIP);
        assertThat(isInOrder(5000)).as("the kernel carries it on").isTrue();
        assertThat(sourceOf(5001)).contains(OTHER_EIP);
    }

    @Test
    void aConnectionWithoutARouteStandsStillUntilThereIsOne() {
        obey(RoutesView.allBy(FIRST), Optional.empty());
        assertThat(sourceOf(5000)).contains(EIP);
        obey(RoutesView.NONE, Optional.empty());
        assertThat(sourceOf(5000)).isEmpty();
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        assertThat(isInOrder(5000)).as("the kernel must not carry it").isFalse();
        obey(RoutesView.allBy(SECOND), Optional.empty());
        assertThat(sourceOf(5000)).contains(EIP);
    }

    /** At a node that does not know it yet: it may be one of the first gateway's. */
    @Test
    void aSegmentInTheMiddleOfAStreamIsAskedForBeforeTheRoutesGatewayDeniesIt() {
        acl = Optional.of(List.of());
        obey(RoutesView.allBy(SECOND), Optional.empty());
        rig.out(Naive.tcp(CLIENT, 5000, REMOTE, 443, 0x10, new byte[0], new byte[20]));
        assertThat(rig.counters.drops(DropReason.UNKNOWN_CONNECTION)).isEqualTo(1);
        rig.out(Naive.tcp(CLIENT, 5001, REMOTE, 443, 0x02, new byte[0], new byte[0]));
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT)).isEqualTo(1);
    }

    @Test
    void eachGatewaysPrivateAddressIsAnsweredFor() {
        obey(RoutesView.allBy(FIRST), Optional.empty());
        long before = rig.counters.drops(DropReason.TO_GATEWAY_ITSELF);
        for (String address : List.of(GATEWAY.toString(), "10.0.0.9")) {
            rig.out(Naive.udp(CLIENT, 5000, IpAddress.parse(address), 53, new byte[20]));
        }
        assertThat(rig.counters.drops(DropReason.TO_GATEWAY_ITSELF)).isEqualTo(before + 2);
    }
}
