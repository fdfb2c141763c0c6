package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.view.AclView;
import io.sallyport.gateway.view.InstanceView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.view.SubnetView;
import io.sallyport.ids.AclId;
import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Packets of an instance that has an elastic IP to itself, and its subnet's network ACL. */
class InstanceAclTest {

    private static final SubnetId ITS = new SubnetId("subnet-00000000000000002");
    private static final AclId ACL = new AclId("acl-00000000000000002");
    private static final String ALL = "0.0.0.0/0";

    private final Rig rig = new Rig();
    private long version;

    private static AclEntry rule(
            int number, boolean egress, int protocol, boolean allow, String prefix, int... ports) {
        return new AclEntry(
                number,
                egress,
                protocol,
                allow,
                IpPrefix.parse(prefix),
                ports.length == 0 ? 0 : ports[0],
                ports.length == 0 ? 65535 : ports[ports.length - 1],
                -1,
                -1);
    }

    private void obey(AclEntry... entries) {
        obey("10.0.1.0/24", entries);
    }

    private void obey(String subnet, AclEntry... entries) {
        version++;
        NodeView plain = Rig.nodeView(Optional.empty(), true);
        NodeView.VpcView vpc = requireNonNull(plain.vpcs().get(VPC));
        Map<Integer, NodeView.VpcView> vpcs = new HashMap<>(plain.vpcs());
        vpcs.put(
                VPC,
                new NodeView.VpcView(
                        VPC,
                        vpc.prefixes(),
                        vpc.tunnelEndpoints(),
                        List.of(),
                        List.of(
                                new SubnetView(
                                        ITS,
                                        IpPrefix.parse(subnet),
                                        Optional.of(
                                                new AclView(
                                                        ACL,
                                                        version,
                                                        true,
                                                        Arrays.asList(entries))))),
                        0));
        rig.obey(
                new NodeView(
                        version,
                        vpcs,
                        plain.gateways(),
                        Map.of(),
                        Map.of(
                                EIP,
                                new InstanceView(
                                        EIP, VPC, CLIENT, Optional.of(HOST), CLIENT_MAC, true))));
    }

    private void out(boolean passes, byte[] packet) {
        long denied = rig.counters.drops(DropReason.ACL_DENIED_OUT);
        rig.out(packet);
        assertThat(rig.outside.sent).hasSize(passes ? 1 : 0);
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT) - denied)
                .isEqualTo(passes ? 0 : 1);
        rig.outside.sent.clear();
    }

    private void in(boolean passes, byte[] packet) {
        long denied = rig.counters.drops(DropReason.ACL_DENIED_IN);
        rig.in(packet);
        assertThat(rig.tunnel.sent).hasSize(passes ? 1 : 0);
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_IN) - denied).isEqualTo(passes ? 0 : 1);
        rig.tunnel.sent.clear();
    }

    private static byte[] query(int port) {
        return Naive.udp(CLIENT, 5000, REMOTE, port, new byte[20]);
    }

    private static byte[] answer(int port) {
        return Naive.udp(REMOTE, 53, EIP, port, new byte[20]);
    }

    @Test
    void whatNoRuleAllowsIsDeniedInEitherDirection() {
        obey();
        out(false, query(53));
        in(false, answer(5000));
        out(false, Naive.ip(CLIENT, REMOTE, 50, 64, new byte[8]));
        obey("10.0.2.0/24");
        out(true, query(53));
        in(true, answer(5000));
    }

    @Test
    void eachDirectionIsJudgedByItsOwnRulesAndPorts() {
        obey(
                rule(1, true, 17, false, REMOTE + "/32", 54),
                rule(2, true, 17, true, REMOTE + "/32", 50, 60),
                rule(3, false, 17, true, REMOTE + "/32", 5000));
        out(true, query(53));
        out(false, query(54));
        out(false, query(61));
        in(true, answer(5000));
        in(false, answer(5001));
        out(false, Naive.tcp(CLIENT, 4000, REMOTE, 53, 2, new byte[0], new byte[1]));
    }

    @Test
    void repliesMeetRulesEvenOfAStatefulAcl() {
        obey(rule(1, true, -1, true, ALL));
        out(true, query(53));
        in(false, answer(5000));
    }

    @Test
    void icmpIsJudgedByTypeAndOtherProtocolsByNumber() {
        AclEntry unreachable =
                new AclEntry(1, false, 1, true, IpPrefix.parse(ALL), 0, 65535, 3, -1);
        obey(unreachable, rule(2, true, 50, true, ALL));
        byte[] quoted = Naive.ip(EIP, REMOTE, 50, 60, new byte[8]);
        in(true, Naive.error(REMOTE, EIP, 3, 4, 1400, quoted));
        in(false, Naive.error(REMOTE, EIP, 11, 0, 0, quoted));
        out(true, Naive.ip(CLIENT, REMOTE, 50, 64, new byte[8]));
        out(false, Naive.ip(CLIENT, REMOTE, 47, 64, new byte[8]));
    }

    /** Without its first fragment a datagram is nothing; what some ports are denied is not all. */
    @Test
    void laterFragmentsPassWhereSomeFirstOneWould() {
        obey(rule(1, true, 17, false, ALL, 53), rule(2, true, 17, true, ALL, 54));
        out(true, later(17));
        out(false, later(6));
        obey(rule(1, true, 17, false, ALL), rule(2, true, 17, true, ALL, 54));
        out(false, later(17));
    }

    private static byte[] later(int protocol) {
        byte[] packet = Naive.ip(CLIENT, REMOTE, protocol, 64, new byte[16]);
        packet[7] = 10; // its offset, in units of eight bytes
        return Naive.fixHeader(packet);
    }

    @Test
    void rulesAreToldHowOftenTheyDecided() {
        obey(rule(1, true, 17, true, ALL), rule(2, false, 17, false, ALL));
        out(true, query(53));
        out(true, query(53));
        in(false, answer(5000));
        List<String> told = new ArrayList<>();
        rig.view
                .acls()
                .forEach(acl ->
                        AclHits.of(acl)
                                .rules()
                                .forEach(hit ->
                                        told.add(
                                                hit.egress()
                                                        + " "
                                                        + hit.ruleNumber()
                                                        + " "
                                                        + hit.hits())));
        assertThat(told).containsExactlyInAnyOrder("true 1 2", "false 2 1");
    }

    @Test
    void aChangeIsObeyedByTheNextPacket() {
        obey(rule(1, true, -1, true, ALL));
        out(true, query(53));
        obey(rule(1, true, -1, false, ALL));
        out(false, query(53));
    }
}
