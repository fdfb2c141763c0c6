package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.*;
import static io.sallyport.gateway.wire.Headers.*;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * A packet whose connection is known: may it pass, does it fit, where is it going; then the
 * rewrite, the counters and the door. Everything that can hold it back comes before the first byte
 * is changed, so that what waits or is quoted in an answer is what was received.
 */
@HotPath
final class Forwarder {

    private static final long STOPPED_NANOS = 2_000_000_000L;
    private static final long NEXT_HOP_NANOS = 1_000_000_000L;

    /** How often the keepers are asked about streams in a second, of all connections together. */
    private static final int ASKS = 1_000;

    /** How often homes are asked again for an end that they were asked for already, likewise. */
    private static final int ENDS = 100;

    private final ConnectionTable table;
    private final Keeping keeping;
    private final NextHops nextHops;
    private final Outbox outbox;
    private final Answers answers;
    private final WaitingRoom room;
    private final PacketFilter filter;
    private final Shortcut shortcut;
    private final FragmentTable fragments;
    private final Counters counters;
    private final WaitingRoom.Desk desk;
    private final ClientMoves moves;
    private final Egress egress;
    final GatewayCounters gateways;
    private final PerSecond asks = new PerSecond(ASKS);
    private final PerSecond ends = new PerSecond(ENDS);

    Forwarder(
            ConnectionTable table,
            Keeping keeping,
            NextHops nextHops,
            Outbox outbox,
            Answers answers,
            WaitingRoom room,
            PacketFilter filter,
            Shortcut shortcut,
            FragmentTable fragments,
            Counters counters,
            WaitingRoom.Desk desk,
            Carrier carrier,
            Egress egress) {
        this.table = table;
        this.keeping = keeping;
        this.nextHops = nextHops;
        this.outbox = outbox;
        this.answers = answers;
        this.room = room;
        this.filter = filter;
        this.shortcut = shortcut;
        this.fragments = fragments;
        this.counters = counters;
        this.desk = desk;
        this.egress = egress;
        gateways = carrier.gateways();
        moves = new ClientMoves(table, shortcut, keeping, counters);
    }

    /** ACLs for a packet that would open a connection; counts and logs a denial. */
    boolean deniesOpening(Packet packet, CompiledVpc vpc, CompiledGateway gateway) {
        if (!filter.deniesOpening(packet, vpc, gateway)) {
            return false;
        }
        deny(packet, gateway, true, 0);
        return true;
    }

    private void deny(Packet packet, CompiledGateway gateway, boolean outward, int natPort) {
        DropReason reason = outward ? DropReason.ACL_DENIED_OUT : DropReason.ACL_DENIED_IN;
        filter.tellReject(packet, gateway, outward, natPort, reason);
        gateways.denied(gateway.index, packet.segments);
        lose(packet, reason);
    }

    /** A packet of the connection in this slot, either direction. */
    void forward(
            PacketDoor from,
            Packet packet,
            int slot,
            boolean outward,
            CompiledView view,
            long now) {
        int state = filter.state(slot, view);
        CompiledGateway gateway = view.gateway(table.gateway(slot));
        if ((state & EIP_GONE) != 0 || gateway == null) {
            if (ends.take(now)) {
                filter.askForItsEnd(slot, view);
            }
            lose(packet, DropReason.EIP_GONE);
            return;
        }
        if ((state & (outward ? ALLOWED_OUT : ALLOWED_IN)) == 0) {
            filter.deniedBy(packet, slot, view, gateway, outward);
            deny(packet, gateway, outward, table.natPort(slot));
            return;
        }
        boolean tcp = isFirstTcp(packet);
        int judged = tcp ? judge(slot, outward, packet, now) : TcpTracker.BELIEVED;
        int there = outward ? moves.look(slot, packet, view, now) : ClientMoves.MOVED;
        if (there == ClientMoves.REFUSED) {
            lose(packet, DropReason.CLIENT_ELSEWHERE);
            return;
        }
        // What a stranger may have said is not noted: it would be believed by the next look.
        boolean noted = there == ClientMoves.MOVED && judged != TcpTracker.BESIDE;
        if ((state & STOPPED) != 0) {
            if (noted) {
                table.count(slot, outward, 0, 0, now); // seen: that calls the end off
            }
            room.later(from, packet.frame, DropReason.STOPPED, now, STOPPED_NANOS, desk);
            return;
        }
        PacketDoor to = door(slot, outward, view);
        if (to == null) {
            lose(packet, DropReason.NO_WAY_IN);
            return;
        }
        if (packet.ttl <= 1) {
            expired(from, packet, gateway, outward, now);
            return;
        }
        int outsideMtu = nextHops.mtuFor(table.remoteHigh(slot), table.remoteLow(slot));
        int inside = egress.insideMtu(outward ? from : to);
        int mtu = outward ? outsideMtu : inside;
        boolean cut = packet.longest > mtu;
        if (cut && !Egress.mayFragment(packet)) {
            tooBig(from, packet, gateway, outward, mtu, now);
            return;
        }
        long mac = outward ? nextHop(from, packet, slot, now) : table.paths().clientMac(slot);
        if (mac == NextHops.UNRESOLVED) {
            return;
        }
        if (outward && table.nextHop(slot, true) == 0) {
            shortcut.findOut(slot);
        }
        table.paths().gather(slot);
        if (packet.moreFragments && packet.fragmentOffset == 0 && judged != TcpTracker.BESIDE) {
            fragments.remember(
                    packet, outward ? table.vpc(slot) : FragmentTable.OUTSIDE, slot, now);
            room.retrySoon();
        }
        if (tcp) {
            clamp(packet, Math.min(outsideMtu, inside));
        }
        long bytes = packet.wireBytes();
        if (noted) {
            if (tcp) {
                tcp(packet, slot, outward, judged);
            }
            table.count(slot, outward, packet.segments, bytes, now);
        } else if (there == ClientMoves.MOVED) {
            table.count(slot, outward, packet.segments, bytes);
            disbelieved(packet);
        }
        if (tcp && there == ClientMoves.MOVED && (packet.tcpFlags & (FIN | RST)) != 0) {
            claim(packet, slot, outward, now);
        }
        counters.add(
                outward ? Counters.Name.PACKETS_OUT : Counters.Name.PACKETS_IN, packet.segments);
        counters.add(outward ? Counters.Name.BYTES_OUT : Counters.Name.BYTES_IN, bytes);
        if (packet.isFragment()) {
            counters.add(Counters.Name.FRAGMENTS, 1);
        }
        if (outward) {
            Rewriter.translate(
                    packet, true, table.eipHigh(slot), table.eipLow(slot), table.natPort(slot));
        } else {
            Rewriter.translate(
                    packet,
                    false,
                    table.clientHigh(slot),
                    table.clientLow(slot),
                    table.clientPort(slot));
        }
        send(to, packet, slot, outward, mac, cut ? mtu : 0);
    }

    /** An ICMP error about a packet of the connection; it neither refreshes nor ends it. */
    void error(
            PacketDoor from,
            Packet packet,
            ErrorTranslator error,
            int slot,
            boolean outward,
            CompiledView view,
            long now) {
        int state = filter.state(slot, view);
        CompiledGateway gateway = view.gateway(table.gateway(slot));
        PacketDoor to = door(slot, outward, view);
        if ((state & EIP_GONE) != 0 || gateway == null) {
            lose(packet, DropReason.EIP_GONE);
        } else if (filter.deniesError(packet, slot, view, gateway, outward)) {
            deny(packet, gateway, outward, 0);
        } else if (to == null) {
            lose(packet, DropReason.NO_WAY_IN);
        } else if (packet.ttl <= 1) {
            lose(packet, DropReason.TTL_EXPIRED);
        } else {
            int mtu =
                    outward
                            ? nextHops.mtuFor(packet.targetHigh, packet.targetLow)
                            : egress.insideMtu(to);
            long mac =
                    outward
                            ? nextHop(from, packet, packet.targetHigh, packet.targetLow, now)
                            : table.paths().clientMac(slot);
            if (packet.longest > mtu) {
                lose(packet, DropReason.TOO_BIG);
            } else if (mac != NextHops.UNRESOLVED) {
                if (outward) {
                    error.rewrite(
                            packet,
                            false,
                            table.eipHigh(slot),
                            table.eipLow(slot),
                            table.natPort(slot));
                } else {
                    error.rewrite(
                            packet,
                            true,
                            table.clientHigh(slot),
                            table.clientLow(slot),
                            table.clientPort(slot));
                }
                counters.add(Counters.Name.ICMP_ERRORS_TRANSLATED, 1);
                send(to, packet, slot, outward, mac, 0);
            }
        }
    }

    private @Nullable PacketDoor door(int slot, boolean outward, CompiledView view) {
        return outward ? outbox.outside : shortcut.inside(slot, view);
    }

    private long nextHop(PacketDoor from, Packet packet, int slot, long now) {
        return nextHop(from, packet, table.remoteHigh(slot), table.remoteLow(slot), now);
    }

    private long nextHop(PacketDoor from, Packet packet, long high, long low, long now) {
        long mac = nextHops.macFor(high, low);
        if (mac == NextHops.UNRESOLVED) {
            room.later(
                    from, packet.frame, DropReason.NEXT_HOP_UNRESOLVED, now, NEXT_HOP_NANOS, desk);
        }
        return mac;
    }

    private void expired(
            PacketDoor from, Packet packet, CompiledGateway gateway, boolean outward, long now) {
        if (outward) {
            answers.timeExceeded(
                    from, packet, tellerHigh(packet, gateway), tellerLow(packet, gateway), now);
        }
        lose(packet, DropReason.TTL_EXPIRED);
    }

    private void tooBig(
            PacketDoor from,
            Packet packet,
            CompiledGateway gateway,
            boolean outward,
            int mtu,
            long now) {
        answers.tooBig(
                from,
                packet,
                outward ? tellerHigh(packet, gateway) : packet.targetHigh,
                outward ? tellerLow(packet, gateway) : packet.targetLow,
                mtu,
                now);
        lose(packet, DropReason.TOO_BIG);
    }

    /** Inside hears from the gateway's private address; from the remote where it has none. */
    static long tellerHigh(Packet packet, CompiledGateway gateway) {
        boolean none = !packet.v4 && (gateway.privateV6High | gateway.privateV6Low) == 0;
        return none ? packet.targetHigh : packet.v4 ? 0 : gateway.privateV6High;
    }

    static long tellerLow(Packet packet, CompiledGateway gateway) {
        boolean none = !packet.v4 && (gateway.privateV6High | gateway.privateV6Low) == 0;
        return none ? packet.targetLow : packet.v4 ? gateway.privateLow : gateway.privateV6Low;
    }

    private static boolean isFirstTcp(Packet packet) {
        return packet.protocol == TCP_PROTOCOL && packet.fragmentOffset == 0;
    }

    private void clamp(Packet packet, int mtu) {
        if ((packet.tcpFlags & SYN) != 0 && Rewriter.clampMss(packet, mtu)) {
            counters.add(Counters.Name.MSS_CLAMPED, 1);
        }
    }

    private void disbelieved(Packet packet) {
        counters.add(Counters.Name.BESIDE_WINDOW, packet.segments);
        if ((packet.tcpFlags & (FIN | RST)) != 0) {
            counters.add(Counters.Name.ENDS_DISBELIEVED, 1);
        }
    }

    /** An end that others are to judge, who saw more of the stream. */
    private void claim(Packet packet, int slot, boolean outward, long now) {
        boolean reset = (packet.tcpFlags & RST) != 0;
        if (TcpTracker.canTell(table, slot, outward, reset) || !table.isUsed(slot)) {
            return;
        }
        if (asks.take(now)) {
            keeping.endClaimed(
                    table.identities().id(slot), outward, TcpTracker.endsAt(packet), reset);
        }
    }

    /**
     * Is it the stream's? What strangers may have said of where that is gives way to what its
     * keepers remember, and before their word is taken it is remembered.
     */
    private int judge(int slot, boolean outward, Packet packet, long now) {
        int judged = TcpTracker.judge(table, slot, outward, packet, now);
        boolean disputed =
                judged == TcpTracker.ADOPTED
                        || (judged == TcpTracker.BESIDE && TcpTracker.isAdopted(table, slot));
        if (!disputed || !table.isUsed(slot) || !asks.take(now)) {
            return judged;
        }
        Numbers kept = keeping.numbers(table.identities().id(slot));
        if (!TcpTracker.goesOn(kept, outward, packet)) {
            return judged;
        }
        table.numbers(slot, kept);
        return TcpTracker.judge(table, slot, outward, packet, now);
    }

    private void tcp(Packet packet, int slot, boolean outward, int judged) {
        boolean ending = TcpTracker.seen(table, slot, outward, packet, judged);
        if (ending && table.isUsed(slot)) {
            keeping.flagsSeen(
                    table.identities().id(slot),
                    table.flags(slot, true) & 0xff,
                    table.flags(slot, false) & 0xff);
        }
    }

    /** {@code cutTo}: fragment to this length; 0: whole. */
    private void send(
            PacketDoor to, Packet packet, int slot, boolean outward, long mac, int cutTo) {
        Frame frame = packet.frame;
        frame.vni = -1;
        frame.tunnelHigh = 0;
        frame.tunnelLow = 0;
        long source = to.mac();
        if (!outward && to.isTunnel()) {
            source = table.paths().gatewayMac(slot);
            frame.vni = table.vpc(slot);
            frame.tunnelHigh = table.paths().vtepHigh(slot);
            frame.tunnelLow = table.paths().vtepLow(slot);
        }
        egress.deliver(to, packet, mac, source, cutTo);
    }

    private void lose(Packet packet, DropReason reason) {
        desk.lost(packet.frame, reason);
    }
}
