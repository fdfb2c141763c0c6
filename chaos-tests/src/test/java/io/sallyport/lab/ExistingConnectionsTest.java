package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.OpensReport;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What becomes of an elastic IP's connections when it moves. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class ExistingConnectionsTest {

    @Test
    void connectionsFollowTheirAddressToAnotherGatewayOfTheVpc(UnderTest lab) {
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 305, "10.75.0");
                SideEip eip = SideEip.ofIpv4(lab.state).at(vpc.gateway)) {
            String another = vpc.anotherGateway();
            vpc.routes(lab.otherServer.address());
            // The address was another test's, whose dead connections the server still has.
            List<String> former = seenAs(lab, eip, List.of());
            try (Traffic.Running stream = stream(lab, 4)) {
                stream.line();
                List<String> before = seenAs(lab, eip, former);
                assertThat(before).hasSize(1);
                follow(eip, another);
                Processes.pause(Duration.ofSeconds(1));
                follow(eip, vpc.gateway);
                Processes.pause(Duration.ofSeconds(1));
                assertThat(seenAs(lab, eip, former)).as("the same connection").isEqualTo(before);
                StreamReport report = stream.report(StreamReport.class);
                System.out.println("followed: " + report);
                assertThat(report.error()).isEmpty();
                assertThat(report.lostBytes()).isZero();
                assertThat(report.wrongBytes()).isZero();
            }
        }
    }

    private static void follow(SideEip eip, String gateway) {
        Rest.Exchange answer = eip.move(Map.of("gatewayId", gateway, "existing", "follow"));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(eip.view().path("gatewayId").asString()).isEqualTo(gateway);
    }

    @Test
    void aDrainShowsWhatItWaitsForAndEndsWhenNothingIsLeft(UnderTest lab) {
        try (SideVpc from = SideVpc.make(lab.state, 1, 307, "10.77.0");
                SideVpc to = SideVpc.make(lab.state, 2, 308, "10.78.0");
                SideEip eip = SideEip.ofIpv4(lab.state).at(from.gateway)) {
            from.routes(lab.otherServer.address());
            try (Traffic.Running held =
                    lab.traffic.start(
                            from.host, "hold", "--count", "3", "--to", lab.tcp(lab.otherServer))) {
                assertThat(held.report(OpensReport.class).opened()).isEqualTo(3);
                JsonNode move = drain(eip, to.gateway, 300);
                assertThat(move.path("connections").asInt()).isEqualTo(3);
                Processes.pause(Duration.ofSeconds(1));
                assertThat(eip.view().path("gatewayId").asString()).isEqualTo(from.gateway);
                held.release();
                assertThat(held.line()).as("nothing was lost by then").isEqualTo("alive 3");
            }
            // They close for ten seconds, and their ports rest for five.
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(250))
                    .untilAsserted(() -> {
                        JsonNode now = eip.view();
                        assertThat(now.path("gatewayId").asString()).isEqualTo(to.gateway);
                        assertThat(now.path("move").isObject()).as("%s", now).isFalse();
                    });
        }
    }

    @Test
    void aDrainEndsAtItsTimeAndWhatIsLeftEndsWithIt(UnderTest lab) {
        try (SideVpc from = SideVpc.make(lab.state, 1, 309, "10.79.0");
                SideVpc to = SideVpc.make(lab.state, 2, 310, "10.80.0");
                SideEip eip = SideEip.ofIpv4(lab.state).at(from.gateway)) {
            from.routes(lab.otherServer.address());
            try (Traffic.Running stream = stream(lab, 30)) {
                stream.line();
                JsonNode move = drain(eip, to.gateway, 2);
                Instant until = Instant.parse(move.path("drainUntil").asString());
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(100))
                        .untilAsserted(() ->
                                assertThat(eip.view().path("gatewayId").asString())
                                        .isEqualTo(to.gateway));
                assertThat(Instant.now()).isAfter(until);
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(250))
                        .untilAsserted(() ->
                                assertThat(connections(lab, from.gateway)).as("left").isEmpty());
            }
        }
    }

    private static JsonNode connections(UnderTest lab, String gateway) {
        return lab.api(lab.ant).get("/v1/gateways/" + gateway + "/connections").path("connections");
    }

    /** Of the call's answer: what is under way. */
    private static JsonNode drain(SideEip eip, String to, int seconds) {
        Rest.Exchange answer =
                eip.move(Map.of("gatewayId", to, "existing", "drain", "drainSeconds", seconds));
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        JsonNode move = answer.json().path("move");
        assertThat(move.path("phase").asString()).isEqualTo("draining");
        assertThat(move.path("gatewayId").asString()).isEqualTo(to);
        assertThat(Instant.parse(move.path("drainUntil").asString())).isAfter(Instant.now());
        return move;
    }

    private static Traffic.Running stream(UnderTest lab, int seconds) {
        return lab.traffic.start(
                lab.topology.client(1),
                "stream",
                "--seconds",
                Integer.toString(seconds),
                "--to",
                lab.tcp(lab.otherServer));
    }

    /** The address's ends as the server's kernel has them. */
    private static List<String> seenAs(UnderTest lab, SideEip eip, List<String> former) {
        return lab.traffic.peers(lab.otherServer, TestServer.TCP_PORT).stream()
                .map(peer -> peer.replace("[::ffff:", "").replace("]", ""))
                .filter(peer -> peer.startsWith(eip.address + ":") && !former.contains(peer))
                .toList();
    }
}
