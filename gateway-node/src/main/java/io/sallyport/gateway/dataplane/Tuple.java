package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;

import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.Octets;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/** The packet that a tuple stands for: well formed, with right checksums, as short as may be. */
final class Tuple {

    static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp", "icmpv6");
    private static final int TTL = 64;
    private static final int NO_PORT = -1;

    private final int protocol;
    private final IpAddress source;
    private final IpAddress target;
    private final int sourcePort;
    private final int targetPort;
    private int flags;
    int ttl = TTL;

    /** Of the whole packet; 0: as short as may be. */
    int length;

    /**
     * @throws IllegalArgumentException saying what is wrong and what is allowed
     */
    Tuple(String name, String from, String to) {
        protocol =
                switch (name) {
                    case "tcp" -> TCP_PROTOCOL;
                    case "udp" -> UDP_PROTOCOL;
                    case "icmp" -> ICMP_PROTOCOL;
                    default -> ICMPV6_PROTOCOL;
                };
        boolean portless = isIcmp();
        source = address(from, portless);
        target = address(to, portless);
        sourcePort = port(from);
        targetPort = port(to);
        if (source.isV4() != target.isV4()) {
            throw Probe.wrong(from + " and " + to + " are of two families");
        }
        if (isIcmp() && source.isV4() != (protocol == ICMP_PROTOCOL)) {
            throw Probe.wrong(source.isV4() ? "IPv4 has icmp" : "IPv6 has icmpv6");
        }
        if (isIcmp() && (sourcePort == NO_PORT) == (targetPort == NO_PORT)) {
            throw Probe.wrong(
                    "one side of "
                            + name
                            + " has an identifier: the source of a request, the target of a reply");
        }
    }

    private boolean isIcmp() {
        return protocol == ICMP_PROTOCOL || protocol == ICMPV6_PROTOCOL;
    }

    private static boolean hasPort(String text) {
        int colon = text.lastIndexOf(':');
        return text.contains("]:") || (colon >= 0 && colon == text.indexOf(':'));
    }

    private static IpAddress address(String text, boolean portless) {
        try {
            if (hasPort(text)) {
                return Endpoint.parse(text).address();
            }
            if (portless) {
                return IpAddress.parse(text.replaceAll("[\\[\\]]", ""));
            }
        } catch (IllegalArgumentException e) {
            throw Probe.wrong("'" + text + "': " + e.getMessage());
        }
        throw Probe.wrong("'" + text + "' is not address:port");
    }

    private static int port(String text) {
        return hasPort(text) ? Endpoint.parse(text).port() : NO_PORT;
    }

    void flag(String name, int bit) {
        if (protocol != TCP_PROTOCOL) {
            throw Probe.wrong(name.toUpperCase(Locale.ROOT) + " is a flag of tcp only");
        }
        flags |= bit;
    }

    byte[] packet() {
        boolean v4 = source.isV4();
        int ip = v4 ? IPV4 : IPV6;
        int least = ip + (protocol == TCP_PROTOCOL ? TCP : UDP);
        int total = length == 0 ? least : length;
        if (total < least) {
            throw Probe.wrong("length " + length + " is less than its headers, " + least);
        }
        byte[] bytes = new byte[total];
        MemorySegment memory = MemorySegment.ofArray(bytes);
        transport(memory, ip, total - ip);
        if (v4) {
            Octets.put8(memory, 0, 0x45);
            Octets.put16(memory, IPV4_TOTAL, total);
            Octets.put16(memory, IPV4_FRAGMENT, IPV4_DONT_FRAGMENT);
            Octets.put8(memory, IPV4_TTL, ttl);
            Octets.put8(memory, IPV4_PROTOCOL, protocol);
            MemorySegment.copy(MemorySegment.ofArray(source.bytes()), 0, memory, IPV4_SOURCE, 4);
            MemorySegment.copy(MemorySegment.ofArray(target.bytes()), 0, memory, IPV4_TARGET, 4);
            Octets.put16(memory, IPV4_CHECKSUM, Checksums.finish(Checksums.sum(memory, 0, IPV4)));
        } else {
            Octets.put8(memory, 0, 0x60);
            Octets.put16(memory, IPV6_PAYLOAD, total - IPV6);
            Octets.put8(memory, IPV6_NEXT, protocol);
            Octets.put8(memory, IPV6_HOPS, ttl);
            MemorySegment.copy(MemorySegment.ofArray(source.bytes()), 0, memory, IPV6_SOURCE, 16);
            MemorySegment.copy(MemorySegment.ofArray(target.bytes()), 0, memory, IPV6_TARGET, 16);
        }
        return bytes;
    }

    private void transport(MemorySegment memory, int at, int bytes) {
        switch (protocol) {
            case TCP_PROTOCOL -> {
                Octets.put16(memory, at, sourcePort);
                Octets.put16(memory, at + 2, targetPort);
                Octets.put8(memory, at + TCP_OFFSET, TCP / 4 << 4);
                // Without a word it is one of an established connection.
                Octets.put8(memory, at + TCP_FLAGS, flags == 0 ? ACK : flags);
                Octets.put16(memory, at + TCP_WINDOW, 0xffff);
            }
            case UDP_PROTOCOL -> {
                Octets.put16(memory, at, sourcePort);
                Octets.put16(memory, at + 2, targetPort);
                Octets.put16(memory, at + UDP_LENGTH, bytes);
            }
            default -> {
                boolean request = sourcePort != NO_PORT;
                int type = protocol == ICMP_PROTOCOL ? request ? 8 : 0 : request ? 128 : 129;
                Octets.put8(memory, at, type);
                Octets.put16(memory, at + ICMP_ID, request ? sourcePort : targetPort);
            }
        }
        long sum = Checksums.sum(memory, at, bytes);
        if (sumsAddresses(protocol)) {
            sum +=
                    Checksums.pseudo(
                            source.high(),
                            source.low(),
                            target.high(),
                            target.low(),
                            protocol,
                            bytes);
        }
        int checksum = Checksums.finish(sum);
        Octets.put16(
                memory,
                at + checksumAt(protocol),
                checksum == 0 && protocol == UDP_PROTOCOL ? 0xffff : checksum);
    }
}
