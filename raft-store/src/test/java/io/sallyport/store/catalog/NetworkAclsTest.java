package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.Words.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.Endpoint;
import io.sallyport.net.FlowKey;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkAclsTest {

    private static final IpAddress REMOTE = IpAddress.parse("198.51.100.11");

    private static AclDecision tcp(List<AclEntry> entries, boolean egress, int port) {
        return NetworkAcls.decide(entries, egress, Protocol.TCP, REMOTE, port, 0, 0);
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
                        NetworkAcls.decide(List.of(v6), true, Protocol.ICMPV6, REMOTE, 0, 128, 0)
                                .allow())
                .as("58 with an IPv4 prefix is every type")
                .isTrue();
    }

    private static AclDecision icmp(List<AclEntry> entries, int type, int code) {
        return NetworkAcls.decide(entries, true, Protocol.ICMP, REMOTE, 0, type, code);
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
}
