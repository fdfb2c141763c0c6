package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.*;

import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * ICMP errors (RFC 5508, 4.2): which connection the packet quoted in one belongs to, and the quote
 * as its sender knows it. The quote is of the other direction than the error itself: an error from
 * outside quotes what left here, so its source is the EIP.
 */
@HotPath
final class ErrorTranslator {

    /** What the quote says; filled by {@link #read}. */
    long sourceHigh;

    long sourceLow;
    long targetHigh;
    long targetLow;
    int protocol;
    int sourcePort;
    int targetPort;

    private long ip;
    private long transport;
    private long end;

    /** Null: understood. */
    @Nullable DropReason read(Packet packet) {
        MemorySegment memory = packet.memory;
        if (packet.isFragment()) {
            return DropReason.ICMP_UNSUPPORTED;
        }
        long sum = Checksums.sum(memory, packet.transport, packet.transportLength);
        if (!packet.v4) {
            sum +=
                    Checksums.pseudo(
                            packet.sourceHigh,
                            packet.sourceLow,
                            packet.targetHigh,
                            packet.targetLow,
                            ICMPV6_PROTOCOL,
                            packet.transportLength);
        }
        if (packet.partialChecksum) {
            Rewriter.completeChecksum(packet);
        } else if (Checksums.fold(sum) != 0xffff) {
            return DropReason.ICMP_CHECKSUM_BAD;
        }
        ip = packet.transport + ICMP;
        end = packet.ip + packet.length;
        return packet.v4 ? readV4(memory) : readV6(memory);
    }

    private @Nullable DropReason readV4(MemorySegment memory) {
        if (ip + IPV4 > end || u8(memory, ip) >>> 4 != 4) {
            return DropReason.ICMP_HEADER_BAD;
        }
        int header = (u8(memory, ip) & 0xf) * 4;
        if (header < IPV4
                || ip + header + 8 > end
                || Checksums.fold(Checksums.sum(memory, ip, header)) != 0xffff
                || (u16(memory, ip + IPV4_FRAGMENT) & IPV4_OFFSET_MASK) != 0) {
            return DropReason.ICMP_HEADER_BAD;
        }
        sourceHigh = 0;
        sourceLow = 0xffff_0000_0000L | u32(memory, ip + IPV4_SOURCE);
        targetHigh = 0;
        targetLow = 0xffff_0000_0000L | u32(memory, ip + IPV4_TARGET);
        protocol = u8(memory, ip + IPV4_PROTOCOL);
        transport = ip + header;
        return ports(memory, 8, 0);
    }

    private @Nullable DropReason readV6(MemorySegment memory) {
        if (ip + IPV6 + 8 > end || u8(memory, ip) >>> 4 != 6) {
            return DropReason.ICMP_HEADER_BAD;
        }
        sourceHigh = i64(memory, ip + IPV6_SOURCE);
        sourceLow = i64(memory, ip + IPV6_SOURCE + 8);
        targetHigh = i64(memory, ip + IPV6_TARGET);
        targetLow = i64(memory, ip + IPV6_TARGET + 8);
        protocol = u8(memory, ip + IPV6_NEXT);
        transport = ip + IPV6;
        if (protocol == IPV6_FRAGMENT) {
            if (transport + 16 > end || (u16(memory, transport + 2) & 0xfff8) != 0) {
                return DropReason.ICMP_HEADER_BAD;
            }
            protocol = u8(memory, transport);
            transport += 8;
        }
        if (isMapped(sourceHigh, sourceLow) || isMapped(targetHigh, targetLow)) {
            return DropReason.ICMP_HEADER_BAD;
        }
        return ports(memory, 128, 129);
    }

    private @Nullable DropReason ports(MemorySegment memory, int request, int reply) {
        sourcePort = u16(memory, transport);
        targetPort = u16(memory, transport + 2);
        if (protocol == TCP_PROTOCOL || protocol == UDP_PROTOCOL) {
            return null;
        }
        int type = u8(memory, transport);
        int identifier = u16(memory, transport + ICMP_ID);
        sourcePort = type == request ? identifier : 0;
        targetPort = type == reply ? identifier : 0;
        boolean echo =
                protocol == (request == 8 ? ICMP_PROTOCOL : ICMPV6_PROTOCOL)
                        && (type == request || type == reply);
        return echo ? null : DropReason.ICMP_UNSUPPORTED;
    }

    /**
     * Rewrites quote and error. {@code source}: the quote's source is replaced (the error came from
     * outside), else its target. {@code port}: {@link Rewriter#NO_PORT} where it stays.
     */
    void rewrite(Packet packet, boolean source, long high, long low, int port) {
        MemorySegment memory = packet.memory;
        long delta =
                source
                        ? Checksums.deltaAddress(sourceHigh, sourceLow, high, low)
                        : Checksums.deltaAddress(targetHigh, targetLow, high, low);
        Rewriter.address(memory, ip, packet.v4, source, high, low, delta);
        long portDelta = 0;
        if (port != Rewriter.NO_PORT) {
            boolean icmp = protocol == ICMP_PROTOCOL || protocol == ICMPV6_PROTOCOL;
            long at = transport + (icmp ? ICMP_ID : source ? 0 : 2);
            portDelta = Checksums.delta16(u16(memory, at), port);
            put16(memory, at, port);
        }
        long field = transport + checksumAt(protocol);
        boolean summed = port != Rewriter.NO_PORT || Rewriter.holdsAddress(protocol);
        if (summed && field + 2 <= end) {
            Rewriter.checksum(memory, field, protocol, false, delta, portDelta);
        }
        // The error's own addresses: from outside its target is the client; from inside its source
        // is the EIP, whoever told it.
        boolean outward = !source;
        Rewriter.translate(packet, outward, high, low, Rewriter.NO_PORT);
        put16(memory, packet.transport + ICMP_CHECKSUM, 0);
        long sum = Checksums.sum(memory, packet.transport, packet.transportLength);
        if (!packet.v4) {
            sum +=
                    outward
                            ? Checksums.pseudo(
                                    high,
                                    low,
                                    packet.targetHigh,
                                    packet.targetLow,
                                    ICMPV6_PROTOCOL,
                                    packet.transportLength)
                            : Checksums.pseudo(
                                    packet.sourceHigh,
                                    packet.sourceLow,
                                    high,
                                    low,
                                    ICMPV6_PROTOCOL,
                                    packet.transportLength);
        }
        put16(memory, packet.transport + ICMP_CHECKSUM, Checksums.finish(sum));
    }
}
