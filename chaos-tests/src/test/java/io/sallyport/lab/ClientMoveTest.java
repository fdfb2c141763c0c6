package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.StreamReport;
import java.time.Duration;
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

    private static final String AWAY = "10.99.101.3";

    @Test
    void aStreamGoesOnWhereItsClientIsNow(UnderTest lab) {
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 304, "10.74.0");
                SideEip eip = SideEip.ofIpv4(lab.state).at(vpc.gateway);
                ClientMove client = new ClientMove(vpc.host, AWAY)) {
            vpc.routes(lab.otherServer.address());
            double moves = sum(lab, "sallyport_client_moves_total", "");
            try (Traffic.Running stream =
                    lab.traffic.start(
                            vpc.host,
                            "stream",
                            "--seconds",
                            "5",
                            "--to",
                            lab.tcp(lab.otherServer))) {
                stream.line();
                Processes.pause(Duration.ofSeconds(1));
                client.away();
                Processes.pause(Duration.ofSeconds(2));
                client.back();
                StreamReport report = stream.report(StreamReport.class);
                System.out.println("moved there and back by " + eip.address + ": " + report);
                assertThat(report.error()).isEmpty();
                assertThat(report.lostBytes()).isZero();
                assertThat(report.wrongBytes()).isZero();
                assertThat(report.longestGapMillis()).isLessThan(1_500);
            }
            assertThat(sum(lab, "sallyport_client_moves_total", ""))
                    .as("it was seen elsewhere")
                    .isGreaterThanOrEqualTo(moves + 2);
        }
    }

    /** TCP flags. */
    private static final int FIN = 1;

    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PUSH = 8;
    private static final int ACK = 16;

    /** So many of each kind: by chance one in half a million would be believed. */
    private static final int FORGED = 40;

    @Test
    void aNeighbourWhoTakesTheClientsAddressGetsNothingOfItsConnection(UnderTest lab) {
        Host thief = lab.topology.client(2);
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 311, "10.81.0");
                SideEip eip = SideEip.ofIpv4(lab.state).at(vpc.gateway)) {
            vpc.routes(lab.otherServer.address());
            vpc.alsoAt(thief);
            String remote = lab.otherServer.address();
            nft(
                    thief,
                    """
                    add table ip loot
                    add chain ip loot coming { type filter hook prerouting priority -300; }
                    add rule ip loot coming iifname "side311" ip saddr %s tcp sport %d counter drop
                    """
                            .formatted(remote, TestServer.TCP_PORT));
            double moves = sum(lab, "sallyport_client_moves_total", "");
            double refused = sum(lab, "sallyport_drops_total", "client_elsewhere");
            try (Traffic.Running stream =
                    lab.traffic.start(
                            vpc.host,
                            "stream",
                            "--seconds",
                            "6",
                            "--to",
                            lab.tcp(lab.otherServer))) {
                int port = Integer.parseInt(stream.line().split(" ")[1]);
                for (int flags : new int[] {ACK, ACK | PUSH, SYN, RST, RST | ACK, FIN | ACK}) {
                    RawPackets.forge(
                            thief, vpc.client, port, remote, TestServer.TCP_PORT, flags, FORGED);
                }
                StreamReport report = stream.report(StreamReport.class);
                System.out.printf(
                        "beside a thief, from %s: %s; dropped at nodes: %.0f%n",
                        eip.address,
                        report,
                        sum(lab, "sallyport_drops_total", "client_elsewhere") - refused);
                assertThat(report.error()).isEmpty();
                assertThat(report.lostBytes()).isZero();
                assertThat(report.wrongBytes()).isZero();
            }
            assertThat(sum(lab, "sallyport_client_moves_total", ""))
                    .as("clients believed to be elsewhere")
                    .isEqualTo(moves);
            assertThat(Shell.run(thief.inside("nft", "list", "table", "ip", "loot")).orFail())
                    .as("what came to the thief")
                    .contains("counter packets 0 ");
        } finally {
            nft(thief, "add table ip loot\ndelete table ip loot\n");
        }
    }

    /** Of all nodes' lines of a metric that have the word in them. */
    private static double sum(UnderTest lab, String metric, String word) {
        double all = 0;
        for (int n = 1; n <= lab.topology.gateways(); n++) {
            Host node = lab.topology.gateway(n);
            String url =
                    "http://%s:%d/metrics"
                            .formatted(node.address(), Configurations.MANAGEMENT_PORT);
            all +=
                    lab.traffic
                            .curl(node, url)
                            .orFail()
                            .lines()
                            .filter(line -> line.startsWith(metric) && line.contains(word))
                            .mapToDouble(line ->
                                    Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                            .sum();
        }
        return all;
    }

    private static void nft(Host host, String rules) {
        Shell.run(host.inside("nft", "-f", "-"), rules).orFail();
    }
}
