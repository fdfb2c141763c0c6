package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client appears behind another tunnel endpoint, as after a live migration: from one packet to
 * the next the outer address of all that it sends is another, and what is sent to the old one
 * reaches nobody.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class ClientMoveTest {

    private static final String THERE = "10.99.101.3";

    /** Stateless, so that it counts for flows that are under way. */
    private static final String MOVED =
            """
            add table ip moved
            add chain ip moved leaving { type filter hook output priority 0; }
            add rule ip moved leaving udp dport 4789 ip saddr 10.99.101.2 ip saddr set 10.99.101.3
            add chain ip moved coming { type filter hook prerouting priority -300; }
            add rule ip moved coming udp dport 4789 ip daddr 10.99.101.2 drop
            add rule ip moved coming udp dport 4789 ip daddr 10.99.101.3 ip daddr set 10.99.101.2
            """;

    @Test
    void aStreamGoesOnWhereItsClientIsNow(UnderTest lab) {
        Host client = lab.topology.client(1);
        List<String> nft = client.inside("nft", "-f", "-");
        Network.batch(
                client.inside("ip", "-batch", "-"),
                List.of("address add " + THERE + "/24 dev eth0"));
        try (Traffic.Running stream =
                lab.traffic.start(
                        client, "stream", "--seconds", "6", "--to", lab.tcp(lab.server))) {
            stream.line();
            Processes.pause(Duration.ofSeconds(1));
            Shell.run(nft, MOVED).orFail();
            Processes.pause(Duration.ofSeconds(2));
            Shell.run(nft, "delete table ip moved\n").orFail();
            StreamReport report = stream.report(StreamReport.class);
            System.out.println("moved there and back: " + report);
            assertThat(report.error()).isEmpty();
            assertThat(report.lostBytes()).isZero();
            assertThat(report.wrongBytes()).isZero();
            assertThat(report.longestGapMillis()).isLessThan(1_000);
        } finally {
            Shell.run(nft, "add table ip moved\ndelete table ip moved\n").orFail();
            Network.batch(
                    client.inside("ip", "-batch", "-"),
                    List.of("address del " + THERE + "/24 dev eth0"));
        }
    }
}
