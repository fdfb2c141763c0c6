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
            Awaitility.await("every node has it")
                    .atMost(Lab.APPLIED_WITHIN)
                    .until(() ->
                            api.get("/v1/gateways/" + vpc.gateway)
                                    .path("state")
                                    .asString()
                                    .equals("available"));
            Host server = lab.otherServer;
            String seen =
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
            assertThat(seen).startsWith(vpc.router + " ");
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
        }
        operator.delete(POOL);
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
