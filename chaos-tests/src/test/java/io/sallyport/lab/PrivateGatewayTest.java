package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Towards a network of the operator's, a gateway translates to its own private address. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class PrivateGatewayTest {

    private static final String NET = "10.77.0";
    private static final String POOL = "/v1/pools/transit";

    @Test
    void whatLeavesHasTheGatewaysOwnAddressAndAnswersComeBack(UnderTest lab) {
        Rest operator = Lab.operator(lab.state);
        operator.put(POOL, Map.of("prefixes", List.of(NET + ".0/24"), "connectivity", "private"));
        try (SideVpc vpc = SideVpc.makePrivate(lab.state, 1, 307, NET)) {
            leadToTheNodes(lab.state.topology().router(), NET + ".0/24");
            Rest api = lab.api(lab.ant);
            String gateway = "/v1/gateways/" + vpc.gateway;
            awaitApplied(api, gateway);
            Host server = lab.otherServer;
            assertThat(seen(vpc, server)).isEqualTo(vpc.router);
            Shell.run(
                            vpc.host.inside(
                                    "ping",
                                    "-n",
                                    "-c",
                                    "3",
                                    "-i",
                                    "0.2",
                                    "-W",
                                    "5",
                                    "-I",
                                    vpc.client,
                                    server.address()))
                    .orFail();
            String further = furtherThatItsClientGets(api, gateway, vpc, server);
            api.delete(gateway + "/private-addresses/" + further);
            Awaitility.await("the stores end it, and all nodes obey")
                    .atMost(Lab.APPLIED_WITHIN)
                    .until(() -> !addresses(api, gateway).contains(further));
            Awaitility.await("no node opens from it")
                    .atMost(Lab.APPLIED_WITHIN)
                    .until(() -> addresses(api, gateway).contains(seen(vpc, server)));
        }
        operator.delete(POOL);
    }

    /** Which address a client has follows from all that there are: more until it is another. */
    private static String furtherThatItsClientGets(
            Rest api, String gateway, SideVpc vpc, Host server) {
        for (int more = 0; more < 7; more++) {
            api.post(gateway + "/private-addresses", Map.of());
            awaitApplied(api, gateway);
            String seen = seen(vpc, server);
            assertThat(addresses(api, gateway)).hasSize(2 + more).contains(seen);
            if (!seen.equals(vpc.router)) {
                return seen;
            }
        }
        throw new AssertionError("the client has the first address whatever others there are");
    }

    private static void awaitApplied(Rest api, String gateway) {
        Awaitility.await("every node has it")
                .atMost(Lab.APPLIED_WITHIN)
                .until(() -> api.get(gateway).path("state").asString().equals("available"));
    }

    private static List<String> addresses(Rest api, String gateway) {
        return api.get(gateway)
                .path("elasticIps")
                .valueStream()
                .map(eip -> eip.path("address").asString())
                .toList();
    }

    /** From where the server sees the client come. */
    private static String seen(SideVpc vpc, Host server) {
        String told =
                Shell.run(
                                vpc.host.inside(
                                        "curl",
                                        "-sS",
                                        "--max-time",
                                        "20",
                                        "--interface",
                                        vpc.client,
                                        "http://" + server.address() + "/whoami"))
                        .orFail();
        return told.split(" ", 2)[0];
    }

    /** As the operator's routing would: the same way as to elastic IPs. */
    private static void leadToTheNodes(Host router, String prefix) {
        String shown = Shell.run(router.inside("ip", "route", "show", Topology.EIP_POOL)).orFail();
        assertThat(shown).startsWith(Topology.EIP_POOL);
        String way = shown.replaceFirst("^\\S+", "").replaceAll("\\s+", " ").strip();
        Network.batch(
                router.inside("ip", "-batch", "-"), List.of("route replace " + prefix + " " + way));
    }
}
