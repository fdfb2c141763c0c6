package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Octets.i64;

import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which questions for an address (ARP, RFC 826; neighbour solicitation, RFC 4861) this node
 * answers: outside those for elastic IPs, inside those for a gateway's private addresses, by the
 * gateway's own MAC in a tunnel. The box answers for its own. Asked only while the node may act.
 */
@HotPath
final class WhoHas {

    private final Outbox outbox;
    private final PacketFilter filter;
    private final Neighbours neighbours;

    WhoHas(Outbox outbox, PacketFilter filter, Counters counters) {
        this.outbox = outbox;
        this.filter = filter;
        neighbours = new Neighbours(outbox, counters);
    }

    void announce(IpAddress eip) {
        neighbours.announce(outbox.outside, eip);
    }

    void arp(PacketDoor door, Frame frame, CompiledView view) {
        long wanted = Neighbours.wantedByArp(frame);
        if (wanted == 0) {
            return;
        }
        if (door == outbox.outside) {
            if (view.eips.get(0, wanted) != AddressMap.NONE) {
                neighbours.answerArp(door, frame, door.mac());
            }
        } else if (door.isTunnel()) {
            arpInTunnel(door, frame, wanted, view.vpc(frame.vni));
        } else {
            arpInside(door, frame, wanted, view.vpcsOn(door.name()));
        }
    }

    private void arpInTunnel(PacketDoor door, Frame frame, long wanted, @Nullable CompiledVpc vpc) {
        if (vpc != null
                && vpc.tunnelEndpoints.contains(frame.tunnelHigh, frame.tunnelLow)
                && vpc.gatewayAt(0, wanted) != null) {
            neighbours.answerArp(door, frame, vpc.virtualMac);
        }
    }

    private void arpInside(
            PacketDoor door, Frame frame, long wanted, CompiledVpc @Nullable [] vpcs) {
        for (int i = 0; vpcs != null && i < vpcs.length; i++) {
            if (answersFor(door, vpcs[i], 0, wanted)) {
                neighbours.answerArp(door, frame, door.mac());
                return;
            }
        }
    }

    void solicitedOutside(PacketDoor door, Packet packet, CompiledView view) {
        if (view.eips.get(wantedHigh(packet), wantedLow(packet)) != AddressMap.NONE) {
            neighbours.answerSolicitation(door, packet, door.mac());
        }
    }

    void solicitedInside(PacketDoor door, Packet packet, CompiledVpc vpc) {
        if (answersFor(door, vpc, wantedHigh(packet), wantedLow(packet))) {
            neighbours.answerSolicitation(
                    door, packet, door.isTunnel() ? vpc.virtualMac : door.mac());
        }
    }

    private boolean answersFor(PacketDoor door, CompiledVpc vpc, long high, long low) {
        return vpc.gatewayAt(high, low) != null
                && (door.isTunnel() || filter.local.get(high, low) == AddressMap.NONE);
    }

    private static long wantedHigh(Packet solicitation) {
        return i64(solicitation.memory, solicitation.transport + 8);
    }

    private static long wantedLow(Packet solicitation) {
        return i64(solicitation.memory, solicitation.transport + 16);
    }
}
