package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One inside tuple that meets several nodes at once: tunnel packets made by hand, of one inner
 * datagram, from several outer ports, so that the routers' ECMP spreads them; and an ear that tells
 * under which outside end each arrived.
 */
@Command(name = "twins", mixinStandardHelpOptions = true)
final class Twins {

    static final int PORT = 9101;

    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;
    private static final int UDP = 8;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Twins()).execute(args));
    }

    /** What all frames of a client have in common. */
    static final class Sender {
        @Option(names = "--inside", required = true)
        String inside = "";

        @Option(names = "--to", required = true)
        String to = "";

        @Option(names = "--vni", required = true)
        int vni;

        @Option(names = "--mac", required = true, description = "the client's")
        String mac = "";

        @Option(names = "--gateway-mac", required = true, description = "the next hop's")
        String gatewayMac = "";

        @Option(
                names = "--doors",
                defaultValue = "16",
                description = "outer ports from which they go in turn")
        int doors;

        /** A tunnel packet: VXLAN, Ethernet, IPv4, UDP without a checksum, {@code text}. */
        byte[] frame(int sourcePort, String text) throws IOException {
            byte[] body = text.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer frame = ByteBuffer.allocate(8 + ETHERNET + IPV4 + UDP + body.length);
            frame.putInt(0x0800_0000).putInt(vni << 8);
            HexFormat colons = HexFormat.ofDelimiter(":");
            frame.put(colons.parseHex(gatewayMac))
                    .put(colons.parseHex(mac))
                    .putShort((short) 0x800);
            int header = frame.position();
            frame.put((byte) 0x45).put((byte) 0).putShort((short) (IPV4 + UDP + body.length));
            frame.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
            frame.put(InetAddress.getByName(inside).getAddress());
            frame.put(InetAddress.getByName(to).getAddress());
            frame.putShort(header + 10, checksum(frame, header));
            frame.putShort((short) sourcePort).putShort((short) PORT);
            frame.putShort((short) (UDP + body.length)).putShort((short) 0).put(body);
            return frame.array();
        }

        private static short checksum(ByteBuffer frame, int header) {
            int sum = 0;
            for (int at = header; at < header + IPV4; at += 2) {
                sum += frame.getShort(at) & 0xffff;
            }
            sum = (sum & 0xffff) + (sum >>> 16);
            return (short) ~(sum + (sum >>> 16));
        }
    }

    @Command(
            name = "say",
            description = "Lines SOURCE-PORT COPIES TEXT: that datagram so often, at once.")
    int say(@CommandLine.Mixin Sender sender) throws IOException {
        InetSocketAddress tunnel =
                new InetSocketAddress(Underlay.DUAL.tunnelAddress, Topology.TUNNEL_PORT);
        List<DatagramSocket> doors = new ArrayList<>();
        for (int i = 0; i < sender.doors; i++) {
            doors.add(new DatagramSocket());
        }
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.out.println("saying");
        int door = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            byte[] frame = sender.frame(Integer.parseInt(words[0]), words[2]);
            DatagramPacket packet = new DatagramPacket(frame, frame.length, tunnel);
            for (int copy = Integer.parseInt(words[1]); copy > 0; copy--) {
                try {
                    doors.get(door++ % sender.doors).send(packet);
                } catch (IOException e) {
                    // What an ICMP error of an earlier packet is told by; that one is missed there.
                    System.err.println("send: " + e);
                }
            }
        }
        doors.forEach(DatagramSocket::close);
        return 0;
    }

    @Command(name = "hear", description = "Lines ADDRESS PORT TEXT: what came, in its order.")
    int hear() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(PORT)) {
            socket.setReceiveBufferSize(8 << 20);
            System.out.println("hearing");
            DatagramPacket packet = new DatagramPacket(new byte[256], 256);
            while (true) {
                packet.setLength(256);
                socket.receive(packet);
                System.out.println(
                        packet.getAddress().getHostAddress()
                                + " "
                                + packet.getPort()
                                + " "
                                + new String(
                                        packet.getData(),
                                        0,
                                        packet.getLength(),
                                        StandardCharsets.US_ASCII));
            }
        }
    }
}
