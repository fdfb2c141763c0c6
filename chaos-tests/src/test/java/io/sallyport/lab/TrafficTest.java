package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.UdpReport;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients of two tenants with one address talk to the internet, each through its own EIPs. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class TrafficTest {

    @Test
    void theServerSeesTheTenantsElasticIp(UnderTest lab) {
        assertThat(whoami(lab, 1)).startsWith(lab.ipv4(lab.ant) + " ");
        assertThat(whoami(lab, 2)).startsWith(lab.ipv4(lab.ant) + " ");
    }

    @Test
    void overlappingTenantsTalkAtTheSameTimeEachThroughItsOwn(UnderTest lab) {
        assertThat(Tenancy.insideAddress(lab.topology, 1))
                .isEqualTo(Tenancy.insideAddress(lab.topology, 3));
        IntStream.range(0, 40)
                .parallel()
                .forEach(i -> {
                    boolean first = i % 2 == 0;
                    assertThat(whoami(lab, first ? 1 : 3))
                            .startsWith(lab.ipv4(first ? lab.ant : lab.bee) + " ");
                });
    }

    @Test
    void ipv6LeavesWithAnIpv6ElasticIp(UnderTest lab) {
        String url = "http://[2001:db8:51::11]/whoami";
        String seen = lab.traffic.curl(lab.topology.client(1), url).orFail();
        assertThat(seen.split(" ")[0].replace("0:0:0:0", "").replaceAll(":+", ":"))
                .isEqualTo(lab.ipv6(lab.ant).replaceAll(":+", ":"));
    }

    @Test
    void pingIsAnswered(UnderTest lab) {
        Shell.run(
                        lab.topology
                                .client(2)
                                .inside(
                                        "ping",
                                        "-c",
                                        "5",
                                        "-i",
                                        "0.2",
                                        "-W",
                                        "2",
                                        lab.server.address()))
                .orFail();
    }

    @Test
    void datagramsGoThereAndBack(UnderTest lab) {
        try (Traffic.Running udp =
                lab.traffic.start(
                        lab.topology.client(1),
                        "udp",
                        "--seconds",
                        "3",
                        "--to",
                        lab.server.address() + ":" + TestServer.UDP_PORT)) {
            UdpReport report = udp.report(UdpReport.class);
            assertThat(report.received()).isGreaterThan(report.sent() * 9 / 10);
        }
    }

    @Test
    void aDownloadArrivesUnharmed(UnderTest lab) throws Exception {
        int size = 20_000_000;
        Shell.Result sum =
                Shell.run(
                        lab.topology
                                .client(1)
                                .inside(
                                        "sh",
                                        "-c",
                                        ("curl -fsS --noproxy '*' --max-time 60"
                                                        + " http://%s/bytes/%d | sha256sum")
                                                .formatted(lab.server.address(), size)));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] pattern = new byte[251 * 256];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i % 251);
        }
        for (int left = size; left > 0; left -= pattern.length) {
            digest.update(pattern, 0, Math.min(left, pattern.length));
        }
        assertThat(sum.orFail()).startsWith(HexFormat.of().formatHex(digest.digest()));
    }

    private static String whoami(UnderTest lab, int client) {
        return lab.traffic
                .curl(lab.topology.client(client), "http://" + lab.server.address() + "/whoami")
                .orFail();
    }
}
