package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.TunnelWorld.DEVICE;
import static io.sallyport.gateway.dataplane.TunnelWorld.SERVER;
import static io.sallyport.gateway.dataplane.TunnelWorld.SERVER6;
import static io.sallyport.gateway.dataplane.TunnelWorld.asks;
import static io.sallyport.gateway.dataplane.TunnelWorld.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.net.IpAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tunnels on the kernel path: what only they have, between real kernels. */
@Tag("privileged")
@Tag("bpf")
class KernelTunnelTest {

    private static final String CLIENT = "10.0.1.5";
    private static final String CLIENT6 = "fd00:1::5";
    private static final int CLIENT_PORT = 4000;
    private static final int PACKETS = 20;
    private static final Path PINS =
            Path.of("/sys/fs/bpf/sallyport-test-tunnel-" + ProcessHandle.current().pid());

    private static String answers(DatagramSocket server, DatagramSocket client, String to)
            throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        packet.setSocketAddress(
                new java.net.InetSocketAddress(InetAddress.getByName(to), TunnelWorld.PORT));
        client.send(packet);
        DatagramPacket seen = new DatagramPacket(new byte[100], 100);
        server.receive(seen);
        server.send(seen);
        client.receive(packet);
        return IpAddress.of(seen.getAddress().getAddress()).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "false, TCX, ''",
        "true, TCX, ''",
        "false, XDP, ''",
        "false, TCX, u1 u2",
        "true, TCX, u1 u2",
        "false, XDP, u1 u2",
        "true, XDP, u1 u2"
    })
    void tenantsOfTheSameAddressesReachTheServerAsTheirOwnEipsAndInTheKernel(
            boolean v6, Hook hook, String opening) throws Exception {
        List<String> underlay = opening.isEmpty() ? List.of() : List.of(opening.split(" "));
        try (TunnelWorld world = new TunnelWorld(v6, underlay);
                DatagramSocket server = socket(world.server, SERVER, TunnelWorld.PORT);
                DatagramSocket server6 = socket(world.server, SERVER6, TunnelWorld.PORT)) {
            server.setSoTimeout(10_000);
            server6.setSoTimeout(10_000);
            TunnelWorld.Life life = world.new Life(hook, Optional.empty()).start();
            assertThat(life.path.tunnelRefusal()).isEmpty();
            for (TestNamespace tenant : List.of(world.first, world.second)) {
                boolean first = tenant == world.first;
                try (DatagramSocket four = socket(tenant, CLIENT, CLIENT_PORT);
                        DatagramSocket six = socket(tenant, CLIENT6, CLIENT_PORT)) {
                    four.setSoTimeout(10_000);
                    six.setSoTimeout(10_000);
                    for (int i = 0; i < PACKETS; i++) {
                        assertThat(answers(server, four, SERVER))
                                .isEqualTo((first ? Rig.EIP : Rig.PLAIN_EIP).toString());
                        assertThat(answers(server6, six, SERVER6))
                                .isEqualTo((first ? Rig.EIP6 : Rig.PLAIN_EIP6).toString());
                    }
                }
            }
            // Of each connection only the first packet comes up.
            assertThat(life.path.counters().packets(PathOutcome.HIT_OUT))
                    .isEqualTo(4 * (PACKETS - 1));
            assertThat(life.path.counters().packets(PathOutcome.HIT_IN)).isEqualTo(4 * PACKETS);
            assertThat(life.keeping.open).hasSize(4);
            if (!underlay.isEmpty()) {
                // Only those were left to the kernel, and what else hosts say.
                assertThat(life.path.counters().packets(PathOutcome.PASSED))
                        .isBetween(4L, 4L * PACKETS / 2);
            }
            life.close(); // D
            assertThat(world.node.ip("link show")).doesNotContain(DEVICE);
        }
    }

    @Test
    void whatIsTooLongEitherWayIsAnsweredAndThenFits() throws Exception {
        try (TunnelWorld world = new TunnelWorld(false);
                DatagramSocket echo = world.echo(SERVER);
                DatagramSocket echo6 = world.echo(SERVER6);
                DatagramSocket four = socket(world.first, CLIENT, 0);
                DatagramSocket six = socket(world.first, CLIENT6, 0)) {
            world.outsideMtu = 1350;
            TunnelWorld.Life life = world.new Life(Optional.empty()).start();
            await().until(() -> asks(four, SERVER, 10));
            await().until(() -> asks(six, SERVER6, 10));
            assertThat(life.path.counters().packets(PathOutcome.MTU)).isZero();
            // The client's device takes 1,430, the way out 1,350.
            await().until(() -> asks(four, SERVER, 1390));
            await().until(() -> asks(six, SERVER6, 1370));
            assertThat(life.path.counters().packets(PathOutcome.MTU)).isGreaterThanOrEqualTo(2);
            // The server's device takes 1,500, the way in 1,430.
            await().until(() -> asks(four, SERVER, 1460));
            await().until(() -> asks(six, SERVER6, 1440));
            assertThat(life.path.counters().packets(PathOutcome.MTU)).isGreaterThanOrEqualTo(4);
            life.close(); // D
        }
    }

    @Test
    void pastTheHorizonNothingLeavesByTheTunnelNeitherTheProgramsNorJavas() throws Exception {
        try (TunnelWorld world = new TunnelWorld(false);
                DatagramSocket echo = world.echo(SERVER);
                DatagramSocket client = socket(world.first, CLIENT, 0)) {
            TunnelWorld.Life life = world.new Life(Optional.empty()).start();
            await().until(() -> asks(client, SERVER, 10));
            // Java believes that it may act, as a thread does that froze.
            life.keeping.actsUntil = new BootClock().getAsLong();
            await().until(() -> !asks(client, SERVER, 10));
            assertThat(notActing(life)).isPositive();
            long sent = life.path.counters().packets(PathOutcome.HIT_OUT);
            long before = notActing(life);
            world.first.ip("neigh flush dev vx0");
            assertThat(asks(client, SERVER, 10)).isFalse();
            await().until(() -> notActing(life) > before);
            assertThat(world.first.ip("neigh show 10.0.0.4 dev vx0"))
                    .as("Java's answer to who has the gateway's address")
                    .doesNotContain("lladdr");
            assertThat(life.path.counters().packets(PathOutcome.HIT_OUT)).isEqualTo(sent);
            life.keeping.actsUntil = Long.MAX_VALUE;
            await().until(() -> asks(client, SERVER, 10));
            life.close(); // D
        }
    }

    private static long notActing(TunnelWorld.Life life) {
        return life.path.counters().packets(DropReason.NOT_ACTING.number());
    }

    @Test
    void whatIsSentToAnotherAddressOfTheBoxIsNotTheTunnels() throws Exception {
        try (TunnelWorld world = new TunnelWorld(false);
                DatagramSocket client = socket(world.first, CLIENT, 0)) {
            TunnelWorld.Life life = world.new Life(Optional.empty()).start();
            world.first.ip("link del vx0");
            world.first.ip("link add vx0 type vxlan id 100 remote 10.99.1.1 dstport 4789");
            world.first.ip("link set vx0 up");
            world.first.ip("addr add 10.0.1.5/16 dev vx0");
            world.first.ip("neigh add 10.0.0.4 lladdr 02:5a:00:00:00:64 dev vx0");
            world.first.ip("route add default via 10.0.0.4 dev vx0");
            await().until(() -> {
                asks(client, SERVER, 10);
                return life.path.counters().packets(DropReason.TUNNEL_ADDRESS.number()) > 0;
            });
            assertThat(life.keeping.asked).isZero();
            life.close(); // D
        }
    }

    @Test
    void aRestartedProcessGoesOnWithTheDeviceAndItsConnections() throws Exception {
        try (TunnelWorld world = new TunnelWorld(false);
                DatagramSocket echo = world.echo(SERVER);
                DatagramSocket client = socket(world.first, CLIENT, 0)) {
            BootClock boot = new BootClock();
            TunnelWorld.Life dead = world.new Life(Optional.of(PINS)).start();
            await().until(() -> asks(client, SERVER, 10));
            String device = world.node.ip("-o link show " + DEVICE);
            dead.keeping.actsUntil = boot.getAsLong() + 60_000_000_000L;
            await().until(() -> asks(client, SERVER, 10));
            dead.path.remain(); // as when it is killed: nothing is said to the kernel
            dead.dataPlane.close();
            assertThat(asks(client, SERVER, 10)).as("with nobody there").isTrue();
            TunnelWorld.Life next = world.new Life(Optional.of(PINS));
            assertThat(next.path.isInherited()).isTrue();
            assertThat(asks(client, SERVER, 10)).as("before it starts").isTrue();
            next.keeping.acting = false;
            next.start();
            // What comes up while it looks at its connections anew waits until it may act.
            await().until(() -> asks(client, SERVER, 10));
            next.dataPlane.execute(() -> {
                next.keeping.inherit(boot.getAsLong());
                next.keeping.acting = true;
            });
            await().until(() -> asks(client, SERVER, 10));
            assertThat(world.node.ip("-o link show " + DEVICE)).isEqualTo(device);
            assertThat(next.keeping.asked).as("opens asked in the second life").isZero();
            next.close();
        }
    }

    @Test
    void anotherOwnersDeviceIsLeftAloneAndTheReasonSaid() {
        try (TunnelWorld world = new TunnelWorld(false)) {
            world.node.ip("link add " + DEVICE + " type bridge");
            world.node.exec("ip", "link", "set", DEVICE, "alias", "somebody's");
            TunnelWorld.Life life = world.new Life(Optional.empty());
            assertThat(life.path.tunnelRefusal()).contains(DEVICE, "somebody's");
            assertThat(life.path.tunnelDevice()).isEmpty();
            life.start(); // by the socket
            life.close(); // D
            assertThat(world.node.ip("link show " + DEVICE)).contains("somebody's");
        }
    }
}
