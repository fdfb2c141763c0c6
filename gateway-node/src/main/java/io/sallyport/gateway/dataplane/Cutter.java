package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.i32;
import static io.sallyport.gateway.wire.Octets.put16;
import static io.sallyport.gateway.wire.Octets.put32;
import static io.sallyport.gateway.wire.Octets.put8;
import static io.sallyport.gateway.wire.Octets.u16;
import static io.sallyport.gateway.wire.Octets.u8;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * Makes several packets of one, for doors behind which no device does it: a large receive into its
 * segments (what the sender would have put on the wire), and an IPv4 packet that may be fragmented
 * into fragments. The frame is translated and has its Ethernet header already.
 */
@HotPath
final class Cutter {

    private final Outbox outbox;
    private final Frame piece = new Frame();

    Cutter(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Segments of {@code gsoSize} payload bytes with their own lengths, numbers and checksums. */
    void segments(PacketDoor door, Packet packet) {
        MemorySegment from = packet.memory;
        long begin = packet.frame.at;
        int ipHeaders = (int) (packet.transport - packet.ip);
        int headers = packet.headers;
        int payload = packet.length - headers;
        int size = packet.frame.gsoSize;
        for (int done = 0, i = 0; done < payload || i == 0; i++) {
            int part = Math.min(size, payload - done);
            int at = outbox.take(ETHERNET + headers + part);
            MemorySegment to = outbox.made;
            MemorySegment.copy(from, begin, to, at, ETHERNET + headers);
            MemorySegment.copy(from, packet.ip + headers + done, to, at + ETHERNET + headers, part);
            long ip = at + ETHERNET;
            long transport = ip + ipHeaders;
            lengths(to, ip, packet.v4, headers + part, i);
            int field = checksumAt(packet.protocol);
            if (packet.protocol == TCP_PROTOCOL) {
                tcp(to, transport, done, i == 0, done + part == payload);
            } else {
                put16(to, transport + UDP_LENGTH, headers - ipHeaders + part);
            }
            put16(to, transport + field, 0);
            long length = headers + part - ipHeaders;
            long sum = Checksums.sum(to, transport, length) + packet.protocol + length;
            sum +=
                    Checksums.sum(
                            to, ip + (packet.v4 ? IPV4_SOURCE : IPV6_SOURCE), packet.v4 ? 8 : 32);
            int checksum = Checksums.finish(sum);
            put16(
                    to,
                    transport + field,
                    packet.protocol == UDP_PROTOCOL && checksum == 0 ? 0xffff : checksum);
            send(door, packet, at, ETHERNET + headers + part);
            done += part;
        }
    }

    private static void lengths(MemorySegment to, long ip, boolean v4, int length, int index) {
        if (v4) {
            put16(to, ip + IPV4_TOTAL, length);
            put16(to, ip + IPV4_ID, u16(to, ip + IPV4_ID) + index);
            Rewriter.ipv4Checksum(to, ip);
        } else {
            put16(to, ip + IPV6_PAYLOAD, length - IPV6);
        }
    }

    private static void tcp(
            MemorySegment to, long transport, int offset, boolean first, boolean last) {
        put32(to, transport + TCP_SEQUENCE, i32(to, transport + TCP_SEQUENCE) + offset);
        int flags = u8(to, transport + TCP_FLAGS);
        flags = last ? flags : flags & ~(FIN | PSH);
        put8(to, transport + TCP_FLAGS, first ? flags : flags & ~CWR);
    }

    /** IPv4 without DF only; the transport checksum must be complete. */
    void fragments(PacketDoor door, Packet packet, int mtu) {
        MemorySegment from = packet.memory;
        int header = (int) (packet.transport - packet.ip);
        int payload = packet.length - header;
        int size = mtu - header & ~7;
        for (int done = 0; done < payload; ) {
            int part = Math.min(size, payload - done);
            int at = outbox.take(ETHERNET + header + part);
            MemorySegment to = outbox.made;
            MemorySegment.copy(from, packet.frame.at, to, at, ETHERNET + header);
            MemorySegment.copy(from, packet.transport + done, to, at + ETHERNET + header, part);
            long ip = at + ETHERNET;
            boolean more = packet.moreFragments || done + part < payload;
            put16(to, ip + IPV4_TOTAL, header + part);
            put16(
                    to,
                    ip + IPV4_FRAGMENT,
                    (packet.fragmentOffset + done) / 8 | (more ? IPV4_MORE : 0));
            Rewriter.ipv4Checksum(to, ip);
            send(door, packet, at, ETHERNET + header + part);
            done += part;
        }
    }

    private void send(PacketDoor door, Packet packet, int at, int length) {
        piece.plain(outbox.made, at, length);
        piece.vni = packet.frame.vni;
        piece.tunnelHigh = packet.frame.tunnelHigh;
        piece.tunnelLow = packet.frame.tunnelLow;
        outbox.send(door, piece);
    }
}
