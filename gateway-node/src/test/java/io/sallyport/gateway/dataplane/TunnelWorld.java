package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two tenants that chose the same addresses, each behind a VXLAN device of its own host, and a
 * server that shares the outside link with the EIPs; the underlay is IPv4 or IPv6.
 *
 * <pre>
 * tenant 1  vx0 10.0.1.5, fd00:1::5  VNI 100  u0 10.99.1.7, fd99:1::7 --- u1  node
 * tenant 2  vx0 10.0.1.5, fd00:1::5  VNI 200  u0 10.99.2.7, fd99:2::7 --- u2  node
 * tunnel    10.255.0.1, fd55::1                                     node  out0 --- s0  server
 * </pre>
 */
final class TunnelWorld implements AutoCloseable {

    static final int PORT = 5353;
    static final String SERVER = "203.0.113.1";
    static final String SERVER6 = "2001:db8:eee::1";
    static final String DEVICE = "sallyport4789";
    private static final long SERVER_MAC = 0x0200_0000_0051L;

    final TestNamespace first = new TestNamespace();
    final TestNamespace second = new TestNamespace();
    final TestNamespace node = new TestNamespace();
    final TestNamespace server = new TestNamespace();
    final Endpoint tunnel;

    /** The node's devices by which tunnels come and whose programs may open them. */
    private final List<String> underlay;

    private final AtomicReference<Throwable> death = new AtomicReference<>();
    volatile int outsideMtu = 1500;

    TunnelWorld(boolean v6) {
        this(v6, List.of());
    }

    TunnelWorld(boolean v6, List<String> underlay) {
        this.underlay = underlay;
        tunnel = Endpoint.parse(v6 ? "[fd55::1]:4789" : "10.255.0.1:4789");
        node.exec("sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0");
        node.ip("addr add 10.255.0.1/32 dev lo");
        node.ip("addr add fd55::1/128 dev lo nodad");
        link(server, "s0", "out0");
        server.ip("link set s0 down");
        server.ip("link set s0 address 02:00:00:00:00:51 up");
        // What XDP sees of a veth has no sums that are left to a device.
        server.exec("ethtool", "-K", "s0", "tx", "off");
        server.ip("addr add 203.0.113.1/24 dev s0");
        server.ip("addr add 2001:db8:eee::1/64 dev s0 nodad");
        tenant(first, 1, v6);
        tenant(second, 2, v6);
        if (!underlay.isEmpty()) {
            // Whole sums, as from a wire, and receivers for what XDP sends.
            List.of(first, second).forEach(host -> host.exec("ethtool", "-K", "u0", "tx", "off"));
            server.exec("ethtool", "-K", "s0", "gro", "on");
        }
    }

    private void tenant(TestNamespace host, int number, boolean v6) {
        String device = "u" + number;
        link(host, "u0", device);
        node.ip("addr add 10.99.%d.1/24 dev %s".formatted(number, device));
        node.ip("addr add fd99:%d::1/64 dev %s nodad".formatted(number, device));
        host.ip("addr add 10.99.%d.7/24 dev u0".formatted(number));
        host.ip("addr add fd99:%d::7/64 dev u0 nodad".formatted(number));
        host.ip("route add 10.255.0.1/32 via 10.99.%d.1".formatted(number));
        host.ip("-6 route add fd55::1/128 via fd99:%d::1".formatted(number));
        host.ip(
                "link add vx0 mtu 1430 type vxlan id %d remote %s dstport 4789"
                        .formatted(100 * number, v6 ? "fd55::1" : "10.255.0.1"));
        host.ip("link set vx0 up");
        host.ip("addr add 10.0.1.5/16 dev vx0");
        host.ip("addr add fd00:1::5/64 dev vx0 nodad");
        host.ip("route add default via 10.0.0.4 dev vx0");
        host.ip("-6 route add default via fd00:1::4 dev vx0");
    }

    private void link(TestNamespace far, String farDevice, String device) {
        far.ip(
                "link add %s type veth peer name %s netns %s"
                        .formatted(farDevice, device, node.name()));
        far.ip("link set " + farDevice + " up");
        node.ip("link set " + device + " up");
    }

    /** One process's part; opened, not yet started. */
    final class Life {
        final LoneKeeping keeping = new LoneKeeping();
        final FastPath path;
        final DataPlane dataPlane;

        Life(Optional<Path> pins) {
            this(Hook.TCX, pins);
        }

        Life(Hook hook, Optional<Path> pins) {
            path =
                    node.inside(() ->
                            FastPath.open(
                                    new FastPathSettings(
                                            hook,
                                            underlay,
                                            "out0",
                                            Optional.of(
                                                    new FastPathSettings.Tunnel(
                                                            tunnel, "test", 1430)),
                                            0,
                                            1000,
                                            pins)));
            NextHops hops =
                    new NextHops() {
                        @Override
                        public long macFor(long high, long low) {
                            return SERVER_MAC;
                        }

                        @Override
                        public long knownMac(long high, long low) {
                            return SERVER_MAC;
                        }

                        @Override
                        public int mtuFor(long high, long low) {
                            return outsideMtu;
                        }

                        @Override
                        public int numberOf(long high, long low) {
                            path.outsideHop(path.outsideHopsFirst(), SERVER_MAC, outsideMtu);
                            return path.outsideHopsFirst();
                        }
                    };
            dataPlane =
                    new DataPlane(
                            new DataPlaneSettings(
                                    Optional.of(tunnel), underlay, "out0", 1430, 1000),
                            hops,
                            FlowSink.NONE,
                            path);
            keeping.carriage = dataPlane.carriage();
            dataPlane.view(view(), () -> {});
            dataPlane.localAddresses(Set.of(tunnel.address()));
        }

        Life start() {
            node.inside(() -> {
                dataPlane.start(keeping, death::set);
                return true;
            });
            return this;
        }

        void close() {
            dataPlane.close();
            path.close();
        }
    }

    private static NodeView view() {
        return new NodeView(
                1,
                Map.of(100, vpc(1), 200, vpc(2)),
                Map.of(
                        0, gateway(0, "nat-00000000000000001", Rig.EIP, Rig.EIP6),
                        1, gateway(1, "nat-00000000000000002", Rig.PLAIN_EIP, Rig.PLAIN_EIP6)),
                Map.of(Rig.EIP, 0, Rig.EIP6, 0, Rig.PLAIN_EIP, 1, Rig.PLAIN_EIP6, 1));
    }

    private static NodeView.VpcView vpc(int number) {
        return new NodeView.VpcView(
                100 * number,
                Rig.prefixes("10.0.0.0/16", "fd00:1::/64"),
                Rig.prefixes("10.99.%d.7/32".formatted(number), "fd99:%d::7/128".formatted(number)),
                List.of(),
                List.of(),
                number - 1);
    }

    private static GatewayView gateway(int index, String id, IpAddress eip, IpAddress eip6) {
        return Rig.gateway(
                index,
                id,
                100 * (index + 1),
                Rig.GATEWAY,
                Optional.of(Rig.GATEWAY6),
                List.of(new GatewayView.Eip(eip, 1), new GatewayView.Eip(eip6, 1)),
                Optional.empty());
    }

    static DatagramSocket socket(TestNamespace in, String address, int port) {
        return in.inside(() -> {
            DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port));
            socket.setSoTimeout(500);
            return socket;
        });
    }

    /** Sends back what it is sent, until it is closed. */
    DatagramSocket echo(String address) {
        DatagramSocket socket = socket(server, address, PORT);
        Thread.startVirtualThread(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
            while (!socket.isClosed()) {
                try {
                    socket.receive(packet);
                    socket.send(packet);
                } catch (java.net.SocketTimeoutException e) {
                    continue;
                } catch (IOException e) {
                    assertThat(socket.isClosed()).as(e.toString()).isTrue();
                }
            }
        });
        return socket;
    }

    /**
     * @return whether an answer of the same length came in half a second
     */
    static boolean asks(DatagramSocket from, String to, int length) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[65535], 65535);
        from.send(new DatagramPacket(new byte[length], length, InetAddress.getByName(to), PORT));
        try {
            from.receive(answer);
        } catch (java.net.SocketTimeoutException e) {
            return false;
        }
        assertThat(answer.getLength()).isEqualTo(length);
        return true;
    }

    @Override
    public void close() {
        first.close();
        second.close();
        node.close();
        server.close();
        assertThat(death.get()).isNull();
    }
}
