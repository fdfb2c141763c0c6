package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A VPC with two gateways: routes say by which of them a connection leaves. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class SubnetRoutesTest {

    private static final String ALL = "0.0.0.0/0";

    @Test
    void aRouteDecidesForNewConnectionsAndThoseThatThereAreStay(UnderTest lab) {
        Rest api = lab.api(lab.ant);
        Host server = lab.otherServer;
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 308, "10.78.0");
                SideEip first = SideEip.ofIpv4(lab.state).at(vpc.gateway)) {
            String second = vpc.anotherGateway();
            try (SideEip another = SideEip.ofIpv4(lab.state).at(second)) {
                JsonNode gateway = api.get("/v1/gateways/" + vpc.gateway);
                String main = "rtb" + gateway.path("vpcId").asString().substring(3);
                route(api, main, vpc.gateway);
                awaitSeen(vpc, server, first.address);

                CompletableFuture<Shell.Result> ping = ping(vpc, server);
                Awaitility.await("a connection by the first gateway")
                        .atMost(Lab.APPLIED_WITHIN)
                        .until(() -> pings(api, vpc.gateway), pings -> pings == 1);
                route(api, main, second);
                awaitSeen(vpc, server, another.address);
                assertThat(pings(api, vpc.gateway)).as("it stays with the first").isEqualTo(1);
                assertThat(pings(api, second)).isZero();
                assertThat(ping.join().orFail()).contains(" 0% packet loss");

                String own = ownTable(api, gateway);
                route(api, own, vpc.gateway);
                awaitSeen(vpc, server, first.address);
                api.delete("/v1/route-tables/" + own + "/routes?destination=" + ALL);
                Awaitility.await("no way out")
                        .atMost(Lab.APPLIED_WITHIN)
                        .until(() -> !curl(vpc, server).ok());
                api.delete("/v1/subnets/" + gateway.path("subnetId").asString() + "/route-table");
                api.delete("/v1/route-tables/" + own);
                awaitSeen(vpc, server, another.address);
            }
        }
    }

    private static void route(Rest api, String table, String gateway) {
        api.put(
                "/v1/route-tables/" + table + "/routes",
                Map.of("destination", ALL, "natGatewayId", gateway));
    }

    /** The subnet's own, without a route. */
    private static String ownTable(Rest api, JsonNode gateway) {
        String table =
                api.post("/v1/route-tables", Map.of("vpcId", gateway.path("vpcId").asString()))
                        .path("id")
                        .asString();
        api.put(
                "/v1/subnets/" + gateway.path("subnetId").asString() + "/route-table",
                Map.of("routeTableId", table));
        return table;
    }

    /** Ten seconds of it. */
    private static CompletableFuture<Shell.Result> ping(SideVpc vpc, Host server) {
        Supplier<Shell.Result> work =
                () ->
                        Shell.run(
                                vpc.host.inside(
                                        "ping",
                                        "-n",
                                        "-c",
                                        "50",
                                        "-i",
                                        "0.2",
                                        "-W",
                                        "5",
                                        "-I",
                                        vpc.client,
                                        server.address()));
        return CompletableFuture.supplyAsync(work);
    }

    private static long pings(Rest api, String gateway) {
        return api.get("/v1/gateways/" + gateway + "/connections")
                .path("connections")
                .valueStream()
                .filter(one -> one.path("protocol").asString().equals("icmp"))
                .count();
    }

    private static void awaitSeen(SideVpc vpc, Host server, String address) {
        Awaitility.await("the server sees " + address)
                .atMost(Lab.APPLIED_WITHIN)
                .until(() -> curl(vpc, server).output().startsWith(address + " "));
    }

    private static Shell.Result curl(SideVpc vpc, Host server) {
        return Shell.run(
                vpc.host.inside(
                        "curl",
                        "-sS",
                        "--max-time",
                        "3",
                        "--interface",
                        vpc.client,
                        "http://" + server.address() + "/whoami"));
    }
}
