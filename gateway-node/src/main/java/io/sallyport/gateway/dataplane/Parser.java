package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.i64;
import static io.sallyport.gateway.wire.Octets.u16;
import static io.sallyport.gateway.wire.Octets.u32;
import static io.sallyport.gateway.wire.Octets.u8;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads a frame into a {@link Packet}. Nothing is trusted: every length is checked against the
 * frame before it is used. Network layer first, so that the caller can tell what is not his before
 * the transport layer is judged.
 */
@HotPath
final class Parser {

    private static final int EXTENSIONS_MAX = 4;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;
    private static final long MAPPED = 0xffff_0000_0000L;

    private Parser() {}

    /** The IP header; null where all is well. */
    static @Nullable DropReason network(Frame frame, Packet packet) {
        packet.frame = frame;
        packet.memory = frame.memory;
        packet.ip = frame.at + ETHERNET;
        packet.sourcePort = 0;
        packet.targetPort = 0;
        packet.tcpFlags = 0;
        packet.icmpType = 0;
        packet.icmpCode = 0;
        packet.icmpError = false;
        packet.partialChecksum = false;
        packet.segments = 1;
        packet.headers = 0;
        int available = frame.length - ETHERNET;
        return u16(frame.memory, frame.at + ETHERNET_TYPE) == TYPE_IPV4
                ? ipv4(packet, available)
                : ipv6(packet, available);
    }

    private static @Nullable DropReason ipv4(Packet packet, int available) {
        MemorySegment memory = packet.memory;
        long ip = packet.ip;
        if (available < IPV4) {
            return DropReason.FRAME_TRUNCATED;
        }
        int first = u8(memory, ip);
        int header = (first & 0xf) * 4;
        int length = u16(memory, ip + IPV4_TOTAL);
        if (first >>> 4 != 4 || header < IPV4 || length < header) {
            return DropReason.IPV4_HEADER_BAD;
        }
        if (length > available) {
            return DropReason.FRAME_TRUNCATED;
        }
        if (Checksums.fold(Checksums.sum(memory, ip, header)) != 0xffff) {
            return DropReason.IPV4_CHECKSUM_BAD;
        }
        if (header > IPV4 && !optionsFine(memory, ip + IPV4, ip + header)) {
            return DropReason.IPV4_OPTION_REFUSED;
        }
        int fragment = u16(memory, ip + IPV4_FRAGMENT);
        packet.v4 = true;
        packet.length = length;
        packet.ttl = u8(memory, ip + IPV4_TTL);
        packet.protocol = u8(memory, ip + IPV4_PROTOCOL);
        packet.sourceHigh = 0;
        packet.sourceLow = MAPPED | u32(memory, ip + IPV4_SOURCE);
        packet.targetHigh = 0;
        packet.targetLow = MAPPED | u32(memory, ip + IPV4_TARGET);
        packet.transport = ip + header;
        packet.transportLength = length - header;
        packet.fragmentOffset = (fragment & IPV4_OFFSET_MASK) * 8;
        packet.moreFragments = (fragment & IPV4_MORE) != 0;
        packet.fragmentId = u16(memory, ip + IPV4_ID);
        packet.longest = length;
        return packet.isFragment() && packet.fragmentOffset + packet.transportLength > 0xffff
                ? DropReason.IPV4_HEADER_BAD
                : null;
    }

    /** Loose and strict source routes (131, 137) would have others send our packets elsewhere. */
    private static boolean optionsFine(MemorySegment memory, long from, long end) {
        long at = from;
        while (at < end) {
            int kind = u8(memory, at);
            if (kind == 0) {
                return true;
            }
            if (kind == 1) {
                at++;
                continue;
            }
            if (kind == 131 || kind == 137 || at + 1 >= end) {
                return false;
            }
            int length = u8(memory, at + 1);
            if (length < 2 || at + length > end) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static @Nullable DropReason ipv6(Packet packet, int available) {
        MemorySegment memory = packet.memory;
        long ip = packet.ip;
        if (available < IPV6) {
            return DropReason.FRAME_TRUNCATED;
        }
        int length = IPV6 + u16(memory, ip + IPV6_PAYLOAD);
        if (u8(memory, ip) >>> 4 != 6) {
            return DropReason.IPV6_HEADER_BAD;
        }
        if (length > available) {
            return DropReason.FRAME_TRUNCATED;
        }
        packet.v4 = false;
        packet.length = length;
        packet.ttl = u8(memory, ip + IPV6_HOPS);
        packet.sourceHigh = i64(memory, ip + IPV6_SOURCE);
        packet.sourceLow = i64(memory, ip + IPV6_SOURCE + 8);
        packet.targetHigh = i64(memory, ip + IPV6_TARGET);
        packet.targetLow = i64(memory, ip + IPV6_TARGET + 8);
        packet.fragmentOffset = 0;
        packet.moreFragments = false;
        packet.fragmentId = 0;
        packet.longest = length;
        if (isMapped(packet.sourceHigh, packet.sourceLow)
                || isMapped(packet.targetHigh, packet.targetLow)) {
            // It would be taken for IPv4 in every key.
            return DropReason.SOURCE_MARTIAN;
        }
        return extensions(packet);
    }

    private static @Nullable DropReason extensions(Packet packet) {
        MemorySegment memory = packet.memory;
        long end = packet.ip + packet.length;
        long at = packet.ip + IPV6;
        int next = u8(memory, packet.ip + IPV6_NEXT);
        boolean fragmented = false;
        for (int i = 0; i <= EXTENSIONS_MAX; i++) {
            if (next == IPV6_FRAGMENT && !fragmented && at + 8 <= end) {
                fragmented = true;
                int field = u16(memory, at + 2);
                packet.fragmentOffset = field & 0xfff8;
                packet.moreFragments = (field & 1) != 0;
                packet.fragmentId = u32(memory, at + 4);
                next = u8(memory, at);
                at += 8;
                if (packet.fragmentOffset + (end - at) > 0xffff) {
                    return DropReason.IPV6_EXTENSIONS_BAD;
                }
                if (packet.fragmentOffset != 0) {
                    break;
                }
            } else if ((next == HOP_BY_HOP && i == 0)
                    || next == DESTINATION_OPTIONS
                    || next == ROUTING) {
                if (at + 8 > end || (next == ROUTING && u8(memory, at + 3) != 0)) {
                    return DropReason.IPV6_EXTENSIONS_BAD;
                }
                next = u8(memory, at);
                at += 8 + 8L * u8(memory, at + 1);
                if (at > end) {
                    return DropReason.IPV6_EXTENSIONS_BAD;
                }
            } else {
                break;
            }
        }
        if (packet.fragmentOffset == 0
                && (next == HOP_BY_HOP
                        || next == ROUTING
                        || next == DESTINATION_OPTIONS
                        || next == IPV6_FRAGMENT)) {
            return DropReason.IPV6_EXTENSIONS_BAD;
        }
        packet.protocol = next;
        packet.transport = at;
        packet.transportLength = (int) (end - at);
        return null;
    }

    /** Ports, flags and offloads; null where all is well. Not for later fragments. */
    static @Nullable DropReason transport(Packet packet) {
        DropReason reason =
                switch (packet.protocol) {
                    case TCP_PROTOCOL -> tcp(packet);
                    case UDP_PROTOCOL -> udp(packet);
                    case ICMP_PROTOCOL ->
                            packet.v4 ? icmp(packet) : DropReason.PROTOCOL_UNSUPPORTED;
                    case ICMPV6_PROTOCOL ->
                            packet.v4 ? DropReason.PROTOCOL_UNSUPPORTED : icmp(packet);
                    default -> DropReason.PROTOCOL_UNSUPPORTED;
                };
        return reason == null ? offloads(packet) : reason;
    }

    private static @Nullable DropReason tcp(Packet packet) {
        if (packet.transportLength < TCP) {
            return packet.moreFragments ? DropReason.FRAGMENT_TINY : DropReason.TCP_HEADER_BAD;
        }
        long at = packet.transport;
        int header = (u8(packet.memory, at + TCP_OFFSET) >>> 4) * 4;
        if (header < TCP || header > packet.transportLength) {
            return packet.moreFragments ? DropReason.FRAGMENT_TINY : DropReason.TCP_HEADER_BAD;
        }
        packet.sourcePort = u16(packet.memory, at);
        packet.targetPort = u16(packet.memory, at + 2);
        packet.tcpFlags = u8(packet.memory, at + TCP_FLAGS);
        packet.headers = (int) (at - packet.ip) + header;
        return null;
    }

    private static @Nullable DropReason udp(Packet packet) {
        if (packet.transportLength < UDP) {
            return packet.moreFragments ? DropReason.FRAGMENT_TINY : DropReason.UDP_HEADER_BAD;
        }
        long at = packet.transport;
        int length = u16(packet.memory, at + UDP_LENGTH);
        boolean fits =
                packet.moreFragments
                        ? length > packet.transportLength
                        : length <= packet.transportLength;
        if (length < UDP || !fits) {
            return DropReason.UDP_HEADER_BAD;
        }
        packet.sourcePort = u16(packet.memory, at);
        packet.targetPort = u16(packet.memory, at + 2);
        packet.headers = (int) (at - packet.ip) + UDP;
        return null;
    }

    private static @Nullable DropReason icmp(Packet packet) {
        if (packet.transportLength < ICMP) {
            return packet.moreFragments ? DropReason.FRAGMENT_TINY : DropReason.ICMP_HEADER_BAD;
        }
        packet.icmpType = u8(packet.memory, packet.transport);
        packet.icmpCode = u8(packet.memory, packet.transport + ICMP_CODE);
        packet.headers = (int) (packet.transport - packet.ip) + ICMP;
        int request = packet.v4 ? 8 : 128;
        int reply = packet.v4 ? 0 : 129;
        if (packet.icmpType == request) {
            packet.sourcePort = u16(packet.memory, packet.transport + ICMP_ID);
        } else if (packet.icmpType == reply) {
            packet.targetPort = u16(packet.memory, packet.transport + ICMP_ID);
        } else {
            packet.icmpError = isError(packet.v4, packet.icmpType);
            if (!packet.icmpError) {
                return DropReason.ICMP_UNSUPPORTED;
            }
        }
        return null;
    }

    /** Unreachable, time exceeded, parameter problem; packet too big. No quench, no redirect. */
    private static boolean isError(boolean v4, int type) {
        return v4 ? type == 3 || type == 11 || type == 12 : type >= 1 && type <= 4;
    }

    /** Nothing of it is left for a device to finish. */
    static boolean isWhole(Frame frame) {
        return (frame.offloadFlags & Frame.NEEDS_CHECKSUM) == 0
                && (frame.gsoType & ~Frame.GSO_ECN) == Frame.GSO_NONE;
    }

    private static @Nullable DropReason offloads(Packet packet) {
        Frame frame = packet.frame;
        if ((frame.offloadFlags & Frame.NEEDS_CHECKSUM) != 0) {
            if (packet.isFragment()
                    || frame.checksumStart != packet.transport - frame.at
                    || frame.checksumOffset != checksumAt(packet.protocol)) {
                return DropReason.OFFLOAD_BAD;
            }
            packet.partialChecksum = true;
        }
        int type = frame.gsoType & ~Frame.GSO_ECN;
        if (type == Frame.GSO_NONE) {
            return null;
        }
        int payload = packet.length - packet.headers;
        boolean fits =
                switch (type) {
                    case Frame.GSO_TCPV4 -> packet.v4 && packet.protocol == TCP_PROTOCOL;
                    case Frame.GSO_TCPV6 -> !packet.v4 && packet.protocol == TCP_PROTOCOL;
                    case Frame.GSO_UDP -> packet.protocol == UDP_PROTOCOL;
                    default -> false;
                };
        if (!fits || packet.isFragment() || !packet.partialChecksum || frame.gsoSize == 0) {
            return DropReason.OFFLOAD_BAD;
        }
        packet.segments = Math.max(1, (payload + frame.gsoSize - 1) / frame.gsoSize);
        packet.longest = packet.headers + Math.min(frame.gsoSize, payload);
        return null;
    }
}
