package io.sallyport.gateway.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.NodeId;
import io.sallyport.net.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** client - box - server, where the box would forward and would answer for what is routed to it. */
@Tag("privileged")
class BoxGuardTest {

    private static final NodeId NODE = new NodeId("gw-1");

    private static boolean reaches(TestNamespace from, String to) {
        try {
            from.exec("ping", "-c", "1", "-W", "1", to);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void connect(TestNamespace client, TestNamespace box, TestNamespace server) {
        box.ip("link add lan type veth peer name eth0 netns " + client.name());
        box.ip("link add wan type veth peer name eth0 netns " + server.name());
        client.ip("addr add 10.1.0.2/24 dev eth0");
        client.ip("link set eth0 up");
        server.ip("addr add 198.51.100.1/24 dev eth0");
        server.ip("link set eth0 up");
        box.ip("addr add 10.1.0.1/24 dev lan");
        box.ip("link set lan up");
        box.ip("addr add 198.51.100.2/24 dev wan");
        box.ip("link set wan up");
        client.ip("route add default via 10.1.0.1");
        server.ip("route add 10.1.0.0/24 via 198.51.100.2");
        box.exec("sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    @Test
    void stopsPlainForwardingOnlyBetweenItsDevicesAndOutlivesItsProcess() {
        try (TestNamespace client = new TestNamespace();
                TestNamespace box = new TestNamespace();
                TestNamespace server = new TestNamespace()) {
            connect(client, box, server);
            assertThat(reaches(client, "198.51.100.1")).as("forwards before").isTrue();

            BoxGuard guard = box.inside(() -> BoxGuard.arm(NODE, List.of("lan"), "wan"));
            assertThat(reaches(client, "198.51.100.1")).as("out past the gateway").isFalse();
            assertThat(reaches(server, "10.1.0.2")).as("in past the gateway").isFalse();
            assertThat(reaches(client, "10.1.0.1")).as("the box itself").isTrue();
            assertThat(reaches(box, "198.51.100.1")).as("the box's own traffic").isTrue();

            // A second life replaces what a killed one left.
            BoxGuard next = box.inside(() -> BoxGuard.arm(NODE, List.of("lan"), "wan"));
            assertThat(box.exec("nft", "list", "tables")).containsOnlyOnce("sallyport_gw_1");
            assertThat(reaches(client, "198.51.100.1")).as("still closed").isFalse();

            box.inside(() -> {
                next.close();
                return true;
            });
            assertThat(box.exec("nft", "list", "ruleset")).doesNotContain("sallyport");
            assertThat(reaches(client, "198.51.100.1")).as("as it was").isTrue();
            assertThat(guard).isNotNull();
        }
    }

    @Test
    void keepsTheBoxesStackFromAnsweringForAnEip() {
        try (TestNamespace client = new TestNamespace();
                TestNamespace box = new TestNamespace();
                TestNamespace server = new TestNamespace()) {
            connect(client, box, server);
            // The second address of the box plays the EIP, so that the stack would answer.
            box.ip("addr add 198.51.100.77/24 dev wan");
            BoxGuard guard = box.inside(() -> BoxGuard.arm(NODE, List.of("lan"), "wan"));
            assertThat(reaches(server, "198.51.100.77")).isTrue();
            setEips(box, guard, "198.51.100.77", "2001:db8::77");
            assertThat(reaches(server, "198.51.100.77")).isFalse();
            assertThat(reaches(server, "198.51.100.2")).isTrue();
            setEips(box, guard);
            assertThat(reaches(server, "198.51.100.77")).isTrue();
        }
    }

    private static void setEips(TestNamespace box, BoxGuard guard, String... eips) {
        box.inside(() -> {
            guard.eips(List.of(eips).stream().map(IpAddress::parse).toList());
            return true;
        });
    }
}
