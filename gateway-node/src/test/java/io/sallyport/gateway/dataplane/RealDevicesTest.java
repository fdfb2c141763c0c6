package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The packet path between three kernels, offloads left on: a client on a plain device and in a
 * tunnel, a server that shares the outside link with the EIPs.
 *
 * <pre>
 * client  c0 192.168.7.9 ---- in0  gateway node  out0 ---- s0 203.0.113.1, 2001:db8:eee::1  server
 *         u0 10.99.0.7   ---- u0 (10.255.0.1)
 *         vx0 10.0.1.5, fd00:1::5  VNI 100
 * </pre>
 */
@Tag("privileged")
class RealDevicesTest {

    private static final int BYTES = 32 << 20;
    private static final long SERVER_MAC = 0x0200_0000_0051L;

    final TestNamespace client = new TestNamespace();
    final TestNamespace node = new TestNamespace();
    final TestNamespace server = new TestNamespace();
    final LoneKeeping keeping = new LoneKeeping();
    private final AtomicReference<Throwable> death = new AtomicReference<>();
    private volatile int outsideMtu = 1500;
    @Nullable FastPath kernel;

    @SuppressWarnings("NullAway.Init") // by connect()
    DataPlane dataPlane;

    /** The path under test; null: Java's alone. Called in the node's namespace. */
    @Nullable FastPath kernelPath() {
        return null;
    }

    private DataPlane dataPlane() {
        NextHops hops =
                new NextHops() {
                    @Override
                    public long macFor(long high, long low) {
                        return SERVER_MAC;
                    }

                    @Override
                    public long knownMac(long high, long low) {
                        return macFor(high, low);
                    }

                    @Override
                    public int mtuFor(long high, long low) {
                        return outsideMtu;
                    }

                    @Override
                    public int numberOf(long high, long low) {
                        FastPath path = kernel;
                        if (path == null) {
                            return 0;
                        }
                        path.outsideHop(path.outsideHopsFirst(), SERVER_MAC, outsideMtu);
                        return path.outsideHopsFirst();
                    }
                };
        return new DataPlane(
                new DataPlaneSettings(
                        Optional.of(Endpoint.parse("10.255.0.1:4789")),
                        List.of("in0"),
                        "out0",
                        0,
                        10_000),
                hops,
                FlowSink.NONE,
                kernel);
    }

    @BeforeEach
    void connect() {
        node.exec("sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0");
        link(client, "c0", node, "in0");
        link(client, "u0", node, "u0");
        link(server, "s0", node, "out0");
        node.ip("addr add 192.168.7.1/24 dev in0");
        node.ip("addr add 10.99.0.1/24 dev u0");
        node.ip("addr add 10.255.0.1/32 dev lo");
        server.ip("link set s0 down");
        server.ip("link set s0 address 02:00:00:00:00:51 up");
        server.ip("addr add 203.0.113.1/24 dev s0");
        server.ip("addr add 2001:db8:eee::1/64 dev s0 nodad");
        client.ip("addr add 192.168.7.9/24 dev c0");
        client.ip("route add default via 192.168.7.4");
        client.ip("addr add 10.99.0.7/24 dev u0");
        client.ip("route add 10.255.0.1/32 via 10.99.0.1");
        client.ip("link add vx0 mtu 1450 type vxlan id 100 remote 10.255.0.1 dstport 4789");
        client.exec("ethtool", "-K", "vx0", "tx", "off");
        client.ip("link set vx0 up");
        client.ip("addr add 10.0.1.5/16 dev vx0");
        client.ip("addr add fd00:1::5/64 dev vx0 nodad");
        client.ip("-6 route add default via fd00:1::4");
        client.ip("rule add from 10.0.1.5 table 7");
        client.ip("route add default via 10.0.0.4 dev vx0 table 7");
        kernel = node.inside(this::kernelPath);
        dataPlane = dataPlane();
        keeping.carriage = dataPlane.carriage();
        dataPlane.view(Rig.nodeView(Optional.empty(), true), () -> {});
        dataPlane.localAddresses(Set.of(IpAddress.parse("192.168.7.1")));
        node.inside(() -> {
            dataPlane.start(keeping, death::set);
            return true;
        });
    }

    private static void link(TestNamespace a, String deviceA, TestNamespace b, String deviceB) {
        a.ip("link add %s type veth peer name %s netns %s".formatted(deviceA, deviceB, b.name()));
        a.ip("link set " + deviceA + " up");
        b.ip("link set " + deviceB + " up");
    }

    @AfterEach
    void disconnect() {
        dataPlane.close();
        if (kernel != null) {
            kernel.close();
        }
        for (DropReason reason : DropReason.values()) {
            if (dataPlane.counters().drops(reason) > 0) {
                System.out.println(reason + " " + dataPlane.counters().drops(reason));
            }
        }
        client.close();
        node.close();
        server.close();
        assertThat(death.get()).isNull();
    }

    @Test
    void bulkTcpPassesBothWaysOnAPlainDeviceWithOffloadsOn() throws Exception {
        transfer("192.168.7.9", "203.0.113.1", Rig.PLAIN_EIP);
    }

    @Test
    void bulkTcpPassesBothWaysThroughATunnel() throws Exception {
        transfer("10.0.1.5", "203.0.113.1", Rig.EIP);
        assertThat(dataPlane.counters().value(Counters.Name.SEGMENTED) > 0)
                .as("large receives are cut where Java sends")
                .isEqualTo(kernel == null);
    }

    @Test
    void bulkTcpOverIpv6PassesThroughATunnel() throws Exception {
        transfer("fd00:1::5", "2001:db8:eee::1", Rig.EIP6);
    }

    @Test
    void aNarrowPathIsFoundByTheSenderFromOurAnswer() throws Exception {
        outsideMtu = 1280;
        transfer("192.168.7.9", "203.0.113.1", Rig.PLAIN_EIP);
    }

    @Test
    void datagramsOfManyFragmentsAndPingsComeBack() throws Exception {
        for (String from : List.of("192.168.7.9", "10.0.1.5")) {
            exchange(from, "203.0.113.1", 200);
            exchange(from, "203.0.113.1", 30_000);
        }
        // An IPv6 sender must know the path's MTU before it fragments; UDP sends nothing twice.
        server.ip("-6 route add 2001:db8:eee::7/128 dev s0 mtu 1450");
        exchange("fd00:1::5", "2001:db8:eee::1", 20_000);
        for (String ping :
                List.of(
                        "ping -c 3 -i 0.2 -W 5 203.0.113.1",
                        "ping -c 2 -i 0.2 -W 5 -s 4000 203.0.113.1",
                        "ping -c 3 -i 0.2 -W 5 -I 10.0.1.5 203.0.113.1",
                        "ping -6 -c 3 -i 0.2 -W 5 2001:db8:eee::1")) {
            assertThat(client.exec(ping.split(" "))).contains(" 0% packet loss");
        }
    }

    @Test
    void nothingOfTheInsideIsEverSeenOutside() throws Exception {
        Process capture =
                new ProcessBuilder(
                                ("ip netns exec %s tcpdump -i s0 -Q in -nlU -c 1"
                                                + " (src net 192.168.0.0/16 or src net 10.0.0.0/8"
                                                + " or src net fd00::/8)")
                                        .formatted(server.name())
                                        .split(" "))
                        .redirectErrorStream(true)
                        .start();
        awaitLine(capture.getInputStream(), "listening on");
        keeping.refusal = io.sallyport.gateway.connections.Keeping.Refusal.PORTS_EXHAUSTED;
        exchangeInVain("192.168.7.9");
        keeping.refusal = null;
        transfer("192.168.7.9", "203.0.113.1", Rig.PLAIN_EIP);
        exchange("10.0.1.5", "203.0.113.1", 30_000);
        assertThat(capture.isAlive()).as("tcpdump saw nothing").isTrue();
        capture.destroy();
        capture.waitFor();
    }

    private static void awaitLine(InputStream output, String text) throws Exception {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int octet = output.read();
            if (octet < 0) {
                throw new AssertionError("tcpdump: " + seen);
            }
            seen.append((char) octet);
        }
    }

    /** So many bytes down and up again, and who the server thinks it was. */
    void transfer(String from, String to, IpAddress eip) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(to), 8080);
        try (ServerSocket listener =
                server.inside(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.setReuseAddress(true);
                    socket.bind(address);
                    return socket;
                })) {
            CompletableFuture<InetAddress> served =
                    CompletableFuture.supplyAsync(
                            () -> serve(listener), Thread::startVirtualThread);
            try (Socket socket =
                    client.inside(() -> {
                        Socket s = new Socket();
                        s.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
                        s.connect(address, 10_000);
                        s.setSoTimeout(20_000);
                        return s;
                    })) {
                assertThat(checksum(socket.getInputStream())).isEqualTo(checksumOfData());
                write(socket);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            }
            assertThat(IpAddress.of(served.join().getAddress())).isEqualTo(eip);
        }
    }

    private static InetAddress serve(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.setSoTimeout(20_000);
            write(socket);
            boolean right = checksum(socket.getInputStream()) == checksumOfData();
            socket.getOutputStream().write(right ? 1 : 2);
            return socket.getInetAddress();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(Socket socket) throws java.io.IOException {
        Random random = new Random(9);
        byte[] part = new byte[1 << 16];
        for (int sent = 0; sent < BYTES; sent += part.length) {
            random.nextBytes(part);
            socket.getOutputStream().write(part);
        }
    }

    private static long checksumOfData() {
        Random random = new Random(9);
        CRC32 crc = new CRC32();
        byte[] part = new byte[1 << 16];
        for (int sent = 0; sent < BYTES; sent += part.length) {
            random.nextBytes(part);
            crc.update(part);
        }
        return crc.getValue();
    }

    private static long checksum(InputStream stream) throws java.io.IOException {
        CRC32 crc = new CRC32();
        byte[] part = new byte[1 << 16];
        for (int got = 0; got < BYTES; ) {
            int count = stream.readNBytes(part, 0, Math.min(part.length, BYTES - got));
            if (count == 0) {
                throw new AssertionError("the stream ended after " + got + " bytes");
            }
            crc.update(part, 0, count);
            got += count;
        }
        return crc.getValue();
    }

    void exchange(String from, String to, int size) throws Exception {
        try (DatagramSocket echo = socket(server, to, 5353);
                DatagramSocket socket = socket(client, from, 0)) {
            byte[] data = new byte[size];
            new Random(size).nextBytes(data);
            DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
            Thread answering =
                    Thread.startVirtualThread(() -> {
                        try {
                            DatagramPacket asked = new DatagramPacket(new byte[65535], 65535);
                            echo.receive(asked);
                            echo.send(asked);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            InetAddress target = InetAddress.getByName(to);
            socket.send(new DatagramPacket(data, size, target, 5353));
            socket.receive(packet);
            answering.join();
            assertThat(java.util.Arrays.copyOf(packet.getData(), packet.getLength()))
                    .isEqualTo(data);
        }
    }

    private void exchangeInVain(String from) throws Exception {
        try (DatagramSocket socket = socket(client, from, 0)) {
            long before = dataPlane.counters().drops(DropReason.PORTS_EXHAUSTED);
            socket.send(
                    new DatagramPacket(
                            new byte[10], 10, InetAddress.getByName("203.0.113.1"), 5353));
            org.awaitility.Awaitility.await()
                    .until(() -> dataPlane.counters().drops(DropReason.PORTS_EXHAUSTED) > before);
        }
    }

    private static DatagramSocket socket(TestNamespace in, String address, int port) {
        return in.inside(() -> {
            DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port));
            socket.setSoTimeout(10_000);
            return socket;
        });
    }
}
