package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.ETHERNET_SOURCE;
import static io.sallyport.gateway.wire.Octets.u48;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * Packets of an instance that has an elastic IP to itself: the address is exchanged, whatever the
 * protocol, and nothing is remembered, so any node does it. What of a packet is not understood is
 * not touched. Nothing goes before the address is open: its former owner may still send elsewhere.
 * The network ACL of the instance's subnet judges each packet, and no gateway's does.
 */
@HotPath
final class OneToOne {

    private static final long NEXT_HOP_NANOS = 1_000_000_000L;

    private final Egress egress;
    private final NextHops nextHops;
    private final Outbox outbox;
    private final Answers answers;
    private final WaitingRoom room;
    private final Counters counters;
    private final WaitingRoom.Desk desk;
    private final ErrorTranslator error;

    OneToOne(
            Egress egress,
            NextHops nextHops,
            Outbox outbox,
            Answers answers,
            WaitingRoom room,
            Counters counters,
            WaitingRoom.Desk desk,
            ErrorTranslator error) {
        this.egress = egress;
        this.nextHops = nextHops;
        this.outbox = outbox;
        this.answers = answers;
        this.room = room;
        this.counters = counters;
        this.desk = desk;
        this.error = error;
    }

    /** To the instance; {@code vpc}: its VPC, null where that is on no wire. */
    void inward(
            PacketDoor from,
            Packet packet,
            CompiledInstance instance,
            @Nullable CompiledVpc vpc,
            long now) {
        if (vpc == null || !isListed(vpc, instance)) {
            lose(packet, DropReason.NO_WAY_IN);
            return;
        }
        DropReason bad = judge(packet, instance, false);
        if (bad != null) {
            lose(packet, bad);
            return;
        }
        PacketDoor to = outbox.inside(instance.vtepHigh, instance.vtepLow, vpc.virtualMac, vpc);
        if (to == null) {
            lose(packet, DropReason.NO_WAY_IN);
            return;
        }
        int mtu = egress.insideMtu(to);
        if (!fits(from, packet, mtu, now)) {
            return;
        }
        exchange(packet, false, instance.privateHigh, instance.privateLow);
        Frame frame = packet.frame;
        boolean tunnel = to.isTunnel();
        frame.vni = tunnel ? vpc.number : -1;
        frame.tunnelHigh = tunnel ? instance.vtepHigh : 0;
        frame.tunnelLow = tunnel ? instance.vtepLow : 0;
        long source = tunnel ? vpc.virtualMac : to.mac();
        egress.deliver(to, packet, instance.mac, source, packet.longest > mtu ? mtu : 0);
    }

    /** From an address of the VPC's that is the instance's. */
    void outward(
            PacketDoor from, Packet packet, CompiledInstance instance, CompiledVpc vpc, long now) {
        if (!isAt(instance, packet.frame)) {
            lose(packet, DropReason.CLIENT_ELSEWHERE);
            return;
        }
        DropReason bad = judge(packet, instance, true);
        if (bad != null) {
            lose(packet, bad);
            return;
        }
        int mtu = nextHops.mtuFor(packet.targetHigh, packet.targetLow);
        if (!fits(from, packet, mtu, now)) {
            return;
        }
        long mac = nextHops.macFor(packet.targetHigh, packet.targetLow);
        if (mac == NextHops.UNRESOLVED) {
            room.later(
                    from, packet.frame, DropReason.NEXT_HOP_UNRESOLVED, now, NEXT_HOP_NANOS, desk);
            return;
        }
        exchange(packet, true, instance.eipHigh, instance.eipLow);
        Frame frame = packet.frame;
        frame.vni = -1;
        frame.tunnelHigh = 0;
        frame.tunnelLow = 0;
        PacketDoor to = outbox.outside;
        egress.deliver(to, packet, mac, to.mac(), packet.longest > mtu ? mtu : 0);
    }

    /** Where it is, is the catalog's word: without state nothing can be learned from a packet. */
    private static boolean isAt(CompiledInstance instance, Frame frame) {
        return instance.vtepHigh == frame.tunnelHigh
                && instance.vtepLow == frame.tunnelLow
                && instance.mac == u48(frame.memory, frame.at + ETHERNET_SOURCE);
    }

    private static boolean isListed(CompiledVpc vpc, CompiledInstance instance) {
        return (instance.vtepHigh | instance.vtepLow) == 0
                || vpc.tunnelEndpoints.contains(instance.vtepHigh, instance.vtepLow);
    }

    /** Null: it may go. */
    private @Nullable DropReason judge(Packet packet, CompiledInstance instance, boolean outward) {
        DropReason bad = read(packet, instance, outward);
        if (bad != null) {
            return bad;
        }
        InstanceAcl acl = instance.acl;
        if (acl == null || acl.allows(packet, outward, instance)) {
            return null;
        }
        return outward ? DropReason.ACL_DENIED_OUT : DropReason.ACL_DENIED_IN;
    }

    /** Null: it is well-formed, as far as it is understood. */
    private @Nullable DropReason read(Packet packet, CompiledInstance instance, boolean outward) {
        if (!instance.open) {
            return DropReason.EIP_MOVING;
        }
        if (packet.ttl <= 1) {
            return DropReason.TTL_EXPIRED;
        }
        if (packet.fragmentOffset != 0) {
            return null;
        }
        DropReason bad = Parser.transport(packet);
        if (bad == DropReason.PROTOCOL_UNSUPPORTED || bad == DropReason.ICMP_UNSUPPORTED) {
            return Parser.isWhole(packet.frame) ? null : DropReason.OFFLOAD_BAD;
        }
        return bad == null && packet.icmpError ? quoted(packet, instance, outward) : bad;
    }

    /** An error is about a packet of the instance's, whatever protocol that was of. */
    private @Nullable DropReason quoted(Packet packet, CompiledInstance instance, boolean outward) {
        if (packet.isFragment()) {
            return DropReason.ICMP_UNSUPPORTED;
        }
        DropReason bad = error.read(packet);
        if (bad != null && bad != DropReason.ICMP_UNSUPPORTED) {
            return bad;
        }
        boolean its =
                outward
                        ? error.targetHigh == instance.privateHigh
                                && error.targetLow == instance.privateLow
                        : error.sourceHigh == instance.eipHigh
                                && error.sourceLow == instance.eipLow;
        return its ? null : DropReason.UNKNOWN_CONNECTION;
    }

    /** Whether it goes as it is or in fragments; else it is lost, and its sender told. */
    private boolean fits(PacketDoor from, Packet packet, int mtu, long now) {
        boolean error = packet.icmpError;
        if (packet.longest <= mtu || (!error && Egress.mayFragment(packet))) {
            return true;
        }
        if (!error) {
            answers.tooBig(from, packet, packet.targetHigh, packet.targetLow, mtu, now);
        }
        lose(packet, DropReason.TOO_BIG);
        return false;
    }

    private void exchange(Packet packet, boolean outward, long high, long low) {
        counters.add(
                outward ? Counters.Name.PACKETS_OUT : Counters.Name.PACKETS_IN, packet.segments);
        counters.add(
                outward ? Counters.Name.BYTES_OUT : Counters.Name.BYTES_IN, packet.wireBytes());
        if (packet.icmpError) {
            counters.add(Counters.Name.ICMP_ERRORS_TRANSLATED, 1);
            error.rewrite(packet, !outward, high, low, Rewriter.NO_PORT);
        } else {
            Rewriter.exchange(packet, outward, high, low);
        }
    }

    private void lose(Packet packet, DropReason reason) {
        desk.lost(packet.frame, reason);
    }
}
