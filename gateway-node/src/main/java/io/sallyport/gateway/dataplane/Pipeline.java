package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.MISS;
import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.u16;
import static io.sallyport.gateway.wire.Octets.u48;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A packet's way on one screen: parse, whose is it, may this node act, neighbours, fragments and
 * errors, find, forward. What is not forwarded is a drop with a reason, or a question to the
 * keepers ({@link Misses}); what is not ours (a plain device carries the box's own traffic too) is
 * left to the kernel uncounted. Nothing leaves untranslated: frames are sent by {@link Forwarder}
 * after the rewrite, or made here.
 */
@HotPath
final class Pipeline implements WaitingRoom.Desk {

    static final long FRAGMENT_NANOS = 2_000_000_000L;

    private final ConnectionTable table;
    private final Forwarder forwarder;
    private final OneToOne oneToOne;
    private final FragmentTable fragments;
    private final WhoHas whoHas;
    private final Answers answers;
    private final ErrorTranslator error = new ErrorTranslator();
    private final Outbox outbox;
    private final WaitingRoom room;
    private final Misses misses;
    private final Counters counters;
    private final Packet packet = new Packet();

    private final PacketFilter filter;

    CompiledView view = CompiledView.EMPTY;
    private long now;
    private boolean acting;

    Pipeline(
            ConnectionTable table,
            Carrier carrier,
            Keeping keeping,
            NextHops nextHops,
            Outbox outbox,
            RejectSamples rejects,
            Counters counters,
            int insideMtu) {
        this.table = table;
        this.outbox = outbox;
        this.counters = counters;
        fragments = new FragmentTable(table);
        answers = new Answers(outbox, counters);
        room = new WaitingRoom(outbox, counters);
        misses = new Misses(keeping, room, this);
        Egress egress = new Egress(outbox, counters, insideMtu);
        Shortcut shortcut = new Shortcut(table, nextHops, outbox);
        filter = new PacketFilter(table, rejects, shortcut, keeping);
        whoHas = new WhoHas(outbox, filter, counters);
        forwarder =
                new Forwarder(
                        table, keeping, nextHops, outbox, answers, room, filter, shortcut,
                        fragments, counters, this, carrier, egress);
        oneToOne = new OneToOne(egress, nextHops, outbox, answers, room, counters, this, error);
    }

    /** The box's own addresses: packets to them on plain interfaces are not ours. */
    void local(AddressMap addresses) {
        filter.local = addresses;
    }

    AddressMap local() {
        return filter.local;
    }

    /** Packets are only imagined: no rule is told that it decided. */
    void imagine() {
        filter.counting = false;
    }

    boolean acting() {
        return acting;
    }

    /** Time and the right to act, for all packets until the next call. */
    void begin(long nowNanos, boolean mayAct) {
        now = nowNanos;
        acting = mayAct;
    }

    /** Packets that waited; how many moved. */
    int turn() {
        return room.turn(now, this);
    }

    /** Packets obey it from now on. */
    void view(CompiledView fresh) {
        forwarder.gateways.room(fresh.gatewayCount);
        view = fresh;
        room.retrySoon();
    }

    /** A connection that has not met this view yet. */
    void judge(int slot) {
        filter.state(slot, view);
    }

    GatewayCounters gateways() {
        return forwarder.gateways;
    }

    /** Only where this node may act: a fenced one claims no address. */
    void announce(IpAddress eip) {
        if (acting) {
            whoHas.announce(eip);
        }
    }

    /** One frame as received. */
    void handle(PacketDoor door, Frame frame) {
        if (frame.length < ETHERNET) {
            lose(frame, door.isTunnel() ? DropReason.VXLAN_HEADER_BAD : DropReason.FRAME_TRUNCATED);
            return;
        }
        long target = u48(frame.memory, frame.at);
        boolean group = (target >>> 40 & 1) != 0;
        if (!group && door.mac() != 0 && target != door.mac()) {
            return; // another host's, on a device that hears everything
        }
        int type = u16(frame.memory, frame.at + ETHERNET_TYPE);
        if (type != TYPE_IPV4 && type != TYPE_IPV6) {
            if (type == TYPE_ARP) {
                if (acting) {
                    whoHas.arp(door, frame, view);
                }
            } else if (door.isTunnel()) {
                lose(frame, DropReason.NOT_IP);
            }
            return;
        }
        DropReason bad = Parser.network(frame, packet);
        if (bad != null) {
            lose(frame, bad);
        } else if (door == outbox.outside) {
            fromOutside(door, frame, group);
        } else {
            fromInside(door, frame, group);
        }
    }

    private void fromOutside(PacketDoor door, Frame frame, boolean group) {
        if (Neighbours.isSolicitation(packet)) {
            if (acting) {
                whoHas.solicitedOutside(door, packet, view);
            }
            return;
        }
        int index = view.eips.get(packet.targetHigh, packet.targetLow);
        if (index == AddressMap.NONE || group) {
            return; // the box's own
        }
        CompiledGateway gateway = view.gateway(index);
        CompiledInstance instance = view.instanceOf(index);
        if (!acting) {
            lose(frame, DropReason.NOT_ACTING);
        } else if (gateway == null && instance == null) {
            lose(frame, DropReason.NO_GATEWAY);
        } else if (Addresses.isNobodys(packet.sourceHigh, packet.sourceLow)
                || view.eips.get(packet.sourceHigh, packet.sourceLow) != AddressMap.NONE) {
            lose(frame, DropReason.SOURCE_MARTIAN);
        } else if (instance != null) {
            oneToOne.inward(door, packet, instance, view.vpc(instance.vpc), now);
        } else {
            inward(door, frame);
        }
    }

    private void inward(PacketDoor door, Frame frame) {
        if (packet.fragmentOffset != 0) {
            laterFragment(door, frame, FragmentTable.OUTSIDE, false);
            return;
        }
        DropReason bad = Parser.transport(packet);
        if (bad == null && packet.icmpError) {
            bad = error.read(packet);
        }
        if (bad != null) {
            lose(frame, bad);
        } else if (packet.icmpError) {
            int slot =
                    table.findIn(
                            error.protocol,
                            error.sourceHigh,
                            error.sourceLow,
                            error.sourcePort,
                            error.targetHigh,
                            error.targetLow,
                            error.targetPort);
            if (error.sourceHigh != packet.targetHigh || error.sourceLow != packet.targetLow) {
                lose(frame, DropReason.UNKNOWN_CONNECTION);
            } else if (slot == MISS) {
                misses.fromOutside(door, frame, error, now);
            } else {
                forwarder.error(door, packet, error, slot, false, view, now);
            }
        } else if (isEcho() && packet.targetPort == 0 && packet.icmpType != replyType()) {
            lose(frame, DropReason.ICMP_UNSUPPORTED); // an EIP answers no ping
        } else {
            int slot =
                    table.findIn(
                            packet.protocol,
                            packet.targetHigh,
                            packet.targetLow,
                            packet.targetPort,
                            packet.sourceHigh,
                            packet.sourceLow,
                            packet.sourcePort);
            if (slot == MISS) {
                misses.fromOutside(door, frame, packet, now);
            } else {
                forwarder.forward(door, packet, slot, false, view, now);
            }
        }
    }

    private void fromInside(PacketDoor door, Frame frame, boolean group) {
        CompiledVpc vpc = door.isTunnel() ? view.vpc(frame.vni) : plainVpc(door);
        if (vpc == null) {
            if (door.isTunnel()) {
                lose(frame, DropReason.VNI_UNKNOWN);
            }
            return;
        }
        if (door.isTunnel() && !vpc.tunnelEndpoints.contains(frame.tunnelHigh, frame.tunnelLow)) {
            lose(frame, DropReason.TUNNEL_ENDPOINT_REFUSED);
            return;
        }
        if (Neighbours.isSolicitation(packet)) {
            if (acting) {
                whoHas.solicitedInside(door, packet, vpc);
            }
            return;
        }
        CompiledGateway gateway = gateway(vpc);
        CompiledInstance instance = view.instance(vpc, packet.sourceHigh, packet.sourceLow);
        DropReason refused = refusal(door, vpc, gateway, instance, group);
        if (refused != null) {
            lose(frame, refused);
        } else if (instance != null && isOurs(door, vpc, group)) {
            oneToOne.outward(door, packet, instance, vpc, now);
        } else if (gateway != null && isOurs(door, vpc, group)) {
            outward(door, frame, vpc, gateway);
        }
    }

    /** The VPC of a plain device whose prefixes have the source; else the first: it refuses. */
    private @Nullable CompiledVpc plainVpc(PacketDoor door) {
        CompiledVpc[] vpcs = view.vpcsOn(door.name());
        if (vpcs == null) {
            return null;
        }
        for (CompiledVpc vpc : vpcs) {
            if (vpc.prefixes.contains(packet.sourceHigh, packet.sourceLow)) {
                return vpc;
            }
        }
        return vpcs[0];
    }

    /** By which the packet, which is one from inside, leaves; null: by none. */
    private @Nullable CompiledGateway gateway(CompiledVpc vpc) {
        return vpc.gateway(
                packet.sourceHigh, packet.sourceLow, packet.targetHigh, packet.targetLow);
    }

    /** A plain device also carries what the box itself or the VPC's neighbours are told. */
    private boolean isOurs(PacketDoor door, CompiledVpc vpc, boolean group) {
        return door.isTunnel()
                || !(group
                        || Addresses.isNoRemote(packet.targetHigh, packet.targetLow)
                        || filter.local.get(packet.targetHigh, packet.targetLow) != AddressMap.NONE
                        || vpc.prefixes.contains(packet.targetHigh, packet.targetLow));
    }

    private @Nullable DropReason refusal(
            PacketDoor door,
            CompiledVpc vpc,
            @Nullable CompiledGateway gateway,
            @Nullable CompiledInstance instance,
            boolean group) {
        if (!isOurs(door, vpc, group)) {
            return null;
        }
        if (!acting) {
            return DropReason.NOT_ACTING;
        }
        if (group || Addresses.isNoRemote(packet.targetHigh, packet.targetLow)) {
            return DropReason.NOT_UNICAST;
        }
        if (!vpc.prefixes.contains(packet.sourceHigh, packet.sourceLow)) {
            return DropReason.SOURCE_NOT_IN_VPC;
        }
        if (vpc.prefixes.contains(packet.targetHigh, packet.targetLow)) {
            return vpc.gatewayAt(packet.targetHigh, packet.targetLow) == null
                    ? DropReason.DESTINATION_IN_VPC
                    : DropReason.TO_GATEWAY_ITSELF;
        }
        if (gateway == null && instance == null) {
            return DropReason.NO_GATEWAY;
        }
        return view.eips.get(packet.targetHigh, packet.targetLow) == AddressMap.NONE
                ? null
                : DropReason.HAIRPIN;
    }

    private void outward(PacketDoor door, Frame frame, CompiledVpc vpc, CompiledGateway gateway) {
        if (packet.fragmentOffset != 0) {
            laterFragment(door, frame, vpc.number, true);
            return;
        }
        DropReason bad = Parser.transport(packet);
        if (bad == null && packet.icmpError) {
            bad = error.read(packet);
        }
        if (bad != null) {
            lose(frame, bad);
        } else if (packet.icmpError) {
            int slot =
                    table.findOut(
                            vpc.number,
                            error.protocol,
                            error.targetHigh,
                            error.targetLow,
                            error.targetPort,
                            error.sourceHigh,
                            error.sourceLow,
                            error.sourcePort);
            if (slot == MISS) {
                misses.fromInside(door, frame, vpc, error, now);
            } else {
                forwarder.error(door, packet, error, slot, true, view, now);
            }
        } else if (isEcho() && packet.icmpType == replyType()) {
            lose(frame, DropReason.ICMP_UNSUPPORTED); // nobody outside can have asked
        } else {
            int slot =
                    table.findOut(
                            vpc.number,
                            packet.protocol,
                            packet.sourceHigh,
                            packet.sourceLow,
                            packet.sourcePort,
                            packet.targetHigh,
                            packet.targetLow,
                            packet.targetPort);
            if (slot != MISS
                    && (misses.isAgain() || !TcpTracker.mayOpenAnew(table, slot, packet))) {
                forwarder.forward(door, packet, slot, true, view, now);
            } else if ((vpc.hasSeveralGateways() && !Misses.opens(packet))
                    || !forwarder.deniesOpening(packet, vpc, gateway)) {
                int opened = misses.fromInside(door, frame, vpc, gateway, packet, now);
                if (opened != Keeping.NOT_AT_ONCE) {
                    forwarder.forward(door, packet, opened, true, view, now);
                }
            }
        }
    }

    private void laterFragment(PacketDoor door, Frame frame, int space, boolean outward) {
        int slot = fragments.find(packet, space, now);
        if (slot == MISS) {
            room.later(door, frame, DropReason.FRAGMENT_WITHOUT_FIRST, now, FRAGMENT_NANOS, this);
        } else if (packet.protocol == TCP_PROTOCOL && packet.fragmentOffset < TCP) {
            lose(frame, DropReason.FRAGMENT_TINY);
        } else {
            forwarder.forward(door, packet, slot, outward, view, now);
        }
    }

    private boolean isEcho() {
        return packet.protocol == ICMP_PROTOCOL || packet.protocol == ICMPV6_PROTOCOL;
    }

    private int replyType() {
        return packet.v4 ? 0 : 129;
    }

    private void lose(Frame frame, DropReason reason) {
        lost(frame, reason);
    }

    /** A large receive counts as its segments, where it was understood that far. */
    @Override
    public void lost(Frame frame, DropReason reason) {
        counters.drop(reason, packet.frame == frame ? packet.segments : 1);
    }

    @Override
    public void again(PacketDoor door, Frame frame) {
        misses.again(true);
        handle(door, frame);
        misses.again(false);
    }

    @Override
    public void retry(PacketDoor door, Frame frame) {
        handle(door, frame);
    }

    @Override
    public void refused(PacketDoor door, Frame frame, Keeping.Refusal refusal) {
        boolean inside = door != outbox.outside;
        if (Parser.network(frame, packet) != null
                || packet.fragmentOffset != 0
                || Parser.transport(packet) != null) {
            lost(frame, DropReason.of(refusal));
            return;
        }
        CompiledVpc vpc = inside ? (door.isTunnel() ? view.vpc(frame.vni) : plainVpc(door)) : null;
        if (acting && isOver(refusal) && !packet.icmpError) {
            tellReject(inside, vpc, DropReason.of(refusal));
        }
        if (vpc != null && acting) {
            if (refusal == Keeping.Refusal.UNKNOWN_CONNECTION && packet.protocol == TCP_PROTOCOL) {
                answers.reset(door, packet, now);
            } else if (isWant(refusal) && gateway(vpc) instanceof CompiledGateway gateway) {
                answers.prohibited(
                        door,
                        packet,
                        Forwarder.tellerHigh(packet, gateway),
                        Forwarder.tellerLow(packet, gateway),
                        now);
            }
        }
        lost(frame, DropReason.of(refusal));
    }

    private void tellReject(boolean inside, @Nullable CompiledVpc vpc, DropReason reason) {
        CompiledGateway gateway =
                inside
                        ? (vpc == null ? null : gateway(vpc))
                        : view.gateway(view.eips.get(packet.targetHigh, packet.targetLow));
        if (gateway != null) {
            filter.tellReject(packet, gateway, inside, packet.targetPort, reason);
        }
    }

    /** The connection was closed, or never was: who asks cannot tell. */
    private static boolean isOver(Keeping.Refusal refusal) {
        return refusal == Keeping.Refusal.UNKNOWN_CONNECTION || refusal == Keeping.Refusal.ENDING;
    }

    /** Refusals that the client should hear of: trying again at once is in vain. */
    private static boolean isWant(Keeping.Refusal refusal) {
        return refusal == Keeping.Refusal.PORTS_EXHAUSTED
                || refusal == Keeping.Refusal.PORTS_OVER_QUOTA
                || refusal == Keeping.Refusal.COLD_QUOTA_CLIENT
                || refusal == Keeping.Refusal.COLD_QUOTA_TENANT;
    }
}
