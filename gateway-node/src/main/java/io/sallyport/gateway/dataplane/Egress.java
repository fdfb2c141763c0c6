package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.u16;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;

/**
 * A translated packet's last step: in one piece or several, through a door that may be a tunnel.
 */
@HotPath
final class Egress {

    private final Outbox outbox;
    private final Counters counters;
    private final Cutter cutter;
    private final int insideMtu;

    /** {@code insideMtu}: 0 for each door's own. */
    Egress(Outbox outbox, Counters counters, int insideMtu) {
        this.outbox = outbox;
        this.counters = counters;
        this.insideMtu = insideMtu;
        cutter = new Cutter(outbox);
    }

    int insideMtu(PacketDoor door) {
        int own = door.isTunnel() ? DataPlaneSettings.TUNNEL_MTU : door.mtu();
        return insideMtu == 0 ? own : insideMtu;
    }

    static boolean mayFragment(Packet packet) {
        return packet.v4
                && packet.segments == 1
                && (u16(packet.memory, packet.ip + IPV4_FRAGMENT) & IPV4_DONT_FRAGMENT) == 0;
    }

    /**
     * To its door, the Ethernet header written; the rest of the frame is as it shall be.
     *
     * @param cutTo fragment to this length; 0: whole
     */
    void deliver(PacketDoor to, Packet packet, long mac, long source, int cutTo) {
        Frame frame = packet.frame;
        frame.length = ETHERNET + packet.length; // without the padding
        if (!packet.partialChecksum) {
            frame.offloadFlags = 0;
        }
        if (packet.segments == 1) {
            frame.gsoType = Frame.GSO_NONE;
            frame.gsoSize = 0;
        }
        Neighbours.ethernet(frame.memory, frame.at, mac, source, packet.v4 ? TYPE_IPV4 : TYPE_IPV6);
        if (packet.segments > 1 && to.isTunnel()) {
            counters.add(Counters.Name.SEGMENTED, 1);
            cutter.segments(to, packet);
            return;
        }
        if (packet.partialChecksum && (to.isTunnel() || cutTo != 0)) {
            Rewriter.completeChecksum(packet);
        }
        if (cutTo != 0) {
            cutter.fragments(to, packet, cutTo);
        } else {
            outbox.send(to, frame);
        }
    }
}
