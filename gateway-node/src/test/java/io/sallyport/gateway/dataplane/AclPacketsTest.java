package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.view.AclView;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.view.SubnetView;
import io.sallyport.ids.AclId;
import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packets and the network ACLs on their way: at both subnets, and at the gateway itself. */
class AclPacketsTest {

    private static final SubnetId CLIENTS = new SubnetId("subnet-00000000000000002");
    private static final AclId AT_CLIENTS = new AclId("acl-00000000000000002");
    private static final AclId AT_GATEWAY = new AclId("acl-00000000000000003");
    private static final AclId OWN = new AclId("acl-00000000000000004");
    private static final String ALL = "0.0.0.0/0";

    private final Rig rig = new Rig();
    private long version;

    /** An entry of the rule's number. */
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

    private static List<AclEntry> everything() {
        return List.of(rule(100, true, -1, true, ALL), rule(100, false, -1, true, ALL));
    }

    private void obey(List<AclEntry> atClients, List<AclEntry> atGateway, List<AclEntry> own) {
        obey(atClients, atGateway, own, false, "10.0.1.0/24");
    }

    private void obey(
            List<AclEntry> atClients,
            List<AclEntry> atGateway,
            List<AclEntry> own,
            boolean stateful,
            String clients) {
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
                                        CLIENTS,
                                        IpPrefix.parse(clients),
                                        Optional.of(acl(AT_CLIENTS, atClients, stateful))),
                                new SubnetView(
                                        SUBNET,
                                        IpPrefix.parse("10.0.0.0/24"),
                                        Optional.of(acl(AT_GATEWAY, atGateway, stateful)))),
                        0));
        Map<Integer, GatewayView> gateways = new HashMap<>(plain.gateways());
        GatewayView before = requireNonNull(gateways.get(0));
        gateways.put(
                0,
                new GatewayView(
                        0,
                        before.id(),
                        before.tenant(),
                        before.networkInterface(),
                        VPC,
                        SUBNET,
                        before.privateAddress(),
                        before.privateAddressV6(),
                        before.eips(),
                        Optional.of(acl(OWN, own, stateful)),
                        2,
                        true));
        rig.obey(new NodeView(version, vpcs, gateways, plain.eips()));
    }

    private AclView acl(AclId id, List<AclEntry> entries, boolean stateful) {
        return new AclView(id, version, stateful, entries);
    }

    private static byte[] query() {
        return Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[20]);
    }

    private byte[] answer() {
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        return Naive.udp(REMOTE, 53, EIP, nat, new byte[4]);
    }

    private int sentOut() {
        int sent = rig.outside.sent.size();
        rig.outside.sent.clear();
        return sent;
    }

    private int sentIn() {
        int sent = rig.tunnel.sent.size();
        rig.tunnel.sent.clear();
        return sent;
    }

    private void open() {
        obey(everything(), everything(), everything());
        rig.out(query());
        assertThat(sentOut()).isEqualTo(1);
    }

    private void assertOut(boolean passes) {
        long denied = rig.counters.drops(DropReason.ACL_DENIED_OUT);
        rig.out(query());
        assertThat(sentOut()).isEqualTo(passes ? 1 : 0);
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT) - denied)
                .isEqualTo(passes ? 0 : 1);
    }

    private void assertIn(boolean passes) {
        long denied = rig.counters.drops(DropReason.ACL_DENIED_IN);
        rig.in(answer());
        assertThat(sentIn()).isEqualTo(passes ? 1 : 0);
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_IN) - denied).isEqualTo(passes ? 0 : 1);
    }

    private static List<AclEntry> but(AclEntry denied) {
        return Stream.concat(Stream.of(denied), everything().stream()).toList();
    }

    @Test
    void eachBoundaryIsAskedAsAwsAsksItAndNoOtherPacketMeetsItsRule() {
        open();
        String remote = REMOTE + "/32";
        String client = CLIENT + "/32";
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        obey(but(rule(1, true, 17, false, remote, 53)), everything(), everything());
        assertOut(false);
        assertIn(true);
        obey(everything(), but(rule(1, false, 17, false, client, 53)), everything());
        assertOut(false);
        assertIn(true);
        obey(everything(), but(rule(1, true, 17, false, remote, 53)), everything());
        assertOut(false);
        assertIn(true);
        obey(everything(), everything(), but(rule(1, true, 17, false, remote, 53)));
        assertOut(false);
        assertIn(true);
        obey(everything(), but(rule(1, false, 17, false, remote, nat)), everything());
        assertOut(true);
        assertIn(false);
        obey(everything(), everything(), but(rule(1, false, 17, false, remote, 5000)));
        assertOut(true);
        assertIn(false);
        obey(everything(), but(rule(1, true, 17, false, client, 5000)), everything());
        assertOut(true);
        assertIn(false);
        obey(but(rule(1, false, 17, false, remote, 5000)), everything(), everything());
        assertOut(true);
        assertIn(false);
    }

    @Test
    void aGatewaysOwnAclAlsoJudgesByTheClient() {
        open();
        IpPrefix all = IpPrefix.parse(ALL);
        for (boolean egress : new boolean[] {true, false}) {
            AclEntry denied =
                    new AclEntry(
                            1,
                            egress,
                            17,
                            false,
                            all,
                            0,
                            65535,
                            -1,
                            -1,
                            Optional.of(IpPrefix.parse("10.0.1.5/32")));
            obey(everything(), everything(), but(denied));
            assertOut(!egress);
            assertIn(egress);
        }
        byte[] other = Naive.udp(IpAddress.parse("10.0.1.6"), 5000, REMOTE, 53, new byte[20]);
        rig.out(other);
        assertThat(sentOut()).as("another client").isEqualTo(1);
    }

    @Test
    void whoIsInTheGatewaysSubnetOrInNoneMeetsOnlyItsOuterSide() {
        String remotes = "198.51.100.0/24";
        List<AclEntry> atGateway =
                List.of(rule(1, false, -1, true, remotes), rule(1, true, -1, true, remotes));
        obey(List.of(), atGateway, everything());
        rig.out(query());
        assertThat(sentOut()).as("from another subnet").isZero();
        rig.out(Naive.udp(IpAddress.parse("10.0.0.9"), 5000, REMOTE, 53, new byte[20]));
        assertThat(sentOut()).as("from the gateway's own subnet").isEqualTo(1);
        obey(List.of(), atGateway, everything(), false, "10.0.2.0/24");
        rig.out(query());
        assertThat(sentOut()).as("from no subnet").isEqualTo(1);
    }

    @Test
    void repliesPassAStatefulAclAndNoStatelessOne() {
        List<AclEntry> outward = List.of(rule(100, true, -1, true, ALL));
        List<AclEntry> both =
                List.of(rule(100, true, -1, true, ALL), rule(9, false, 17, true, "10.0.1.0/24"));
        obey(outward, both, outward, true, "10.0.1.0/24");
        assertOut(true);
        assertIn(true);
        obey(outward, both, outward, false, "10.0.1.0/24");
        assertOut(true);
        assertIn(false);
        List<AclEntry> none = List.of();
        obey(outward, both, none, true, "10.0.1.0/24");
        assertIn(false);
        assertOut(false);
    }

    @Test
    void errorsAboutAConnectionAreJudgedByTypeAndCodeAndPassWhereItIsStateful() {
        open();
        byte[] left = Arrays.copyOf(Naive.udp(EIP, nat(), REMOTE, 53, new byte[20]), 28);
        byte[] tooBig = Naive.error(REMOTE, EIP, 3, 4, 1400, left);
        List<AclEntry> noIcmp =
                List.of(
                        rule(1, false, 1, false, ALL),
                        rule(100, true, -1, true, ALL),
                        rule(100, false, -1, true, ALL));
        AclEntry fragmentationNeeded =
                new AclEntry(1, false, 1, true, IpPrefix.parse(ALL), 0, 65535, 3, 4);
        List<AclEntry> onlyTooBig =
                List.of(
                        fragmentationNeeded,
                        rule(2, false, 1, false, ALL),
                        rule(100, true, -1, true, ALL),
                        rule(100, false, -1, true, ALL));
        obey(everything(), noIcmp, everything());
        rig.in(tooBig);
        assertThat(sentIn()).isZero();
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_IN)).isEqualTo(1);
        obey(everything(), onlyTooBig, everything());
        rig.in(tooBig);
        rig.in(Naive.error(REMOTE, EIP, 3, 3, 0, left));
        assertThat(sentIn()).as("path MTU discovery alone").isEqualTo(1);
        obey(everything(), noIcmp, everything(), true, "10.0.1.0/24");
        rig.in(tooBig);
        assertThat(sentIn()).as("stateful").isEqualTo(1);
        List<AclEntry> nothingOut = List.of(rule(100, false, 17, true, ALL));
        obey(everything(), nothingOut, everything(), true, "10.0.1.0/24");
        rig.in(tooBig);
        assertThat(sentIn()).as("about what it does not let out").isZero();
    }

    private int nat() {
        return rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
    }

    @Test
    void verdictOfTheFirstFragmentIsThatOfAll() {
        List<byte[]> fragments =
                Naive.fragments(Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[3000]), 1024);
        obey(everything(), everything(), but(rule(1, true, 17, false, ALL, 53)));
        fragments.forEach(rig::out);
        rig.pass(2100);
        assertThat(sentOut()).as("later ones have no port to be judged by").isZero();
        obey(everything(), everything(), but(rule(1, true, 17, false, ALL, 0)));
        fragments.forEach(rig::out);
        assertThat(sentOut()).isEqualTo(fragments.size());
    }

    @Test
    void whatNeitherHasPortsNorIsIcmpIsNotTranslatedWhateverAclsSay() {
        obey(everything(), everything(), everything());
        rig.out(Naive.ip(CLIENT, REMOTE, 50, 64, new byte[40]));
        assertThat(rig.counters.drops(DropReason.PROTOCOL_UNSUPPORTED)).isEqualTo(1);
        assertThat(sentOut()).isZero();
    }

    @Test
    void aRuleOfOneFamilyNeverMatchesTheOther() {
        obey(everything(), everything(), everything());
        rig.out(Naive.udp(CLIENT6, 5000, REMOTE6, 53, new byte[4]));
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT)).isEqualTo(1);
        List<AclEntry> v6 = List.of(rule(101, true, -1, true, "::/0"));
        obey(v6, v6, v6, false, "fd00:1::/120");
        rig.out(Naive.udp(CLIENT6, 5000, REMOTE6, 53, new byte[4]));
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT)).as("in: no rule").isEqualTo(2);
        List<AclEntry> both = List.of(v6.getFirst(), rule(101, false, -1, true, "::/0"));
        obey(both, both, both, false, "fd00:1::/120");
        rig.out(Naive.udp(CLIENT6, 5000, REMOTE6, 53, new byte[4]));
        assertThat(sentOut()).isEqualTo(1);
    }

    @Test
    void rulesCountWhatTheyDecided() {
        obey(everything(), everything(), but(rule(5, true, 17, false, ALL, 99)));
        rig.out(query());
        rig.out(query());
        rig.in(answer());
        rig.out(Naive.udp(CLIENT, 5000, REMOTE, 99, new byte[4]));
        rig.out(Naive.udp(CLIENT, 5000, REMOTE, 99, new byte[4]));
        assertThat(hits(OWN))
                .as("once for a connection in each direction, and for each packet that is denied")
                .containsExactlyInAnyOrder(
                        new AclHits.Rule(true, 100, 1),
                        new AclHits.Rule(false, 100, 1),
                        new AclHits.Rule(true, 5, 2));
        assertThat(hits(AT_GATEWAY))
                .as("met twice on the way")
                .contains(new AclHits.Rule(false, 100, 1 + 2 + 1));
        List<AclEntry> none = List.of();
        obey(everything(), everything(), none);
        rig.out(query());
        assertThat(hits(OWN))
                .as("a known connection that is denied now; a new version counts anew")
                .containsExactly(new AclHits.Rule(true, 32767, 1));
    }

    private List<AclHits.Rule> hits(AclId id) {
        return rig.view.acls().stream()
                .map(AclHits::of)
                .filter(one -> one.acl().equals(id))
                .findFirst()
                .orElseThrow()
                .rules();
    }
}
