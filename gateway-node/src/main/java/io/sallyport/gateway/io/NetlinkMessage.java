package io.sallyport.gateway.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What an rtnetlink request says behind its header: a fixed part, then attributes {length u16, type
 * u16, value} padded to 4 bytes.
 */
final class NetlinkMessage {

    /** What {@link NetlinkSocket#send} takes, less the header. */
    private static final int LONGEST = 256 - 16;

    private static final int NESTED = 0x8000;
    private static final int LINK_HEADER = 16;
    private static final int ROUTE_HEADER = 12;

    private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST).order(ByteOrder.nativeOrder());

    /** {@code struct ifinfomsg}; 0: the link is named by an attribute. */
    static NetlinkMessage link(int index, int flags, int changed) {
        NetlinkMessage message = new NetlinkMessage();
        message.bytes.putInt(4, index).putInt(8, flags).putInt(12, changed).position(LINK_HEADER);
        return message;
    }

    /** {@code struct rtmsg} of a host route that refuses what it gets. */
    static NetlinkMessage blackhole(int addressBytes, int table, int protocol) {
        NetlinkMessage message = new NetlinkMessage();
        message.bytes
                .put(0, (byte) (addressBytes == 4 ? Netlink.AF_INET : Netlink.AF_INET6))
                .put(1, (byte) (addressBytes * 8))
                .put(4, (byte) (table < 256 ? table : 0))
                .put(5, (byte) protocol)
                .put(7, NetlinkParser.BLACKHOLE)
                .position(ROUTE_HEADER);
        return message;
    }

    NetlinkMessage octets(int type, byte[] value) {
        return attribute(type, value);
    }

    private NetlinkMessage attribute(int type, byte[] value) {
        bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        bytes.position(bytes.position() + 3 & ~3);
        return this;
    }

    NetlinkMessage octet(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    NetlinkMessage bigEndian16(int type, int value) {
        return attribute(type, new byte[] {(byte) (value >> 8), (byte) value});
    }

    NetlinkMessage number(int type, int value) {
        return attribute(
                type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    NetlinkMessage text(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    NetlinkMessage nested(int type, NetlinkMessage attributes) {
        return attribute(type | NESTED, attributes.written());
    }

    byte[] written() {
        byte[] written = new byte[bytes.position()];
        bytes.get(0, written);
        return written;
    }
}
