package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.put16;
import static io.sallyport.gateway.wire.Octets.put32;
import static io.sallyport.gateway.wire.Octets.put64;
import static io.sallyport.gateway.wire.Octets.put8;
import static io.sallyport.gateway.wire.Octets.u16;
import static io.sallyport.gateway.wire.Octets.u8;

import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * Writes the translated headers over the old ones. One code for both directions and families: one
 * address and its port are replaced, checksums follow by deltas (RFC 1624).
 */
@HotPath
final class Rewriter {

    private Rewriter() {}

    /** {@code port} where the transport header is somebody else's concern. */
    static final int NO_PORT = -1;

    /** Replaces the source ({@code outward}) or the target, and counts down the TTL. */
    static void translate(Packet packet, boolean outward, long high, long low, int port) {
        long address =
                outward
                        ? Checksums.deltaAddress(packet.sourceHigh, packet.sourceLow, high, low)
                        : Checksums.deltaAddress(packet.targetHigh, packet.targetLow, high, low);
        address(packet.memory, packet.ip, packet.v4, outward, high, low, address);
        countDown(packet);
        if (packet.fragmentOffset == 0 && port != NO_PORT) {
            transport(packet, outward, port, address);
        }
    }

    /**
     * Replaces the source ({@code outward}) or the target and nothing else: ports stay, and of what
     * is above IP only the checksums that are known to hold the address.
     */
    static void exchange(Packet packet, boolean outward, long high, long low) {
        long delta =
                outward
                        ? Checksums.deltaAddress(packet.sourceHigh, packet.sourceLow, high, low)
                        : Checksums.deltaAddress(packet.targetHigh, packet.targetLow, high, low);
        address(packet.memory, packet.ip, packet.v4, outward, high, low, delta);
        countDown(packet);
        if (packet.fragmentOffset == 0 && holdsAddress(packet.protocol)) {
            long field = packet.transport + checksumAt(packet.protocol);
            if (field + 2 <= packet.ip + packet.length) {
                checksum(packet.memory, field, packet.protocol, packet.partialChecksum, delta, 0);
            }
        }
    }

    /** Whether its checksum covers the addresses; of protocols that are not looked into, none. */
    static boolean holdsAddress(int protocol) {
        return protocol == TCP_PROTOCOL || protocol == UDP_PROTOCOL || protocol == ICMPV6_PROTOCOL;
    }

    /** An address of a header at {@code ip}; IPv4's header checksum follows. */
    static void address(
            MemorySegment memory,
            long ip,
            boolean v4,
            boolean source,
            long high,
            long low,
            long delta) {
        if (v4) {
            put32(memory, ip + (source ? IPV4_SOURCE : IPV4_TARGET), (int) low);
            int checksum = u16(memory, ip + IPV4_CHECKSUM);
            put16(memory, ip + IPV4_CHECKSUM, Checksums.apply(checksum, delta));
        } else {
            put64(memory, ip + (source ? IPV6_SOURCE : IPV6_TARGET), high);
            put64(memory, ip + (source ? IPV6_SOURCE : IPV6_TARGET) + 8, low);
        }
    }

    private static void countDown(Packet packet) {
        if (!packet.v4) {
            put8(packet.memory, packet.ip + IPV6_HOPS, packet.ttl - 1);
            return;
        }
        int before = u16(packet.memory, packet.ip + IPV4_TTL);
        int after = before - 0x100;
        put16(packet.memory, packet.ip + IPV4_TTL, after);
        int checksum = u16(packet.memory, packet.ip + IPV4_CHECKSUM);
        put16(
                packet.memory,
                packet.ip + IPV4_CHECKSUM,
                Checksums.apply(checksum, Checksums.delta16(before, after)));
    }

    private static void transport(Packet packet, boolean outward, int port, long addressDelta) {
        MemorySegment memory = packet.memory;
        boolean icmp = packet.protocol == ICMP_PROTOCOL || packet.protocol == ICMPV6_PROTOCOL;
        long at = packet.transport + (icmp ? ICMP_ID : outward ? 0 : 2);
        long delta = Checksums.delta16(u16(memory, at), port);
        put16(memory, at, port);
        long field = packet.transport + checksumAt(packet.protocol);
        checksum(memory, field, packet.protocol, packet.partialChecksum, addressDelta, delta);
    }

    /** Brings a transport checksum up to date. */
    static void checksum(
            MemorySegment memory,
            long field,
            int protocol,
            boolean partial,
            long addressDelta,
            long portDelta) {
        int before = u16(memory, field);
        if (protocol == UDP_PROTOCOL && before == 0 && !partial) {
            return; // the sender made none
        }
        long delta = sumsAddresses(protocol) ? addressDelta : 0;
        int after =
                partial
                        ? Checksums.applyPartial(before, delta)
                        : Checksums.apply(before, delta + portDelta);
        put16(memory, field, protocol == UDP_PROTOCOL && after == 0 && !partial ? 0xffff : after);
    }

    /** Does what the device would have done, for doors that have none. */
    static void completeChecksum(Packet packet) {
        long field = packet.transport + checksumAt(packet.protocol);
        long length = packet.length - (packet.transport - packet.ip);
        int sum = Checksums.finish(Checksums.sum(packet.memory, packet.transport, length));
        put16(packet.memory, field, packet.protocol == UDP_PROTOCOL && sum == 0 ? 0xffff : sum);
        packet.partialChecksum = false;
        packet.frame.offloadFlags = 0;
    }

    /**
     * Lowers the MSS option of a SYN to what the path carries.
     *
     * @return whether it was greater
     */
    static boolean clampMss(Packet packet, int mtu) {
        MemorySegment memory = packet.memory;
        int greatest = mtu - (packet.v4 ? IPV4 : IPV6) - TCP;
        long at = packet.transport + TCP;
        long end = packet.transport + (u8(memory, packet.transport + TCP_OFFSET) >>> 4) * 4L;
        while (at < end) {
            int kind = u8(memory, at);
            if (kind == 0) {
                return false;
            }
            if (kind == 1) {
                at++;
                continue;
            }
            int length = at + 1 < end ? u8(memory, at + 1) : 0;
            if (length < 2 || at + length > end) {
                return false;
            }
            if (kind == 2 && length == 4) {
                int mss = u16(memory, at + 2);
                if (mss <= greatest) {
                    return false;
                }
                put16(memory, at + 2, greatest);
                if (!packet.partialChecksum) {
                    // An option at an odd offset has its bytes swapped in the sum.
                    boolean odd = (at - packet.transport & 1) != 0;
                    int before = odd ? swap(mss) : mss;
                    int after = odd ? swap(greatest) : greatest;
                    long field = packet.transport + TCP_CHECKSUM;
                    put16(
                            memory,
                            field,
                            Checksums.apply(u16(memory, field), Checksums.delta16(before, after)));
                }
                return true;
            }
            at += length;
        }
        return false;
    }

    private static int swap(int word) {
        return (word & 0xff) << 8 | word >>> 8;
    }

    /** A fresh IPv4 header checksum. */
    static void ipv4Checksum(MemorySegment memory, long ip) {
        put16(memory, ip + IPV4_CHECKSUM, 0);
        int header = (u8(memory, ip) & 0xf) * 4;
        put16(memory, ip + IPV4_CHECKSUM, Checksums.finish(Checksums.sum(memory, ip, header)));
    }
}
