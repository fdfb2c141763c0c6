package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * A client appears behind another tunnel endpoint, as after a live migration: from one packet to
 * the next the outer address of all that it sends is another, and what is sent to the old one
 * reaches nobody.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class ClientMoveTest {

    private static final String HERE = "10.99.101.2";
    private static final String THERE = "10.99.101.3";
    private static final String TO_GATEWAYS = "route replace 10.255.0.1 via 10.99.101.1 dev eth0";

    @Test
    void aStreamGoesOnWhereItsClientIsNow(UnderTest lab) {
        Host client = lab.topology.client(1);
        ip(client, "address add " + THERE + "/24 dev eth0");
        try (SideVpc vpc = SideVpc.make(lab, 1, 304, "10.74.0");
                ElasticIp attached = new ElasticIp(lab, vpc)) {
            ip(
                    client,
                    "route add %s via %s dev side304"
                            .formatted(lab.otherServer.address(), vpc.router));
            assertThat(attached.id).isNotEmpty();
            try (Traffic.Running stream =
                    lab.traffic.start(
                            client, "stream", "--seconds", "6", "--to", lab.tcp(lab.otherServer))) {
                stream.line();
                Processes.pause(Duration.ofSeconds(1));
                move(client, HERE, THERE);
                Processes.pause(Duration.ofSeconds(2));
                move(client, THERE, HERE);
                StreamReport report = stream.report(StreamReport.class);
                System.out.println("moved there and back: " + report);
                assertThat(report.error()).isEmpty();
                assertThat(report.lostBytes()).isZero();
                assertThat(report.wrongBytes()).isZero();
                assertThat(report.longestGapMillis()).isLessThan(1_500);
            }
        } finally {
            nft(client, "add table ip moved\ndelete table ip moved\n");
            ip(client, "route del 10.255.0.1");
            ip(client, "address del " + THERE + "/24 dev eth0");
        }
    }

    private static void move(Host client, String from, String to) {
        nft(
                client,
                """
                add table ip moved
                delete table ip moved
                add table ip moved
                add chain ip moved coming { type filter hook prerouting priority -300; }
                add rule ip moved coming udp dport 4789 ip daddr %s drop
                """
                        .formatted(from));
        ip(client, TO_GATEWAYS + " src " + to);
    }

    private static void ip(Host host, String line) {
        Network.batch(host.inside("ip", "-batch", "-"), List.of(line));
    }

    private static void nft(Host host, String rules) {
        Shell.run(host.inside("nft", "-f", "-"), rules).orFail();
    }

    /** At the VPC's gateway. */
    private static final class ElasticIp implements AutoCloseable {
        private final Rest api;
        private final String id;

        ElasticIp(UnderTest lab, SideVpc vpc) {
            api = lab.api(lab.ant);
            JsonNode made = api.post("/v1/elastic-ips", Map.of("pool", "public"));
            id = made.path("id").asString();
            api.put("/v1/elastic-ips/" + id + "/attachment", Map.of("gatewayId", vpc.gateway));
        }

        @Override
        public void close() {
            api.delete("/v1/elastic-ips/" + id + "/attachment");
            api.delete("/v1/elastic-ips/" + id);
        }
    }
}
