package io.sallyport.gateway.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.Netlink.Hop;
import io.sallyport.gateway.io.Netlink.Link;
import io.sallyport.gateway.io.Netlink.Neighbour;
import io.sallyport.gateway.io.Netlink.Route;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteSnapshotTest {

    private static final Link OUTSIDE = new Link(3, "out", 0x020000000001L, 1500, true);

    private static Route route(
            String prefix, int link, @org.jspecify.annotations.Nullable String via, long metric) {
        return new Route(
                IpPrefix.parse(prefix),
                List.of(new Hop(link, Optional.ofNullable(via).map(IpAddress::parse))),
                metric,
                0);
    }

    private static Neighbour neighbour(String address, long mac) {
        return new Neighbour(3, IpAddress.parse(address), mac, false);
    }

    private static long mac(RouteSnapshot routes, String address) {
        IpAddress to = IpAddress.parse(address);
        int route = routes.route(to.high(), to.low());
        int hop = route < 0 ? -1 : routes.hop(route, to.high(), to.low());
        if (hop < 0) {
            return -2;
        }
        return routes.onLink(hop)
                ? routes.mac(to.high(), to.low())
                : routes.mac(routes.hopHigh(hop), routes.hopLow(hop));
    }

    @Test
    void goesByTheLongestPrefixOfTheOutsideDeviceOnly() {
        RouteSnapshot routes =
                RouteSnapshot.of(
                        OUTSIDE,
                        List.of(
                                route("0.0.0.0/0", 2, "192.168.0.1", 0),
                                route("0.0.0.0/0", 3, "198.51.100.1", 100),
                                route("198.51.100.0/24", 3, null, 0),
                                route("203.0.113.0/24", 3, "198.51.100.2", 0),
                                route("::/0", 3, "2001:db8::1", 1024)),
                        List.of(
                                neighbour("198.51.100.1", 1),
                                neighbour("198.51.100.2", 2),
                                neighbour("198.51.100.9", 9),
                                neighbour("198.51.100.8", -1),
                                neighbour("2001:db8::1", 6)));
        assertThat(mac(routes, "8.8.8.8")).isEqualTo(1);
        assertThat(mac(routes, "203.0.113.77")).isEqualTo(2);
        assertThat(mac(routes, "198.51.100.9")).isEqualTo(9);
        assertThat(mac(routes, "198.51.100.8")).isEqualTo(AddressMap.MISSING);
        assertThat(mac(routes, "2606:4700::1")).isEqualTo(6);
        assertThat(routes.routers())
                .contains(IpAddress.parse("198.51.100.1"), IpAddress.parse("2001:db8::1"));
    }

    @Test
    void sendsNothingWhereThereIsNoRouteOrARefusingOne() {
        RouteSnapshot routes =
                RouteSnapshot.of(
                        OUTSIDE,
                        List.of(
                                route("0.0.0.0/0", 3, "198.51.100.1", 0),
                                new Route(IpPrefix.parse("10.0.0.0/8"), List.of(), 0, 0)),
                        List.of(neighbour("198.51.100.1", 1)));
        assertThat(mac(routes, "10.1.2.3")).isEqualTo(-2);
        assertThat(mac(routes, "2001:db8::7")).isEqualTo(-2);
        assertThat(mac(RouteSnapshot.EMPTY, "8.8.8.8")).isEqualTo(-2);
    }

    @Test
    void prefersTheLowestMetricAndKnowsTheRoutesMtu() {
        IpAddress to = IpAddress.parse("8.8.8.8");
        RouteSnapshot routes =
                RouteSnapshot.of(
                        OUTSIDE,
                        List.of(
                                route("0.0.0.0/0", 3, "198.51.100.1", 200),
                                new Route(
                                        IpPrefix.parse("0.0.0.0/0"),
                                        List.of(
                                                new Hop(
                                                        3,
                                                        Optional.of(
                                                                IpAddress.parse("198.51.100.2")))),
                                        100,
                                        1280)),
                        List.of(neighbour("198.51.100.1", 1), neighbour("198.51.100.2", 2)));
        assertThat(mac(routes, "8.8.8.8")).isEqualTo(2);
        assertThat(routes.mtu(routes.route(to.high(), to.low()))).isEqualTo(1280);
        assertThat(routes.mtu(-1)).isEqualTo(1500);
    }

    @Test
    void agreesWithANaiveSearchForRandomTables() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int table = 0; table < 200; table++) {
            List<Route> routes = new ArrayList<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                IpAddress address = address(random);
                int length = random.nextInt(address.bits() + 1);
                routes.add(
                        new Route(
                                new IpPrefix(address, length),
                                List.of(new Hop(3, Optional.of(address(random)))),
                                i,
                                0));
            }
            RouteSnapshot snapshot = RouteSnapshot.of(OUTSIDE, routes, List.of());
            for (int i = 0; i < 50; i++) {
                IpAddress to = address(random);
                Optional<Route> naive =
                        routes.stream()
                                .filter(route -> route.prefix().contains(to))
                                .min(
                                        Comparator.comparing(
                                                        (Route route) -> -route.prefix().length())
                                                .thenComparing(Route::metric));
                int route = snapshot.route(to.high(), to.low());
                Optional<IpAddress> found =
                        route < 0
                                ? Optional.empty()
                                : Optional.of(
                                        IpAddress.of(
                                                snapshot.hopHigh(
                                                        snapshot.hop(route, to.high(), to.low())),
                                                snapshot.hopLow(
                                                        snapshot.hop(route, to.high(), to.low()))));
                assertThat(found)
                        .as("seed %d, to %s among %s", seed, to, routes)
                        .isEqualTo(naive.flatMap(one -> one.hops().getFirst().via()));
            }
        }
    }

    @Test
    void answersTheWorkerWithoutAllocating() {
        RouteSnapshot routes =
                RouteSnapshot.of(
                        OUTSIDE,
                        List.of(
                                route("0.0.0.0/0", 3, "198.51.100.1", 0),
                                route("198.51.100.0/24", 3, null, 0)),
                        List.of(neighbour("198.51.100.1", 1)));
        MissRing misses = new MissRing();
        ask(routes, misses, 102_400);
        assertThat(allocatedBy(() -> ask(routes, misses, 1_024_000))).isLessThan(10_000);
        // The measure itself sees an allocation.
        long[][] kept = new long[1000][];
        assertThat(
                        allocatedBy(() -> {
                            for (int i = 0; i < kept.length; i++) {
                                kept[i] = new long[100];
                            }
                        }))
                .isGreaterThan(800_000);
    }

    private static void ask(RouteSnapshot routes, MissRing misses, int times) {
        long found = 0;
        for (int i = 0; i < times; i++) {
            long low = 0xffff_0000_0000L | (0xc633_6400L + (i & 0x1ff));
            int hop = routes.hop(routes.route(0, low), 0, low);
            if (routes.onLink(hop)) {
                misses.note(0, low);
            } else {
                found += routes.mac(routes.hopHigh(hop), routes.hopLow(hop));
            }
        }
        assertThat(found).isEqualTo(times / 2);
    }

    private static long allocatedBy(Runnable code) {
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        code.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** Few distinct bits, so that prefixes nest. */
    private static IpAddress address(Random random) {
        long few = random.nextLong() & 0x8421_8421_c3c3_8003L;
        return random.nextBoolean()
                ? new io.sallyport.net.Ipv4((int) few)
                : IpAddress.of(few | 0x2000_0000_0000_0000L, random.nextLong(4));
    }
}
