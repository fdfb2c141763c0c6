package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.*;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;

/** Answers "who has" (ARP, neighbour solicitation), and tells a link that an EIP is here. */
@HotPath
final class Neighbours {

    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;

    /** Solicited, override. */
    private static final int ANSWER_FLAGS = 0x6000_0000;

    private static final int OVERRIDE = 0x2000_0000;
    private static final int NA_BYTES = 32;
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;

    private final Outbox outbox;
    private final Counters counters;
    private final Frame answer = new Frame();

    Neighbours(Outbox outbox, Counters counters) {
        this.outbox = outbox;
        this.counters = counters;
    }

    /** The address that an ARP frame asks for, v4-mapped; 0: it is no request. */
    static long wantedByArp(Frame frame) {
        long arp = frame.at + ETHERNET;
        boolean request =
                frame.length >= ETHERNET + ARP
                        && i32(frame.memory, arp) == 0x0001_0800
                        && u16(frame.memory, arp + 4) == 0x0604
                        && u16(frame.memory, arp + ARP_OPERATION) == 1;
        return request ? 0xffff_0000_0000L | u32(frame.memory, arp + ARP_TARGET_IP) : 0;
    }

    /** Whether a parsed IPv6 packet is a neighbour solicitation; its target is at +8. */
    static boolean isSolicitation(Packet packet) {
        return !packet.v4
                && packet.protocol == ICMPV6_PROTOCOL
                && packet.ttl == 255
                && !packet.isFragment()
                && packet.transportLength >= 24
                && u8(packet.memory, packet.transport) == SOLICITATION
                && u8(packet.memory, packet.transport + ICMP_CODE) == 0;
    }

    void answerArp(PacketDoor door, Frame asked, long mac) {
        MemorySegment from = asked.memory;
        long arp = asked.at + ETHERNET;
        int at = outbox.take(60);
        MemorySegment to = outbox.made;
        long asker = u48(from, arp + ARP_SENDER_MAC);
        to.asSlice(at, 60).fill((byte) 0);
        ethernet(to, at, u48(from, asked.at + ETHERNET_SOURCE), mac, TYPE_ARP);
        arp(
                to,
                at + ETHERNET,
                2,
                mac,
                i32(from, arp + ARP_TARGET_IP),
                asker,
                i32(from, arp + ARP_SENDER_IP));
        answer.plain(to, at, 60);
        answer.vni = asked.vni;
        answer.tunnelHigh = asked.tunnelHigh;
        answer.tunnelLow = asked.tunnelLow;
        counters.add(Counters.Name.NEIGHBOUR_ANSWERS, 1);
        outbox.send(door, answer);
    }

    void answerSolicitation(PacketDoor door, Packet asked, long mac) {
        long high = i64(asked.memory, asked.transport + 8);
        long low = i64(asked.memory, asked.transport + 16);
        // Duplicate address detection asks from the unspecified address: tell everybody.
        boolean unspecified = (asked.sourceHigh | asked.sourceLow) == 0;
        long targetHigh = unspecified ? ALL_NODES_HIGH : asked.sourceHigh;
        long targetLow = unspecified ? 1 : asked.sourceLow;
        long targetMac =
                unspecified
                        ? 0x3333_0000_0001L
                        : u48(asked.memory, asked.frame.at + ETHERNET_SOURCE);
        int flags = unspecified ? OVERRIDE : ANSWER_FLAGS;
        int at = advertisement(high, low, mac, targetHigh, targetLow, targetMac, flags);
        answer.plain(outbox.made, at, ETHERNET + IPV6 + NA_BYTES);
        answer.vni = asked.frame.vni;
        answer.tunnelHigh = asked.frame.tunnelHigh;
        answer.tunnelLow = asked.frame.tunnelLow;
        counters.add(Counters.Name.NEIGHBOUR_ANSWERS, 1);
        outbox.send(door, answer);
    }

    /** Gratuitous ARP or unsolicited advertisement. */
    void announce(PacketDoor door, IpAddress address) {
        if (address.isV4()) {
            int at = outbox.take(60);
            outbox.made.asSlice(at, 60).fill((byte) 0);
            ethernet(outbox.made, at, BROADCAST_MAC, door.mac(), TYPE_ARP);
            int ip = (int) address.low();
            arp(outbox.made, at + ETHERNET, 1, door.mac(), ip, 0, ip);
            answer.plain(outbox.made, at, 60);
        } else {
            int at =
                    advertisement(
                            address.high(),
                            address.low(),
                            door.mac(),
                            ALL_NODES_HIGH,
                            1,
                            0x3333_0000_0001L,
                            OVERRIDE);
            answer.plain(outbox.made, at, ETHERNET + IPV6 + NA_BYTES);
        }
        outbox.send(door, answer);
    }

    private int advertisement(
            long high,
            long low,
            long mac,
            long targetHigh,
            long targetLow,
            long targetMac,
            int flags) {
        int at = outbox.take(ETHERNET + IPV6 + NA_BYTES);
        MemorySegment to = outbox.made;
        ethernet(to, at, targetMac, mac, TYPE_IPV6);
        long ip = at + ETHERNET;
        put32(to, ip, 0x6000_0000);
        put16(to, ip + IPV6_PAYLOAD, NA_BYTES);
        put8(to, ip + IPV6_NEXT, ICMPV6_PROTOCOL);
        put8(to, ip + IPV6_HOPS, 255);
        put64(to, ip + IPV6_SOURCE, high);
        put64(to, ip + IPV6_SOURCE + 8, low);
        put64(to, ip + IPV6_TARGET, targetHigh);
        put64(to, ip + IPV6_TARGET + 8, targetLow);
        long icmp = ip + IPV6;
        put16(to, icmp, ADVERTISEMENT << 8);
        put16(to, icmp + ICMP_CHECKSUM, 0);
        put32(to, icmp + 4, flags);
        put64(to, icmp + 8, high);
        put64(to, icmp + 16, low);
        put16(to, icmp + 24, 0x0201); // target link-layer address, 8 bytes
        put48(to, icmp + 26, mac);
        long sum = Checksums.pseudo(high, low, targetHigh, targetLow, ICMPV6_PROTOCOL, NA_BYTES);
        put16(to, icmp + ICMP_CHECKSUM, Checksums.finish(sum + Checksums.sum(to, icmp, NA_BYTES)));
        return at;
    }

    private static void arp(
            MemorySegment to,
            long at,
            int operation,
            long mac,
            int ip,
            long targetMac,
            int targetIp) {
        put32(to, at, 0x0001_0800);
        put16(to, at + 4, 0x0604);
        put16(to, at + ARP_OPERATION, operation);
        put48(to, at + ARP_SENDER_MAC, mac);
        put32(to, at + ARP_SENDER_IP, ip);
        put48(to, at + ARP_TARGET_MAC, targetMac);
        put32(to, at + ARP_TARGET_IP, targetIp);
    }

    static void ethernet(MemorySegment to, long at, long target, long source, int type) {
        put48(to, at, target);
        put48(to, at + ETHERNET_SOURCE, source);
        put16(to, at + ETHERNET_TYPE, type);
    }
}
