package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Endpoint;
import io.sallyport.net.FlowKey;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkAclsTest {

    private static final IpAddress REMOTE = IpAddress.parse("198.51.100.11");
    private static final IpAddress NEAR = IpAddress.parse("10.0.0.1");

    private static AclDecision tcp(List<AclEntry> entries, boolean egress, int port) {
        return NetworkAcls.decide(entries, egress, Protocol.TCP, REMOTE, NEAR, port, 0, 0);
    }

    @Test
    void withoutAMatchItIsDeniedByTheReservedRuleOfItsFamily() {
        assertThat(tcp(List.of(), true, 80)).isEqualTo(new AclDecision(false, 32767));
        assertThat(
                        NetworkAcls.decide(
                                List.of(entry(1, true, -1, true, "0.0.0.0/0")),
                                true,
                                Protocol.TCP,
                                IpAddress.parse("2001:db8::1"),
                                IpAddress.parse("fd00::1"),
                                80,
                                0,
                                0))
                .as("a rule of IPv4 never matches IPv6")
                .isEqualTo(new AclDecision(false, 32768));
    }

    @Test
    void lowestRuleThatMatchesDecidesWhateverTheOrderOfTheList() {
        List<AclEntry> entries =
                List.of(
                        entry(300, true, -1, true, "0.0.0.0/0"),
                        entry(200, true, 6, false, "198.51.100.0/24"),
                        entry(100, true, 17, true, "198.51.100.0/24"));
        assertThat(tcp(entries, true, 80)).isEqualTo(new AclDecision(false, 200));
    }

    @Test
    void directionsAreTwoListsAndRepliesNeedTheirOwnRule() {
        List<AclEntry> entries = List.of(entry(100, true, -1, true, "0.0.0.0/0"));
        assertThat(tcp(entries, true, 80).allow()).isTrue();
        assertThat(tcp(entries, false, 40000).allow()).isFalse();
    }

    @Test
    void portsAreInclusiveAtBothEnds() {
        List<AclEntry> entries =
                List.of(
                        new AclEntry(
                                1, true, 6, true, IpPrefix.parse("0.0.0.0/0"), 80, 443, -1, -1));
        assertThat(tcp(entries, true, 79).allow()).isFalse();
        assertThat(tcp(entries, true, 80).allow()).isTrue();
        assertThat(tcp(entries, true, 443).allow()).isTrue();
        assertThat(tcp(entries, true, 444).allow()).isFalse();
    }

    @Test
    void icmpIsJudgedByTypeAndCodeOfItsOwnFamily() {
        AclEntry echo =
                new AclEntry(1, true, 1, true, IpPrefix.parse("0.0.0.0/0"), 0, 65535, 8, -1);
        assertThat(icmp(List.of(echo), 8, 5).allow()).isTrue();
        assertThat(icmp(List.of(echo), 0, 0).allow()).isFalse();
        AclEntry exact =
                new AclEntry(1, true, 1, true, IpPrefix.parse("0.0.0.0/0"), 0, 65535, 3, 4);
        assertThat(icmp(List.of(exact), 3, 4).allow()).isTrue();
        assertThat(icmp(List.of(exact), 3, 3).allow()).isFalse();
        AclEntry v6 = entry(1, true, 58, true, "0.0.0.0/0");
        assertThat(
                        NetworkAcls.decide(
                                        List.of(v6), true, Protocol.ICMPV6, REMOTE, NEAR, 0, 128, 0)
                                .allow())
                .as("58 with an IPv4 prefix is every type")
                .isTrue();
    }

    private static AclDecision icmp(List<AclEntry> entries, int type, int code) {
        return NetworkAcls.decide(entries, true, Protocol.ICMP, REMOTE, NEAR, 0, type, code);
    }

    @Test
    void remoteIsTheTargetGoingOutAndTheSourceComingIn() {
        FlowKey out =
                new FlowKey(
                        Protocol.TCP, Endpoint.parse("10.0.0.1:40000"), new Endpoint(REMOTE, 80));
        List<AclEntry> entries =
                List.of(
                        new AclEntry(
                                1,
                                true,
                                6,
                                true,
                                IpPrefix.parse("198.51.100.0/24"),
                                80,
                                80,
                                -1,
                                -1),
                        new AclEntry(
                                1,
                                false,
                                6,
                                true,
                                IpPrefix.parse("198.51.100.0/24"),
                                1024,
                                65535,
                                -1,
                                -1));
        assertThat(NetworkAcls.decide(entries, true, out, 0, 0).allow()).isTrue();
        assertThat(NetworkAcls.decide(entries, false, out.reverse(), 0, 0).allow()).isTrue();
        assertThat(NetworkAcls.decide(entries, false, out, 0, 0).allow()).isFalse();
    }

    /**
     * The web subnet's ACL of the VPC guide: port ranges, a range for replies, one host refused.
     */
    @Test
    void exampleOfTheGuideDecidesAsItSays() {
        List<AclEntry> web =
                List.of(
                        ports(100, false, true, "0.0.0.0/0", 80, 80),
                        ports(110, false, true, "0.0.0.0/0", 443, 443),
                        ports(120, false, true, "192.0.2.0/24", 22, 22),
                        ports(130, false, true, "192.0.2.0/24", 3389, 3389),
                        ports(140, false, true, "0.0.0.0/0", 32768, 65535),
                        ports(100, true, true, "0.0.0.0/0", 80, 80),
                        ports(110, true, true, "0.0.0.0/0", 443, 443),
                        ports(120, true, true, "192.0.2.0/24", 1024, 65535),
                        ports(140, true, true, "0.0.0.0/0", 32768, 65535));
        assertThat(tcp(web, false, 80)).isEqualTo(new AclDecision(true, 100));
        assertThat(tcp(web, false, 443)).isEqualTo(new AclDecision(true, 110));
        assertThat(tcp(web, false, 22))
                .as("not from there")
                .isEqualTo(new AclDecision(false, 32767));
        assertThat(tcp(web, false, 40000)).isEqualTo(new AclDecision(true, 140));
        assertThat(tcp(web, false, 1024)).isEqualTo(new AclDecision(false, 32767));
        assertThat(tcp(web, true, 49152)).isEqualTo(new AclDecision(true, 140));
        assertThat(tcp(web, true, 25)).isEqualTo(new AclDecision(false, 32767));
    }

    private static AclEntry ports(
            int rule, boolean egress, boolean allow, String prefix, int from, int to) {
        return new AclEntry(rule, egress, 6, allow, IpPrefix.parse(prefix), from, to, -1, -1);
    }

    @Test
    void aDenyBeforeAnAllowForAllRefusesOneHostOnly() {
        List<AclEntry> entries =
                List.of(
                        entry(99, true, -1, false, "198.51.100.11/32"),
                        entry(100, true, -1, true, "0.0.0.0/0"));
        assertThat(tcp(entries, true, 80)).isEqualTo(new AclDecision(false, 99));
        assertThat(
                        NetworkAcls.decide(
                                entries,
                                true,
                                Protocol.TCP,
                                IpAddress.parse("198.51.100.12"),
                                NEAR,
                                80,
                                0,
                                0))
                .isEqualTo(new AclDecision(true, 100));
    }

    @Test
    void aDefaultAclAllowsEverythingOfTheVpcsFamilies() {
        List<AclEntry> v4 = NetworkAcls.allowAll(Words.prefixes("10.0.0.0/16"));
        List<AclEntry> both = NetworkAcls.allowAll(Words.prefixes("10.0.0.0/16", "fd00::/56"));
        for (boolean egress : new boolean[] {true, false}) {
            assertThat(tcp(v4, egress, 25)).isEqualTo(new AclDecision(true, 100));
            assertThat(v6(v4, egress)).isEqualTo(new AclDecision(false, 32768));
            assertThat(v6(both, egress)).isEqualTo(new AclDecision(true, 101));
        }
    }

    private static AclDecision v6(List<AclEntry> entries, boolean egress) {
        return NetworkAcls.decide(
                entries,
                egress,
                Protocol.TCP,
                IpAddress.parse("2001:db8::1"),
                IpAddress.parse("fd00::1"),
                80,
                0,
                0);
    }

    @Test
    void prefixesAreCanonicalAndProtocolsWithoutPortsHaveAll() {
        assertThat(IpPrefix.parse("100.68.0.18/18")).isEqualTo(IpPrefix.parse("100.68.0.0/18"));
        AclEntry gre = new AclEntry(1, true, 47, true, IpPrefix.parse("0.0.0.0/0"), 80, 80, 8, 0);
        AclEntry all = new AclEntry(1, true, -1, true, IpPrefix.parse("0.0.0.0/0"), 80, 80, 8, 0);
        assertThat(
                        NetworkAcls.decide(
                                        List.of(gre), true, new Protocol(47), REMOTE, NEAR, 0, 0, 0)
                                .allow())
                .isTrue();
        assertThat(tcp(List.of(all), true, 443).allow()).isTrue();
        assertThat(tcp(List.of(gre), true, 80).allow()).as("another protocol").isFalse();
    }

    @Test
    void pathMtuDiscoveryAndTraceroutesNeedTheirTypes() {
        AclEntry tooBig =
                new AclEntry(1, true, 1, true, IpPrefix.parse("0.0.0.0/0"), 0, 65535, 3, 4);
        AclEntry exceeded =
                new AclEntry(2, true, 1, true, IpPrefix.parse("0.0.0.0/0"), 0, 65535, 11, 0);
        AclEntry tooBig6 = new AclEntry(3, true, 58, true, IpPrefix.parse("::/0"), 0, 65535, 2, 0);
        List<AclEntry> entries = List.of(tooBig, exceeded, tooBig6);
        assertThat(icmp(entries, 3, 4).ruleNumber()).isEqualTo(1);
        assertThat(icmp(entries, 11, 0).ruleNumber()).isEqualTo(2);
        assertThat(icmp(entries, 8, 0).allow()).isFalse();
        assertThat(
                        NetworkAcls.decide(
                                entries,
                                true,
                                Protocol.ICMPV6,
                                IpAddress.parse("2001:db8::1"),
                                IpAddress.parse("fd00::1"),
                                0,
                                2,
                                0))
                .isEqualTo(new AclDecision(true, 3));
    }

    @Test
    void anEntryMayAlsoJudgeByTheNearAddress() {
        AclEntry one =
                new AclEntry(
                        1,
                        true,
                        -1,
                        true,
                        IpPrefix.parse("0.0.0.0/0"),
                        0,
                        65535,
                        -1,
                        -1,
                        Optional.of(IpPrefix.parse("10.0.0.0/31")));
        assertThat(tcp(List.of(one), true, 80).allow()).isTrue();
        assertThat(
                        NetworkAcls.decide(
                                        List.of(one),
                                        true,
                                        Protocol.TCP,
                                        REMOTE,
                                        IpAddress.parse("10.0.0.2"),
                                        80,
                                        0,
                                        0)
                                .allow())
                .isFalse();
    }
}
