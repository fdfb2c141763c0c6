package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.OpensReport;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A1 on the wire: no two live connections to one destination share a source. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class UniquePortsTest {

    private static final int EACH = 1000;

    @Test
    void twoThousandConnectionsToOneDestinationHaveAsManySources(UnderTest lab) {
        long before = lab.traffic.accepted(lab.server).duplicates();
        try (Traffic.Running one = hold(lab, 1);
                Traffic.Running two = hold(lab, 2)) {
            for (Traffic.Running client : List.of(one, two)) {
                OpensReport report = client.report(OpensReport.class);
                assertThat(report.opened()).as("%s", report).isEqualTo(EACH);
            }
            List<String> peers = lab.traffic.peers(lab.server, TestServer.TCP_PORT);
            assertThat(peers).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2 * EACH);
            assertThat(peers)
                    .allMatch(peer ->
                            peer.contains(lab.ipv4(lab.ant) + "]:")
                                    || peer.startsWith(lab.ipv4(lab.ant) + ":"));
            assertThat(lab.traffic.accepted(lab.server).duplicates()).isEqualTo(before);
            one.release();
            two.release();
            assertThat(one.line()).isEqualTo("alive " + EACH);
            assertThat(two.line()).isEqualTo("alive " + EACH);
        }
    }

    private static Traffic.Running hold(UnderTest lab, int client) {
        return lab.traffic.start(
                lab.topology.client(client),
                "hold",
                "--name",
                "client-" + client,
                "--count",
                Integer.toString(EACH),
                "--to",
                lab.tcp(lab.server));
    }
}
