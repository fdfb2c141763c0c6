package io.sallyport.gateway.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.dataplane.NextHops;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A box with one outside device, and a router at its other end in a namespace of its own. */
@Tag("privileged")
class KernelNeighboursTest {

    private static final long ROUTER_MAC = 0x020000000a01L;

    private static void connect(TestNamespace box, TestNamespace router) {
        box.ip("link add out type veth peer name far netns " + router.name());
        router.ip("link set far address 02:00:00:00:0a:01");
        router.ip("addr add 198.51.100.1/24 dev far");
        router.ip("addr add 198.51.100.7/24 dev far");
        router.ip("addr add 2001:db8:51::1/64 dev far nodad");
        router.ip("link set far up");
        box.ip("addr add 198.51.100.2/24 dev out");
        box.ip("addr add 2001:db8:51::2/64 dev out nodad");
        box.ip("link set out mtu 1400 up");
        box.ip("route add default via 198.51.100.1");
        box.ip("-6 route add default via 2001:db8:51::1 mtu 1300");
        box.ip("route add 192.0.2.0/24 via 198.51.100.9");
        box.ip("neigh add 198.51.100.9 lladdr 02:00:00:00:0a:09 dev out nud permanent");
    }

    private static long macFor(KernelNeighbours neighbours, String to) {
        IpAddress address = IpAddress.parse(to);
        return neighbours.macFor(address.high(), address.low());
    }

    private static int mtuFor(KernelNeighbours neighbours, String to) {
        IpAddress address = IpAddress.parse(to);
        return neighbours.mtuFor(address.high(), address.low());
    }

    @Test
    void resolvesWhatTheWorkerMissesAndFollowsChanges() {
        try (TestNamespace box = new TestNamespace();
                TestNamespace router = new TestNamespace()) {
            connect(box, router);
            List<KernelNeighbours.Box> told = new CopyOnWriteArrayList<>();
            try (KernelNeighbours neighbours =
                    box.inside(() -> {
                        KernelNeighbours made = new KernelNeighbours("out", told::add);
                        made.start();
                        return made;
                    })) {
                for (String to : List.of("8.8.8.8", "198.51.100.7", "2606:4700::1")) {
                    await(to).until(() -> macFor(neighbours, to) == ROUTER_MAC);
                }
                assertThat(macFor(neighbours, "192.0.2.55")).isEqualTo(0x020000000a09L);
                assertThat(mtuFor(neighbours, "8.8.8.8")).isEqualTo(1400);
                assertThat(mtuFor(neighbours, "2606:4700::1")).isEqualTo(1300);
                assertThat(macFor(neighbours, "198.51.100.200")).isEqualTo(NextHops.UNRESOLVED);
                assertThat(told.getFirst().outsideSubnets())
                        .contains(IpPrefix.parse("198.51.100.0/24"));
                assertThat(told.getFirst().addresses())
                        .anyMatch(owned ->
                                owned.removal().equals("ip addr del 198.51.100.2/24 dev out"));

                box.ip("route replace default via 198.51.100.9");
                await().until(() -> macFor(neighbours, "8.8.8.8") == 0x020000000a09L);
                box.ip("addr add 198.51.100.3/24 dev out");
                await().until(() ->
                        told.getLast().addresses().stream()
                                .anyMatch(owned ->
                                        owned.address().equals(IpAddress.parse("198.51.100.3"))));
                box.ip("link set out down");
                await().until(() -> macFor(neighbours, "8.8.8.8") == NextHops.UNRESOLVED);
            }
        }
    }

    @Test
    void namesADeviceThatIsNotThere() {
        try (TestNamespace box = new TestNamespace()) {
            assertThatThrownBy(() -> box.inside(() -> new KernelNeighbours("none", ignored -> {})))
                    .hasMessageContaining("no network device is called none");
        }
    }
}
