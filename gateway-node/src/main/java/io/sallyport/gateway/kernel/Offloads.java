package io.sallyport.gateway.kernel;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.i64;
import static io.sallyport.gateway.wire.Octets.u16;
import static io.sallyport.gateway.wire.Octets.u32;
import static io.sallyport.gateway.wire.Octets.u8;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel still had to do on a frame that came up: a program does not see it, so it is
 * found out. A large frame always has its checksum left to be completed. Of others the checksum
 * field tells: a sum that is only the pseudo-header's, and not the whole packet's, is unfinished.
 */
@HotPath
final class Offloads {

    private static final long MAPPED = 0xffff_0000_0000L;

    private Offloads() {}

    /** Fills the frame's offload fields; a frame that is no plain TCP or UDP stays as it is. */
    static void find(Frame frame, int gsoSize) {
        MemorySegment memory = frame.memory;
        long ip = frame.at + ETHERNET;
        int type = frame.length < ETHERNET ? 0 : u16(memory, frame.at + ETHERNET_TYPE);
        boolean v4 = type == TYPE_IPV4;
        if ((!v4 && type != TYPE_IPV6) || frame.length < ETHERNET + (v4 ? IPV4 : IPV6)) {
            return;
        }
        int header = v4 ? (u8(memory, ip) & 15) * 4 : IPV6;
        int protocol = u8(memory, ip + (v4 ? IPV4_PROTOCOL : IPV6_NEXT));
        boolean tcp = protocol == TCP_PROTOCOL;
        int packet = v4 ? u16(memory, ip + IPV4_TOTAL) : IPV6 + u16(memory, ip + IPV6_PAYLOAD);
        int length = packet - header;
        boolean fragment =
                v4 && (u16(memory, ip + IPV4_FRAGMENT) & ~IPV4_DONT_FRAGMENT & 0xffff) != 0;
        if ((!tcp && protocol != UDP_PROTOCOL)
                || fragment
                || length < (tcp ? TCP : UDP)
                || frame.length < ETHERNET + packet) {
            return;
        }
        long transport = ip + header;
        int field = checksumAt(protocol);
        if (gsoSize == 0 && !isUnfinished(memory, ip, v4, protocol, transport, length, field)) {
            return;
        }
        frame.offloadFlags = Frame.NEEDS_CHECKSUM;
        frame.checksumStart = ETHERNET + header;
        frame.checksumOffset = field;
        if (gsoSize != 0) {
            int headers = tcp ? (u8(memory, transport + TCP_OFFSET) >> 4) * 4 : UDP;
            frame.gsoSize = gsoSize;
            frame.headerLength = ETHERNET + header + headers;
            frame.gsoType = tcp ? v4 ? Frame.GSO_TCPV4 : Frame.GSO_TCPV6 : Frame.GSO_UDP;
            if (tcp && (u8(memory, transport + TCP_FLAGS) & CWR) != 0) {
                frame.gsoType |= Frame.GSO_ECN;
            }
        }
    }

    private static boolean isUnfinished(
            MemorySegment memory,
            long ip,
            boolean v4,
            int protocol,
            long transport,
            int length,
            int field) {
        long pseudo =
                v4
                        ? Checksums.pseudo(
                                0,
                                MAPPED | u32(memory, ip + IPV4_SOURCE),
                                0,
                                MAPPED | u32(memory, ip + IPV4_TARGET),
                                protocol,
                                length)
                        : Checksums.pseudo(
                                i64(memory, ip + IPV6_SOURCE),
                                i64(memory, ip + IPV6_SOURCE + 8),
                                i64(memory, ip + IPV6_TARGET),
                                i64(memory, ip + IPV6_TARGET + 8),
                                protocol,
                                length);
        // Cheap first: one finished packet in 65,536 looks like an unfinished one.
        return u16(memory, transport + field) == Checksums.fold(pseudo)
                && Checksums.finish(pseudo + Checksums.sum(memory, transport, length)) != 0;
    }
}
