package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Routers learn and lose a node's routes by each of the BGP daemons: BIRD beside gw-1, FRR beside
 * gw-2, ExaBGP beside gw-3, with the configurations that the documentation offers. How long it
 * takes until the router's kernel sends nothing more is printed, not asserted.
 */
@Tag("privileged")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ID = "r" + ProcessHandle.current().pid() % 10_000_000;

    private final Path directory =
            Installation.find().home().resolve("chaos-tests/target/lab-" + ID);
    private final Topology topology = new Topology(ID, 1, 3, 1, 1);
    private final RouterRoutes router = new RouterRoutes(topology);
    private List<String> addresses = List.of();

    @BeforeAll
    void up() throws IOException {
        Set<String> missing = Routing.MIXED.missing();
        Assumptions.assumeTrue(
                missing.isEmpty(), "no BGP here: apt-get install " + String.join(" ", missing));
        Assumptions.assumeTrue(
                Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith("4294967295"),
                "FRR gives up root's rights, which a user namespace of one user does not permit");
        Lab.Wish wish =
                new Lab.Wish(topology, directory, Routing.MIXED, 60, false, List.of(), call -> {});
        try {
            LabState state =
                    Lab.up(
                            Trained.installation(),
                            wish,
                            line -> System.out.println("lab: " + line));
            addresses =
                    Stream.concat(
                                    Stream.of(topology.underlay().tunnelAddress),
                                    state.tenants().getFirst().eips().stream()
                                            .map(LabState.Eip::address))
                            .toList();
        } catch (RuntimeException e) {
            down();
            throw e;
        }
        awaitAll();
    }

    @AfterAll
    void down() {
        Lab.down(ID, directory);
    }

    private void awaitAll() {
        addresses.forEach(address -> router.await(address, Set.of(1, 2, 3), PATIENCE));
    }

    private LabState state() {
        return LabState.read(directory);
    }

    private Faults faults() {
        return new Faults(state());
    }

    /** All that speaks BGP beside a node. */
    private List<String> daemons(int n) {
        return state().processes().stream()
                .map(Processes.Running::name)
                .filter(name -> name.matches("(bgp|bfd|zebra)-gw-" + n))
                .toList();
    }

    private void lost(String what, int n, Runnable fault) {
        try (RouteWatch watch = new RouteWatch(topology)) {
            long since = System.nanoTime();
            fault.run();
            System.out.println(
                    "%-28s gw-%d (%s): traffic moved after %.0f ms"
                            .formatted(
                                    what,
                                    n,
                                    Routing.MIXED.speaker(n),
                                    watch.awaitGone(addresses, n, since)));
        }
    }

    @Test
    void aStoppedNodeIsLeftOutAndComesBack() {
        for (int n = 1; n <= 3; n++) {
            List<String> node = List.of("gw-" + n);
            lost("gateway process stopped", n, () -> faults().pause(node));
            faults().resume(node);
            awaitAll();
        }
    }

    @Test
    void aKilledNodeIsLeftOutAndItsNextLifeComesBack() {
        lost("gateway process killed", 1, () -> faults().kill(List.of("gw-1")));
        Lab.restart(state(), "gw-1");
        awaitAll();
    }

    @Test
    void aNodeWhoseDaemonStopsIsLeftOutByBfdOrByTheHoldTimer() {
        for (int n = 1; n <= 3; n++) {
            List<String> daemons = daemons(n);
            lost("BGP daemon stopped", n, () -> faults().pause(daemons));
            faults().resume(daemons);
            awaitAll();
        }
    }

    @Test
    void aNodeWhoseLinksGoDownIsLeftOut() {
        lost("links down", 2, () -> faults().cut("gw-2"));
        faults().heal();
        awaitAll();
    }

    /** What a node does that drains with {@code announce.leave=worsen}, done by hand. */
    @Test
    void aWorseMetricIsAWorseMedAndTheRouterPrefersOthers() {
        for (int n = 1; n <= 3; n++) {
            // So that nobody mends the routes meanwhile.
            List<String> who = List.of("guard-gw-" + n, "gw-" + n);
            faults().pause(who);
            int table = BgpDaemons.table(Routing.MIXED.speaker(n));
            Host node = topology.gateway(n);
            lost(
                    "metric worsened",
                    n,
                    () -> {
                        routes(node, table, "add", 1000);
                        routes(node, table, "delete", 100);
                    });
            routes(node, table, "add", 100);
            routes(node, table, "delete", 1000);
            faults().resume(List.of("gw-" + n));
            awaitAll();
            faults().resume(List.of("guard-gw-" + n));
        }
    }

    private void routes(Host node, int table, String verb, int metric) {
        Network.batch(
                node.inside("ip", "-batch", "-"),
                addresses.stream()
                        .map(address ->
                                "route %s blackhole %s proto 83 metric %d table %d"
                                        .formatted(verb, address, metric, table))
                        .toList());
    }

    @Test
    void onlyHostRoutesOfOurProtocolAreAnnounced() {
        for (int n = 1; n <= 3; n++) {
            int table = BgpDaemons.table(Routing.MIXED.speaker(n));
            Host node = topology.gateway(n);
            for (String route :
                    List.of(
                            "198.51.99.0/24 proto 83",
                            "203.0.113.128/25 proto 83",
                            "198.51.99.9/32 proto 83")) {
                String words = "ip route add blackhole " + route + " metric 100 table " + table;
                Shell.run(node.inside(words.split(" "))).orFail();
            }
        }
        // One that may pass is heard of after those that may not.
        for (int n = 1; n <= 3; n++) {
            int table = BgpDaemons.table(Routing.MIXED.speaker(n));
            String words =
                    "ip route add blackhole 203.0.113.99/32 proto 83 metric 100 table " + table;
            Shell.run(topology.gateway(n).inside(words.split(" "))).orFail();
        }
        // The node sees to its own routes: what it does not carry goes within a second.
        router.await("203.0.113.99", Set.of(), PATIENCE);
        String known =
                Shell.run(topology.router().inside("ip", "route", "show", "proto", "bird"))
                        .orFail();
        assertThat(known).doesNotContain("198.51.99", "203.0.113.128", "default");
        awaitAll();
    }

    @Test
    void nothingIsImportedFromARouterThatAnnouncesEverything() throws IOException {
        Path control = directory.resolve("router/bird.ctl");
        String config = Files.readString(directory.resolve("router/bird.conf"));
        Path rogue =
                Files.writeString(
                        directory.resolve("router/rogue.conf"),
                        config.replace("export none", "export all")
                                + """
                                protocol static {
                                  ipv4;
                                  route 0.0.0.0/0 blackhole;
                                  route 203.0.113.1/32 blackhole;
                                  route 198.51.98.0/24 blackhole;
                                }
                                """);
        bird(control, "configure \"" + rogue + "\"");
        try {
            for (int n = 1; n <= 3; n++) {
                String session = "show protocols all outside_" + n;
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() ->
                                bird(control, session)
                                        .matches("(?s).*Routes:.*[1-9]\\d* exported.*"));
            }
            Path node = directory.resolve("gw-1/bird.ctl");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            bird(node, "show protocols all outside")
                                    .matches("(?s).*Import updates: +[1-9].*"));
            for (int n = 1; n <= 3; n++) {
                for (String family : List.of("-4", "-6")) {
                    String routes =
                            Shell.run(
                                            topology.gateway(n)
                                                    .inside(
                                                            "ip", family, "route", "show", "table",
                                                            "all"))
                                    .orFail();
                    assertThat(routes).doesNotContain("proto bird", "proto bgp", "198.51.98");
                }
            }
        } finally {
            bird(control, "configure \"" + directory.resolve("router/bird.conf") + "\"");
        }
        awaitAll();
    }

    private static String bird(Path control, String command) {
        return Shell.run(List.of("birdc", "-s", control.toString(), command), "").orFail();
    }
}
