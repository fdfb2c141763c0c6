package io.sallyport.bench;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A kind of frame that the generator knows, in the order of {@code enum kind} in traffic.h. The
 * template has zeros where a flow is filled in: the client's last 32 bits, both ports, the time.
 */
enum FrameKind {
    UDP_V4(60, 14, false, false),
    UDP_V6(66, 14, true, false),
    SYN_V4(60, 14, false, true),
    SYN_V6(78, 14, true, true),
    /** The first kind inside a tunnel. */
    VXLAN_V4(110, 64, false, false);

    private static final int ETHERNET = 14;
    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int SYN = 2;

    private final int length;
    private final int ip;
    private final boolean v6;
    private final boolean tcp;

    FrameKind(int length, int ip, boolean v6, boolean tcp) {
        this.length = length;
        this.ip = ip;
        this.v6 = v6;
        this.tcp = tcp;
    }

    /** Bytes of a frame, its Ethernet header counted. */
    int length() {
        return length;
    }

    /** Where the header is that is translated: behind a tunnel's, where there is one. */
    int ip() {
        return ip;
    }

    boolean isV6() {
        return v6;
    }

    private int transport() {
        return ip + (v6 ? 40 : 20);
    }

    /** A SYN over IPv4 has a segment-size option, and two bytes of Ethernet's padding behind it. */
    private int transportLength() {
        return tcp ? 24 : length - transport();
    }

    /** The frame from the testbed's client to its sink, checksums left out. */
    byte[] template() {
        ByteBuffer frame = ByteBuffer.allocate(length);
        if (ip > ETHERNET) {
            tunnel(frame);
        }
        frame.put(mac(Testbed.INSIDE_MAC)).put(mac(Testbed.CLIENT_MAC));
        if (v6) {
            frame.putShort((short) 0x86dd)
                    .putInt(0x6000_0000)
                    .putShort((short) transportLength())
                    .put((byte) (tcp ? TCP : UDP))
                    .put((byte) 64)
                    .put(InetAddress.ofLiteral("fd00:1::").getAddress())
                    .put(InetAddress.ofLiteral(Testbed.SINK_V6).getAddress());
        } else {
            frame.putShort((short) 0x0800)
                    .putShort((short) 0x4500)
                    .putShort((short) (20 + transportLength()))
                    .putInt(0x4000) // Not to be fragmented.
                    .put((byte) 64)
                    .put((byte) (tcp ? TCP : UDP))
                    .putShort((short) 0)
                    .putInt(0)
                    .put(InetAddress.ofLiteral(Testbed.SINK).getAddress());
        }
        frame.position(transport());
        if (tcp) {
            frame.putInt(transport() + 12, 0x6000_0000 | SYN << 16 | 64_240);
            frame.putInt(transport() + 20, 0x0204_0000 | (v6 ? 1440 : 1460));
        } else {
            frame.putShort(transport() + 4, (short) transportLength());
        }
        return frame.array();
    }

    /** From the client's end of the tunnel to the gateway's, whose checksum may be 0. */
    private void tunnel(ByteBuffer frame) {
        int outer = ETHERNET;
        frame.put(mac(Testbed.INSIDE_MAC)).put(mac(Testbed.CLIENT_MAC)).putShort((short) 0x0800);
        frame.putShort((short) 0x4500)
                .putShort((short) (length - outer))
                .putInt(0x4000)
                .put((byte) 64)
                .put((byte) UDP)
                .putShort((short) 0)
                .put(InetAddress.ofLiteral(Testbed.CLIENT).getAddress())
                .put(InetAddress.ofLiteral(Testbed.INSIDE_ADDRESS).getAddress());
        int sum = sum(frame.array(), outer, 20);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        frame.order(ByteOrder.nativeOrder()).putShort(outer + 10, (short) ~sum);
        frame.order(ByteOrder.BIG_ENDIAN)
                .putShort((short) 49_999)
                .putShort((short) Testbed.TUNNEL_PORT)
                .putShort((short) (length - outer - 20))
                .putShort((short) 0)
                .putInt(0x0800_0000)
                .putInt(Testbed.VNI << 8);
    }

    /** Of the transport header, what follows it and the pseudo header; not folded. */
    int checksum(byte[] template) {
        int addresses = v6 ? 32 : 8;
        byte[] pseudo =
                ByteBuffer.allocate(4)
                        .putShort((short) (tcp ? TCP : UDP))
                        .putShort((short) transportLength())
                        .array();
        return sum(template, transport() - addresses, addresses)
                + sum(pseudo, 0, pseudo.length)
                + sum(template, transport(), transportLength());
    }

    /** Of an IPv4 header; not folded. */
    int ipChecksum(byte[] template) {
        return v6 ? 0 : sum(template, ip, 20);
    }

    /** Words as the machine loads them, since the program adds such. */
    private static int sum(byte[] bytes, int from, int length) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int sum = 0;
        for (int at = from; at < from + length; at += 2) {
            sum += Short.toUnsignedInt(words.getShort(at));
        }
        return sum;
    }

    private static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }
}
