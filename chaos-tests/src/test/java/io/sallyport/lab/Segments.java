package io.sallyport.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** TCP segments that no stack made, sent from a host by a raw socket. */
final class Segments {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    /** Reads "from to segment", in hexadecimal; the kernel puts the IP header before it. */
    private static final String SENDER =
            """
            use Socket;
            my %sockets;
            while (<STDIN>) {
              my ($from, $to, $bytes) = map { pack("H*", $_) } split;
              my $v4 = length($to) == 4;
              my $family = $v4 ? AF_INET : AF_INET6;
              if (!$sockets{$from}) {
                socket($sockets{$from}, $family, SOCK_RAW, 6) or die "socket: $!";
                bind($sockets{$from}, $v4 ? pack_sockaddr_in(0, $from)
                    : pack_sockaddr_in6(0, $from)) or die "bind: $!";
              }
              send($sockets{$from}, $bytes, 0, $v4 ? pack_sockaddr_in(0, $to)
                  : pack_sockaddr_in6(0, $to)) or die "send: $!";
            }
            """;

    private final Host sender;
    private final InetAddress from;
    private final InetAddress to;
    private final int fromPort;
    private final int toPort;
    private final List<String> lines = new ArrayList<>();

    Segments(Host sender, String from, int fromPort, String to, int toPort) {
        this.sender = sender;
        this.from = address(from);
        this.fromPort = fromPort;
        this.to = address(to);
        this.toPort = toPort;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    Segments add(int flags, long sequence, long acknowledgement, int length) {
        byte[] pseudo = new byte[2 * from.getAddress().length + 4];
        ByteBuffer.wrap(pseudo)
                .put(from.getAddress())
                .put(to.getAddress())
                .putShort((short) 6)
                .putShort((short) (20 + length));
        ByteBuffer segment =
                ByteBuffer.allocate(20 + length)
                        .putShort((short) fromPort)
                        .putShort((short) toPort)
                        .putInt((int) sequence)
                        .putInt((int) acknowledgement)
                        .putShort((short) (5 << 12 | flags))
                        .putShort((short) 0x7fff);
        int sum = sum(pseudo) + sum(segment.array());
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        segment.putShort(16, (short) ~sum);
        lines.add(hex(from.getAddress()) + " " + hex(to.getAddress()) + " " + hex(segment.array()));
        return this;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    void send() {
        Shell.run(sender.inside("perl", "-e", SENDER), String.join("\n", lines) + "\n").orFail();
    }
}
