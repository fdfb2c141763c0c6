package io.sallyport.gateway.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.net.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Host routes in a real kernel's tables. */
@Tag("privileged")
class HostRoutesTest {

    private static final HostRoute FOUR = route("203.0.113.7", 100);
    private static final HostRoute SIX = route("2001:db8::7", 100);

    private final TestNamespace box = new TestNamespace();

    private static HostRoute route(String address, int metric) {
        return new HostRoute(IpAddress.parse(address), metric);
    }

    @AfterEach
    void close() {
        box.close();
    }

    @Test
    void routesComeAndGoInATableOfTheirOwn() {
        box.inside(() -> {
            try (HostRoutes routes = new HostRoutes(1083)) {
                routes.add(FOUR);
                routes.add(FOUR);
                routes.add(SIX);
                routes.add(route("203.0.113.7", 1000));
                assertThat(routes.list())
                        .containsExactlyInAnyOrder(FOUR, SIX, route("203.0.113.7", 1000));
                assertThat(box.ip("route show table 1083"))
                        .contains("blackhole 203.0.113.7 proto 83 metric 100");
                assertThat(box.ip("-6 route show table 1083")).contains("2001:db8::7", "proto 83");
                routes.remove(FOUR);
                routes.remove(FOUR);
                routes.remove(SIX);
                assertThat(routes.list()).containsExactly(route("203.0.113.7", 1000));
            }
            return true;
        });
    }

    @Test
    void othersRoutesAreNeitherSeenNorTouched() {
        box.ip("route add blackhole 203.0.113.9/32 metric 100");
        box.ip("route add blackhole 203.0.113.0/24 proto 83");
        box.inside(() -> {
            try (HostRoutes routes = new HostRoutes(254)) {
                assertThat(routes.list()).isEmpty();
                routes.add(FOUR);
                routes.remove(route("203.0.113.9", 100));
                assertThat(routes.list()).containsExactly(FOUR);
            }
            return true;
        });
        assertThat(box.ip("route show")).contains("203.0.113.9", "203.0.113.0/24");
    }

    @Test
    void whatIsAnnouncedInTheMainTableIsNoWayForPackets() {
        box.inside(() -> {
            try (HostRoutes routes = new HostRoutes(254);
                    Netlink netlink = new Netlink()) {
                routes.add(FOUR);
                assertThat(netlink.routes())
                        .noneMatch(route -> route.prefix().contains(FOUR.address()));
            }
            return true;
        });
    }

    @Test
    void anAddressIsHereByItsInterfaceOrByALocalRoute() {
        box.ip("address add 10.1.1.1/32 dev lo");
        box.ip("route add local 10.1.1.2/32 dev lo");
        box.inside(() -> {
            try (Netlink netlink = new Netlink()) {
                assertThat(netlink.isLocal(IpAddress.parse("10.1.1.1"))).isTrue();
                assertThat(netlink.isLocal(IpAddress.parse("10.1.1.2"))).isTrue();
                assertThat(netlink.isLocal(IpAddress.parse("10.1.1.3"))).isFalse();
            }
            return true;
        });
    }
}
