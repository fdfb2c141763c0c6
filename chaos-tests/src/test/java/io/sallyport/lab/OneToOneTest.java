package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance has an elastic IP to itself: every protocol, both ways, both families. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class OneToOneTest {

    /** RFC 3692: for experiments; nothing in the lab knows what it is. */
    private static final int UNKNOWN_PROTOCOL = 253;

    @Test
    void anInstanceSpeaksEveryProtocolAsItsElasticIp(UnderTest lab) {
        Host server = lab.otherServer;
        String serverV6 = server.links().getFirst().ipv6();
        try (SideVpc vpc = SideVpc.make(lab.state, 1, 306, "10.76.0");
                SideEip v4 = SideEip.ofIpv4(lab.state);
                SideEip v6 = SideEip.ofIpv6(lab.state)) {
            assertThat(v4.move(Map.of("instance", vpc.instance())).status()).isEqualTo(200);
            assertThat(v6.move(Map.of("instance", vpc.instanceV6())).status()).isEqualTo(200);
            both(vpc.host, vpc.client, v4.address, server, server.address());
            both(vpc.host, vpc.clientV6, v6.address, server, serverV6);
        }
    }

    private static void both(
            Host host, String inside, String eip, Host server, String serverAddress) {
        try (var atInstance = RawPackets.echo(host, inside, UNKNOWN_PROTOCOL);
                var atServer = RawPackets.echo(server, serverAddress, UNKNOWN_PROTOCOL + 1)) {
            assertThat(RawPackets.ask(server, serverAddress, UNKNOWN_PROTOCOL, eip))
                    .isEqualTo("seen as " + serverAddress + " by " + eip);
            assertThat(RawPackets.ask(host, inside, UNKNOWN_PROTOCOL + 1, serverAddress))
                    .isEqualTo("seen as " + eip + " by " + serverAddress);
        }
        String bracketed = serverAddress.contains(":") ? "[" + serverAddress + "]" : serverAddress;
        String seen =
                Shell.run(
                                host.inside(
                                        "curl",
                                        "-sS",
                                        "-g",
                                        "--max-time",
                                        "5",
                                        "--interface",
                                        inside,
                                        "http://" + bracketed + "/whoami"))
                        .orFail();
        assertThat(java.net.InetAddress.ofLiteral(seen.split(" ")[0]))
                .as("TCP")
                .isEqualTo(java.net.InetAddress.ofLiteral(eip));
        Shell.run(server.inside("ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", eip)).orFail();
    }
}
