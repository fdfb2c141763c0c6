package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.u48;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.dataplane.WaitingRoom.Ticket;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.view.GatewayView;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Optional;

/**
 * Packets whose connection is not in the table: they wait while the keepers' side is asked. The one
 * place on a packet's way that makes objects, once per connection and not per packet.
 */
final class Misses {

    /** A move takes some milliseconds where all nodes are there. */
    private static final long MOVING_NANOS = 1_000_000_000L;

    private final Keeping keeping;
    private final WaitingRoom room;
    private final WaitingRoom.Desk desk;
    private boolean again;

    Misses(Keeping keeping, WaitingRoom room, WaitingRoom.Desk desk) {
        this.keeping = keeping;
        this.room = room;
        this.desk = desk;
    }

    /** Packets that waited already do not ask a second time. */
    void again(boolean waited) {
        again = waited;
    }

    /** Whether what is handled now has waited and was answered. */
    boolean isAgain() {
        return again;
    }

    /**
     * @return the slot of a connection that is open at once: the packet need not wait; or {@link
     *     Keeping#NOT_AT_ONCE}: it was taken
     */
    int fromInside(
            PacketDoor door,
            Frame frame,
            CompiledVpc vpc,
            CompiledGateway gateway,
            Packet packet,
            long now) {
        boolean opens = opens(packet);
        InsideKey key =
                new InsideKey(
                        vpc.number,
                        protocol(packet.protocol),
                        endpoint(packet.sourceHigh, packet.sourceLow, packet.sourcePort),
                        endpoint(packet.targetHigh, packet.targetLow, packet.targetPort));
        GatewayView.Eip eip = gateway.eipFor(packet.v4, packet.sourceHigh, packet.sourceLow);
        if (opens && eip == null) {
            if (gateway.isAwaiting(packet.v4)) {
                room.later(door, frame, DropReason.EIP_MOVING, now, MOVING_NANOS, desk);
            } else {
                desk.lost(frame, DropReason.NO_EIP);
            }
            return Keeping.NOT_AT_ONCE;
        }
        if (!opens || eip == null) {
            Keeping.Waiter waiter = seat(new Ticket(key, false, 0), door, frame, now);
            if (waiter != null) {
                keeping.find(key, waiter);
            }
            return Keeping.NOT_AT_ONCE;
        }
        Keeping.Wish wish =
                new Keeping.Wish(
                        gateway.view.id(),
                        gateway.view.tenant(),
                        key,
                        eip.address(),
                        eip.poolGeneration(),
                        gateway.view.copies(),
                        path(frame),
                        TcpTracker.begins(packet));
        int slot = again ? Keeping.NOT_AT_ONCE : keeping.openAtOnce(wish, room.takes(frame));
        if (slot == Keeping.NOT_AT_ONCE) {
            Keeping.Waiter waiter =
                    seat(new Ticket(key, true, wish.numbers().nextOut()), door, frame, now);
            if (waiter != null) {
                keeping.open(wish, waiter);
            }
        }
        return slot;
    }

    /** Whether it may be a connection's first. */
    static boolean opens(Packet packet) {
        return packet.protocol != TCP_PROTOCOL || (packet.tcpFlags & (SYN | ACK | RST)) == SYN;
    }

    /** An ICMP error from inside about a packet that went to the client. */
    void fromInside(
            PacketDoor door, Frame frame, CompiledVpc vpc, ErrorTranslator error, long now) {
        InsideKey key =
                new InsideKey(
                        vpc.number,
                        protocol(error.protocol),
                        endpoint(error.targetHigh, error.targetLow, error.targetPort),
                        endpoint(error.sourceHigh, error.sourceLow, error.sourcePort));
        Keeping.Waiter waiter = seat(new Ticket(key, false, 0), door, frame, now);
        if (waiter != null) {
            keeping.find(key, waiter);
        }
    }

    void fromOutside(PacketDoor door, Frame frame, Packet packet, long now) {
        OutsideKey key =
                new OutsideKey(
                        protocol(packet.protocol),
                        endpoint(packet.targetHigh, packet.targetLow, packet.targetPort),
                        endpoint(packet.sourceHigh, packet.sourceLow, packet.sourcePort));
        Keeping.Waiter waiter = seat(new Ticket(key, false, 0), door, frame, now);
        if (waiter != null) {
            keeping.find(key, waiter);
        }
    }

    /** An ICMP error from outside about a packet that left through the EIP. */
    void fromOutside(PacketDoor door, Frame frame, ErrorTranslator error, long now) {
        OutsideKey key =
                new OutsideKey(
                        protocol(error.protocol),
                        endpoint(error.sourceHigh, error.sourceLow, error.sourcePort),
                        endpoint(error.targetHigh, error.targetLow, error.targetPort));
        Keeping.Waiter waiter = seat(new Ticket(key, false, 0), door, frame, now);
        if (waiter != null) {
            keeping.find(key, waiter);
        }
    }

    private Keeping.@org.jspecify.annotations.Nullable Waiter seat(
            Ticket ticket, PacketDoor door, Frame frame, long now) {
        if (again) {
            desk.lost(frame, DropReason.UNKNOWN_CONNECTION);
            return null;
        }
        return room.wait(ticket, door, frame, now, desk);
    }

    /** Where a packet from inside comes from. */
    static ClientPath path(Frame frame) {
        return new ClientPath(
                (frame.tunnelHigh | frame.tunnelLow) != 0
                        ? Optional.of(IpAddress.of(frame.tunnelHigh, frame.tunnelLow))
                        : Optional.empty(),
                u48(frame.memory, frame.at + ETHERNET_SOURCE),
                u48(frame.memory, frame.at));
    }

    private static Endpoint endpoint(long high, long low, int port) {
        return new Endpoint(IpAddress.of(high, low), port);
    }

    private static Protocol protocol(int number) {
        return switch (number) {
            case ICMP_PROTOCOL -> Protocol.ICMP;
            case TCP_PROTOCOL -> Protocol.TCP;
            case UDP_PROTOCOL -> Protocol.UDP;
            case ICMPV6_PROTOCOL -> Protocol.ICMPV6;
            default -> new Protocol(number);
        };
    }
}
