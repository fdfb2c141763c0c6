package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.OpensReport;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The packet path needs the store for cold destinations only. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class StoreDeathTest {

    @Test
    void theLeadersDeathStopsNoWarmDestinationAndColdOnesForAnElection(UnderTest lab) {
        warm(lab);
        String leader = lab.leader();
        try (Traffic.Running warm = opens(lab, 1, 10, "8");
                Traffic.Running cold = opens(lab, 2, 10, "8", "--ports", "20000-29999")) {
            Processes.pause(Duration.ofSeconds(2));
            lab.faults().kill(List.of(leader));
            OpensReport warmReport = warm.report(OpensReport.class);
            OpensReport coldReport = cold.report(OpensReport.class);
            System.out.println("warm: " + warmReport);
            System.out.println("cold: " + coldReport);
            assertThat(warmReport.failed()).as("%s", warmReport).isZero();
            assertThat(warmReport.longestMillis()).as("%s", warmReport).isLessThan(1_500);
            assertThat(coldReport.failed()).as("%s", coldReport).isZero();
            assertThat(coldReport.longestMillis()).as("%s", coldReport).isLessThan(8_000);
        } finally {
            lab.restart(leader);
        }
    }

    @Test
    void withAllStoresDeadConnectionsAndWarmDestinationsGoOnAndStateComesBack(UnderTest lab) {
        warm(lab);
        List<String> stores = List.of("store-1", "store-2", "store-3");
        JsonNode before = lab.api(lab.ant).get("/v1/gateways/" + lab.ant.gateway());
        try (Traffic.Running stream =
                lab.traffic.start(
                        lab.topology.client(1),
                        "stream",
                        "--seconds",
                        "12",
                        "--to",
                        lab.tcp(lab.server))) {
            stream.line();
            lab.faults().kill(stores);
            try (Traffic.Running warm = opens(lab, 2, 10, "6")) {
                OpensReport report = warm.report(OpensReport.class);
                System.out.println("no store: " + report);
                assertThat(report.failed()).as("%s", report).isZero();
            }
            stores.parallelStream().forEach(name -> startAgain(lab, name));
            StreamReport report = stream.report(StreamReport.class);
            assertThat(report.lostBytes()).as("%s", report).isZero();
            assertThat(report.error()).isEmpty();
        } finally {
            for (String name : stores) {
                if (!lab.alive().getOrDefault(name, false)) {
                    lab.restart(name);
                }
            }
        }
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(() ->
                        assertThat(
                                        lab.api(lab.ant)
                                                .call(
                                                        "GET",
                                                        "/v1/gateways/" + lab.ant.gateway(),
                                                        null)
                                                .json())
                                .isEqualTo(before));
        String cold = "http://" + lab.otherServer.address() + "/whoami";
        assertThat(lab.traffic.curl(lab.topology.client(2), cold).orFail())
                .startsWith(lab.ipv4(lab.ant) + " ");
    }

    private static synchronized void startAgain(UnderTest lab, String name) {
        lab.restart(name);
    }

    /** Connections enough that every node has ports of this destination in hand. */
    private static void warm(UnderTest lab) {
        for (int client = 1; client <= 2; client++) {
            try (Traffic.Running opens = opens(lab, client, 40, "3")) {
                OpensReport report = opens.report(OpensReport.class);
                assertThat(report.failed()).as("%s", report).isZero();
            }
        }
    }

    private static Traffic.Running opens(
            UnderTest lab, int client, int perSecond, String seconds, String... more) {
        List<String> arguments =
                new java.util.ArrayList<>(
                        List.of(
                                "opens",
                                "--per-second",
                                Integer.toString(perSecond),
                                "--seconds",
                                seconds,
                                "--to",
                                lab.tcp(lab.server)));
        arguments.addAll(List.of(more));
        return lab.traffic.start(lab.topology.client(client), arguments.toArray(String[]::new));
    }
}
