package io.sallyport.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** TCP segments that no stack made, to be sent from one host. */
final class Segments {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PUSH = 8;
    static final int ACK = 16;

    private static final int HEADER = 20;
    private static final int CHECKSUM = 16;

    private final Host host;
    private final List<String> lines = new ArrayList<>();

    Segments(Host host) {
        this.host = host;
    }

    /** One end of a connection, as the segments of it say it. */
    record End(String address, int port) {}

    /** Numbers are of 32 bits, as longs. */
    void add(End from, End to, int flags, long sequence, long acknowledgement, int length) {
        byte[] source = bytes(from.address());
        byte[] target = bytes(to.address());
        byte[] segment =
                ByteBuffer.allocate(HEADER + length)
                        .putShort((short) from.port())
                        .putShort((short) to.port())
                        .putInt((int) sequence)
                        .putInt((int) acknowledgement)
                        .putShort((short) (HEADER / 4 << 12 | flags))
                        .putShort((short) 0x7fff)
                        .array();
        ByteBuffer summed =
                ByteBuffer.allocate(2 * source.length + 4 + segment.length + segment.length % 2)
                        .put(source)
                        .put(target)
                        .putShort((short) 6)
                        .putShort((short) segment.length)
                        .put(segment);
        ByteBuffer.wrap(segment).putShort(CHECKSUM, checksum(summed.rewind()));
        lines.add(
                "%s %s %s"
                        .formatted(
                                from.address(), to.address(), HexFormat.of().formatHex(segment)));
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static short checksum(ByteBuffer of) {
        int sum = 0;
        while (of.hasRemaining()) {
            sum += of.getShort() & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    void send() {
        RawPackets.segments(host, lines);
    }
}
