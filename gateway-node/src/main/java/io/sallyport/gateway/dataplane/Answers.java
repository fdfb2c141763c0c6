package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.*;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * Packets that tell a sender why his packet did not go on: ICMP errors (RFC 792, 4443, 1191) and
 * TCP resets (RFC 9293, 3.10.7.1). They go back the way the packet came, so its frame must be as it
 * was received. Their rate is bounded.
 */
@HotPath
final class Answers {

    /** Bytes of an IPv4 error, and of an IPv6 one, at most. */
    private static final int V4_BYTES = 576;

    private static final int V6_BYTES = 1280;
    private static final int TTL = 64;

    private static final long TOKEN_NANOS = 1_000_000;
    private static final int TOKENS_MAX = 200;

    private final Outbox outbox;
    private final Counters counters;
    private final Frame answer = new Frame();
    private long refilled = Long.MIN_VALUE;
    private int tokens = TOKENS_MAX;

    Answers(Outbox outbox, Counters counters) {
        this.outbox = outbox;
        this.counters = counters;
    }

    void timeExceeded(PacketDoor door, Packet packet, long high, long low, long now) {
        icmp(door, packet, high, low, packet.v4 ? 11 : 3, 0, 0, now);
    }

    void tooBig(PacketDoor door, Packet packet, long high, long low, int mtu, long now) {
        icmp(door, packet, high, low, packet.v4 ? 3 : 2, packet.v4 ? 4 : 0, mtu, now);
    }

    /** Administratively prohibited: no port could be had (RFC 5508 REQ-8). */
    void prohibited(PacketDoor door, Packet packet, long high, long low, long now) {
        icmp(door, packet, high, low, packet.v4 ? 3 : 1, packet.v4 ? 13 : 1, 0, now);
    }

    /** {@code high, low}: who tells it. */
    private void icmp(
            PacketDoor door,
            Packet packet,
            long high,
            long low,
            int type,
            int code,
            int rest,
            long now) {
        if (packet.icmpError || packet.fragmentOffset != 0 || !token(now)) {
            return;
        }
        int header = packet.v4 ? IPV4 : IPV6;
        int most = (packet.v4 ? V4_BYTES : V6_BYTES) - header - ICMP;
        int quoted = Math.min(packet.length, most);
        int length = header + ICMP + quoted;
        int at = outbox.take(ETHERNET + length);
        MemorySegment to = outbox.made;
        int protocol = packet.v4 ? ICMP_PROTOCOL : ICMPV6_PROTOCOL;
        headers(packet, to, at, high, low, protocol, length);
        long icmp = at + ETHERNET + header;
        put8(to, icmp, type);
        put8(to, icmp + ICMP_CODE, code);
        put16(to, icmp + ICMP_CHECKSUM, 0);
        put32(to, icmp + 4, rest);
        MemorySegment.copy(packet.memory, packet.ip, to, icmp + ICMP, quoted);
        long sum = Checksums.sum(to, icmp, ICMP + quoted);
        if (!packet.v4) {
            sum +=
                    Checksums.pseudo(
                            high,
                            low,
                            packet.sourceHigh,
                            packet.sourceLow,
                            protocol,
                            ICMP + quoted);
        }
        put16(to, icmp + ICMP_CHECKSUM, Checksums.finish(sum));
        counters.add(Counters.Name.ICMP_ERRORS_SENT, 1);
        send(door, packet, at, ETHERNET + length);
    }

    /** The reset a host would send that does not know the connection; from its remote. */
    void reset(PacketDoor door, Packet packet, long now) {
        if ((packet.tcpFlags & RST) != 0 || packet.isFragment() || !token(now)) {
            return;
        }
        int header = packet.v4 ? IPV4 : IPV6;
        int length = header + TCP;
        int at = outbox.take(ETHERNET + length);
        MemorySegment to = outbox.made;
        headers(packet, to, at, packet.targetHigh, packet.targetLow, TCP_PROTOCOL, length);
        long tcp = at + ETHERNET + header;
        boolean acknowledges = (packet.tcpFlags & ACK) != 0;
        int payload = packet.length - packet.headers;
        int consumed =
                payload
                        + ((packet.tcpFlags & SYN) != 0 ? 1 : 0)
                        + ((packet.tcpFlags & FIN) != 0 ? 1 : 0);
        int sequence = i32(packet.memory, packet.transport + TCP_SEQUENCE);
        put16(to, tcp, packet.targetPort);
        put16(to, tcp + 2, packet.sourcePort);
        put32(
                to,
                tcp + TCP_SEQUENCE,
                acknowledges ? i32(packet.memory, packet.transport + TCP_ACKNOWLEDGE) : 0);
        put32(to, tcp + TCP_ACKNOWLEDGE, acknowledges ? 0 : sequence + consumed);
        put16(to, tcp + TCP_OFFSET, TCP / 4 << 12 | (acknowledges ? RST : RST | ACK));
        put16(to, tcp + TCP_WINDOW, 0);
        put32(to, tcp + TCP_CHECKSUM, 0);
        long sum =
                Checksums.sum(to, tcp, TCP)
                        + Checksums.pseudo(
                                packet.targetHigh,
                                packet.targetLow,
                                packet.sourceHigh,
                                packet.sourceLow,
                                TCP_PROTOCOL,
                                TCP);
        put16(to, tcp + TCP_CHECKSUM, Checksums.finish(sum));
        counters.add(Counters.Name.RESETS_SENT, 1);
        send(door, packet, at, ETHERNET + length);
    }

    /** Ethernet and IP headers back to the sender. */
    private static void headers(
            Packet packet,
            MemorySegment to,
            int at,
            long high,
            long low,
            int protocol,
            int length) {
        Neighbours.ethernet(
                to,
                at,
                u48(packet.memory, packet.frame.at + ETHERNET_SOURCE),
                u48(packet.memory, packet.frame.at),
                packet.v4 ? TYPE_IPV4 : TYPE_IPV6);
        long ip = at + ETHERNET;
        if (packet.v4) {
            put32(to, ip, 0x4500_0000 | length);
            put32(to, ip + IPV4_ID, 0);
            put16(to, ip + IPV4_TTL, TTL << 8 | protocol);
            put32(to, ip + IPV4_SOURCE, (int) low);
            put32(to, ip + IPV4_TARGET, (int) packet.sourceLow);
            Rewriter.ipv4Checksum(to, ip);
        } else {
            put32(to, ip, 0x6000_0000);
            put32(to, ip + IPV6_PAYLOAD, length - IPV6 << 16 | protocol << 8 | TTL);
            put64(to, ip + IPV6_SOURCE, high);
            put64(to, ip + IPV6_SOURCE + 8, low);
            put64(to, ip + IPV6_TARGET, packet.sourceHigh);
            put64(to, ip + IPV6_TARGET + 8, packet.sourceLow);
        }
    }

    private void send(PacketDoor door, Packet packet, int at, int length) {
        answer.plain(outbox.made, at, length);
        answer.vni = packet.frame.vni;
        answer.tunnelHigh = packet.frame.tunnelHigh;
        answer.tunnelLow = packet.frame.tunnelLow;
        outbox.send(door, answer);
    }

    private boolean token(long now) {
        if (refilled == Long.MIN_VALUE) {
            refilled = now;
        }
        long fresh = (now - refilled) / TOKEN_NANOS;
        if (fresh > 0) {
            tokens = (int) Math.min(TOKENS_MAX, tokens + fresh);
            refilled = now;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
