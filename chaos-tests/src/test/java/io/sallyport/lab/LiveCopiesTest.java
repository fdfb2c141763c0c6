package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.OpensReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A gateway's number of copies changes while its connections live. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class LiveCopiesTest {

    private static final int CONNECTIONS = 100;

    @Test
    void onceRaisedFromOneCopyToTwoANodesDeathLosesNothing(UnderTest lab) {
        String gone = "gw-2";
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 312, "10.82.0", 1);
                SideEip eip = SideEip.ofIpv4(lab.state).at(vpc.gateway);
                Traffic.Running held = held(lab, vpc)) {
            assertThat(held.report(OpensReport.class).opened()).isEqualTo(CONNECTIONS);
            Rest api = lab.api(lab.ant);
            String copies = "/v1/gateways/" + vpc.gateway + "/copies";
            assertThat(api.get(copies).path("copies").asInt()).isEqualTo(1);
            JsonNode raised = api.put(copies, Map.of("copies", 2));
            System.out.println(eip.address + " raised: " + raised);
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> {
                        JsonNode now = api.get(copies);
                        assertThat(now.path("copies").asInt()).isEqualTo(2);
                        assertThat(now.path("state").asString())
                                .as("%s", now)
                                .isEqualTo("available");
                    });
            lab.faults().kill(List.of(gone));
            lab.faults().cut(gone);
            try {
                held.release();
                assertThat(held.line()).isEqualTo("alive " + CONNECTIONS);
            } finally {
                lab.faults().heal();
                lab.restart(gone);
            }
        }
    }

    private static Traffic.Running held(UnderTest lab, SideVpc vpc) {
        vpc.routes(lab.otherServer.address());
        return lab.traffic.start(
                vpc.host,
                "hold",
                "--count",
                Integer.toString(CONNECTIONS),
                "--to",
                lab.tcp(lab.otherServer));
    }
}
