package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.ALICE;
import static io.sallyport.store.catalog.Words.acl;
import static io.sallyport.store.catalog.Words.entry;
import static io.sallyport.store.catalog.Words.vpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclPath.Boundary;
import io.sallyport.store.catalog.Resource.NetworkAcl;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** AWS's order, by what each boundary sees of one connection. */
class AclPathTest {

    private static final AclPath.Flow FLOW =
            new AclPath.Flow(
                    Protocol.TCP,
                    Endpoint.parse("10.0.1.5:40000"),
                    Endpoint.parse("198.51.100.11:443"),
                    Endpoint.parse("10.0.0.4:2048"));

    private static final NetworkAcl OPEN =
            of(
                    1,
                    false,
                    entry(100, true, -1, true, "0.0.0.0/0"),
                    entry(100, false, -1, true, "0.0.0.0/0"));

    private static NetworkAcl of(int number, boolean stateful, AclEntry... entries) {
        return new NetworkAcl(
                acl(number), ALICE, Optional.of(vpc(1)), false, stateful, List.of(entries), 1);
    }

    private static AclEntry tcp(boolean egress, String prefix, int from, int to) {
        return new AclEntry(7, egress, 6, true, IpPrefix.parse(prefix), from, to, -1, -1);
    }

    private static AclPath path(NetworkAcl clients, NetworkAcl gateways, NetworkAcl own) {
        return new AclPath(
                Optional.of(clients),
                Optional.of(gateways),
                Optional.of(own),
                Optional.of(gateways));
    }

    private static List<Boundary> met(AclPath path, boolean outward) {
        return path.steps(outward, FLOW, 0, 0).stream().map(AclPath.Step::at).toList();
    }

    @Test
    void aPacketOutMeetsClientsSubnetGatewaysSubnetGatewayAndThatSubnetAgain() {
        assertThat(met(path(OPEN, OPEN, OPEN), true)).containsExactly(Boundary.values());
        assertThat(met(path(OPEN, OPEN, OPEN), false))
                .containsExactlyElementsOf(List.of(Boundary.values()).reversed());
    }

    @Test
    void theNarrowestRulesThatLetAConnectionThroughAreThose() {
        NetworkAcl clients =
                of(
                        2,
                        false,
                        tcp(true, "198.51.100.11/32", 443, 443),
                        tcp(false, "198.51.100.11/32", 40000, 40000));
        NetworkAcl gateways =
                of(
                        3,
                        false,
                        new AclEntry(
                                1, false, 6, true, IpPrefix.parse("10.0.1.5/32"), 443, 443, -1, -1),
                        new AclEntry(
                                2,
                                true,
                                6,
                                true,
                                IpPrefix.parse("198.51.100.11/32"),
                                443,
                                443,
                                -1,
                                -1),
                        // What AWS tells to open for a NAT gateway: its ports are 1024 to 65535.
                        new AclEntry(
                                3,
                                false,
                                6,
                                true,
                                IpPrefix.parse("0.0.0.0/0"),
                                1024,
                                65535,
                                -1,
                                -1),
                        new AclEntry(
                                4,
                                true,
                                6,
                                true,
                                IpPrefix.parse("10.0.1.5/32"),
                                40000,
                                40000,
                                -1,
                                -1));
        AclPath path = path(clients, gateways, OPEN);
        assertThat(path.allows(true, FLOW, 0, 0)).isTrue();
        assertThat(path.allows(false, FLOW, 0, 0)).isTrue();
        assertThat(path.steps(false, FLOW, 0, 0).getFirst().decision())
                .as("the NAT port")
                .isEqualTo(new AclDecision(true, 3));
    }

    @Test
    void withoutTheNatGatewaysPortsRepliesEndAtItsSubnet() {
        NetworkAcl gateways =
                of(
                        3,
                        false,
                        entry(100, true, -1, true, "0.0.0.0/0"),
                        tcp(false, "0.0.0.0/0", 443, 443));
        AclPath path = path(OPEN, gateways, OPEN);
        assertThat(path.allows(true, FLOW, 0, 0)).isTrue();
        List<AclPath.Step> back = path.steps(false, FLOW, 0, 0);
        assertThat(back).hasSize(1);
        assertThat(back.getFirst().at()).isEqualTo(Boundary.GATEWAY_SUBNET_OUTSIDE);
        assertThat(back.getFirst().decision()).isEqualTo(new AclDecision(false, 32767));
    }

    @Test
    void aStatefulAclPassesRepliesOfWhatItLetsOut() {
        NetworkAcl out = of(4, true, entry(100, true, -1, true, "0.0.0.0/0"));
        AclPath path = path(OPEN, OPEN, out);
        List<AclPath.Step> back = path.steps(false, FLOW, 0, 0);
        assertThat(path.allows(false, FLOW, 0, 0)).isTrue();
        assertThat(back.get(1).tracked()).isTrue();
        assertThat(back.get(1).decision().allow()).isFalse();
        assertThat(path(OPEN, OPEN, of(4, true)).allows(false, FLOW, 0, 0))
                .as("what it does not let out has no replies")
                .isFalse();
    }
}
