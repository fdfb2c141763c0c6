package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private final Topology topology = new Topology("t", 3, 3, 3, 2);

    @Test
    void everyAddressAndDeviceIsGivenOnce() {
        Topology large = new Topology("t", 9, 60, 100, 100);
        Set<String> seen = new HashSet<>();
        for (Host host : large.hosts()) {
            for (Host.Link link : host.links()) {
                assertThat(seen.add(link.ipv4())).as("%s", link).isTrue();
                assertThat(seen.add(link.ipv6())).as("%s", link).isTrue();
                assertThat(seen.add(link.routerDevice())).as("%s", link).isTrue();
            }
        }
    }

    @Test
    void deviceNamesFitIntoTheKernelsFifteenCharacters() {
        new Topology("t", 9, 60, 100, 100)
                .hosts().stream()
                        .flatMap(host -> host.links().stream())
                        .forEach(link -> {
                            assertThat(link.routerDevice()).hasSizeLessThanOrEqualTo(15);
                            assertThat(link.device()).hasSizeLessThanOrEqualTo(15);
                        });
    }

    @Test
    void bothDirectionsAreSpreadOverTheNodesThatAnswer() {
        assertThat(topology.spreadOver(Set.of(3, 1)))
                .containsExactly(
                        "route replace 10.255.0.1/32"
                                + " nexthop via 10.99.31.2 dev gw-1-u"
                                + " nexthop via 10.99.33.2 dev gw-3-u",
                        "route replace 203.0.113.0/24"
                                + " nexthop via 100.64.1.2 dev gw-1-o"
                                + " nexthop via 100.64.3.2 dev gw-3-o",
                        "route replace 2001:db8:eee::/64"
                                + " nexthop via fd64:0:0:1::2 dev gw-1-o"
                                + " nexthop via fd64:0:0:3::2 dev gw-3-o");
    }

    @Test
    void theLastClientIsAnotherTenantsWithTheFirstOnesAddress() {
        assertThat(Tenancy.insideAddress(topology, 1)).isEqualTo("10.0.1.11");
        assertThat(Tenancy.insideAddress(topology, 2)).isEqualTo("10.0.1.12");
        assertThat(Tenancy.insideAddress(topology, 3)).isEqualTo("10.0.1.11");
        assertThat(Tenancy.isSecondTenant(topology, 3)).isTrue();
        assertThat(Tenancy.isSecondTenant(topology, 2)).isFalse();
    }

    @Test
    void anUnknownHostIsRefusedWithTheNamesThereAre() {
        assertThatThrownBy(() -> topology.host("gw-4"))
                .hasMessageContaining("no host gw-4")
                .hasMessageContaining("gw-3");
    }

    @Test
    void aWrongNumberIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> new Topology("t", 0, 1, 1, 1))
                .hasMessage("--stores 0: 1 to 9 is allowed");
        assertThatThrownBy(() -> new Topology("../x", 1, 1, 1, 1)).hasMessageContaining("lab id");
    }

    @Test
    void stateSurvivesItsFile(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory) {
        Processes.Running process =
                new Processes.Running("gw-1", 1, 2, "out", "log", List.of("java", "-version"));
        LabState.Tenant tenant =
                new LabState.Tenant(
                        "111111111111",
                        "ant",
                        "key",
                        new LabState.AccessKey("SKIA", "secret"),
                        "vpc-1",
                        100,
                        "subnet-1",
                        "nat-1",
                        "10.0.1.4",
                        "fd00:aa::4",
                        List.of(new LabState.Eip("eipalloc-1", "203.0.113.1")),
                        "bucket",
                        "fl-1",
                        List.of("client-1"));
        LabState state =
                new LabState(
                        "t",
                        directory.toString(),
                        3,
                        3,
                        3,
                        2,
                        Underlay.DUAL,
                        Routing.PROBE,
                        "http://10.99.1.2:8080",
                        "operator",
                        "ec2",
                        new LabState.Bucket("http://s3", "us-east-1", "a", "s"),
                        List.of(process),
                        List.of(tenant));
        state.write();
        assertThat(LabState.read(directory)).isEqualTo(state);
        assertThat(state.topology()).isEqualTo(topology);
    }
}
