package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes, stores, sessions and tunnels without an IPv4 address: both families are translated, and
 * IPv4 finds its way by IPv6 next hops, by fixed routes as by BGP (BIRD, FRR, ExaBGP; RFC 8950).
 */
@Tag("privileged")
class Ipv6UnderlayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ID = "v" + ProcessHandle.current().pid() % 10_000_000;

    private final Installation installation = Trained.installation();
    private final Path directory = installation.home().resolve("chaos-tests/target/lab-" + ID);
    private final Topology topology = new Topology(ID, 1, 3, 1, 1, Underlay.IPV6);
    private final RouterRoutes router = new RouterRoutes(topology);

    @AfterEach
    void down() {
        Lab.down(ID, directory);
    }

    @ParameterizedTest
    @EnumSource(
            value = Routing.class,
            names = {"PROBE", "MIXED"})
    void bothFamiliesAreTranslatedAlsoAfterADeath(Routing routing) throws IOException {
        Set<String> missing = routing.missing();
        Assumptions.assumeTrue(
                missing.isEmpty(), "no BGP here: apt-get install " + String.join(" ", missing));
        Assumptions.assumeTrue(
                !routing.isBgp()
                        || Files.readString(Path.of("/proc/self/uid_map"))
                                .strip()
                                .endsWith("4294967295"),
                "FRR gives up root's rights, which a user namespace of one user does not permit");
        LabState state =
                Lab.up(
                        installation,
                        new Lab.Wish(
                                topology, directory, routing, 60, false, List.of(), call -> {}),
                        line -> System.out.println("lab: " + line));
        List<String> eips =
                state.tenants().getFirst().eips().stream().map(LabState.Eip::address).toList();
        nobodyBelowHasAnIpv4Address();

        String announced = routing.isBgp() ? eips.getFirst() : Topology.EIP_POOL;
        router.await(announced, Set.of(1, 2, 3), PATIENCE);
        router.await(topology.underlay().tunnelAddress, Set.of(1, 2, 3), PATIENCE);
        assertThat(Shell.run(topology.router().inside("ip", "route", "show", announced)).orFail())
                .as("IPv4 by IPv6 next hops, three of them")
                .matches("(?s).*(via inet6 fd64:.*){3}");
        talk(state, eips);

        new Faults(state).kill(List.of("gw-1"));
        router.await(announced, Set.of(2, 3), PATIENCE);
        talk(state, eips);
    }

    private void nobodyBelowHasAnIpv4Address() {
        for (Host host : topology.hosts()) {
            if (host.role() != Host.Role.SERVER) {
                for (Host.Link link : host.links()) {
                    String addresses =
                            Shell.run(
                                            host.inside(
                                                    "ip",
                                                    "-4",
                                                    "-o",
                                                    "address",
                                                    "show",
                                                    "dev",
                                                    link.device()))
                                    .orFail();
                    assertThat(addresses).as("%s %s", host.name(), link.device()).isEmpty();
                }
            }
        }
    }

    /** Over all nodes, and with more than an IP packet holds. */
    private void talk(LabState state, List<String> eips) {
        Traffic traffic = new Traffic(installation, state);
        Host client = topology.client(1);
        Host.Link server = topology.server(1).links().getFirst();
        IntStream.range(0, 24)
                .parallel()
                .forEach(i -> {
                    boolean v4 = i % 2 == 0;
                    String at = v4 ? server.ipv4() : "[" + server.ipv6() + "]";
                    String seen = traffic.curl(client, "http://" + at + "/whoami").orFail();
                    assertThat(InetAddress.ofLiteral(seen.split(" ", 2)[0]))
                            .isEqualTo(
                                    InetAddress.ofLiteral(v4 ? eips.getFirst() : eips.getLast()));
                    String much = traffic.curl(client, "http://" + at + "/bytes/100000").orFail();
                    assertThat(much).isNotEmpty();
                });
    }
}
