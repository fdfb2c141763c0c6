package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.wire.Checksums;
import io.sallyport.gateway.wire.Octets;
import io.sallyport.net.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where and as which frame a packet that is asked about would come in: what was not said follows
 * from the view. Cold.
 */
final class Arrival {

    /** Of nobody's: what sends it is not known. */
    private static final long SOMEBODY = 0x0200_0000_0001L;

    private final byte[] bytes;
    private final boolean framed;
    private final MemorySegment memory;
    final PacketDoor door;

    /** Null: it comes from outside. */
    final @Nullable CompiledVpc vpc;

    /** The host it comes from through a tunnel; empty: by a plain device. */
    private Optional<IpAddress> tunnelEnd;

    /**
     * @throws IllegalArgumentException where the view does not tell, saying what must be said
     */
    Arrival(Probe probe, CompiledView view, Outbox outbox) {
        byte[] packet = probe.packet();
        Packet seen = new Packet();
        Frame frame = new Frame();
        bytes = new byte[ETHERNET + packet.length];
        memory = Arena.ofAuto().allocate(Frame.HEADROOM + bytes.length, 64);
        System.arraycopy(packet, 0, bytes, ETHERNET, packet.length);
        Octets.put16(
                MemorySegment.ofArray(bytes),
                ETHERNET_TYPE,
                packet[0] >>> 4 == 4 ? TYPE_IPV4 : TYPE_IPV6);
        frame.plain(MemorySegment.ofArray(bytes), 0, bytes.length);
        DropReason bad = Parser.network(frame, seen);
        if (bad != null && probe.side().isEmpty() && probe.vpc().isEmpty()) {
            throw new IllegalArgumentException(bad.meaning() + " Say inside or outside.");
        }
        boolean outside = isOutside(probe, seen, view);
        vpc = outside ? null : vpc(probe, seen, view);
        tunnelEnd = vpc == null || !vpc.interfaces.isEmpty() ? Optional.empty() : endOf(view, vpc);
        door = door(outbox, 0);
        framed = probe.ethernet().length != 0;
        if (framed) {
            System.arraycopy(probe.ethernet(), 0, bytes, 0, ETHERNET);
        } else {
            from(SOMEBODY, vpc != null && tunnelEnd.isPresent() ? vpc.virtualMac : door.mac());
        }
    }

    private PacketDoor door(Outbox outbox, long gatewayMac) {
        if (vpc == null) {
            return outbox.outside;
        }
        PacketDoor found =
                outbox.inside(
                        tunnelEnd.map(IpAddress::high).orElse(0L),
                        tunnelEnd.map(IpAddress::low).orElse(0L),
                        gatewayMac,
                        vpc);
        if (found == null) {
            throw new IllegalArgumentException(
                    "VPC "
                            + vpc.number
                            + " reaches this node by "
                            + (tunnelEnd.isPresent() ? "no tunnel" : "none of its interfaces"));
        }
        return found;
    }

    private static boolean isOutside(Probe probe, Packet packet, CompiledView view) {
        if (probe.side().isPresent()) {
            return probe.side().get() == Probe.Side.OUTSIDE;
        }
        return probe.vpc().isEmpty()
                && withSource(packet, view).isEmpty()
                && view.eips.get(packet.targetHigh, packet.targetLow) != AddressMap.NONE;
    }

    private static CompiledVpc vpc(Probe probe, Packet packet, CompiledView view) {
        if (probe.vpc().isPresent()) {
            CompiledVpc named = view.vpc(probe.vpc().get());
            if (named == null) {
                throw new IllegalArgumentException(
                        "vpc " + probe.vpc().get() + ": this node's are " + numbers(all(view)));
            }
            return named;
        }
        List<CompiledVpc> having = withSource(packet, view);
        List<CompiledVpc> all = having.isEmpty() && probe.side().isPresent() ? all(view) : having;
        if (all.size() == 1) {
            return all.getFirst();
        }
        IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
        if (having.size() > 1) {
            throw new IllegalArgumentException(
                    "several VPCs have " + source + ": say vpc N, one of " + numbers(having));
        }
        throw new IllegalArgumentException(
                source
                        + " is in no VPC, and "
                        + IpAddress.of(packet.targetHigh, packet.targetLow)
                        + " is no elastic IP: say outside, or vpc N, one of "
                        + numbers(all(view)));
    }

    private static List<CompiledVpc> withSource(Packet packet, CompiledView view) {
        return all(view).stream()
                .filter(vpc -> vpc.prefixes.contains(packet.sourceHigh, packet.sourceLow))
                .toList();
    }

    private static List<CompiledVpc> all(CompiledView view) {
        List<CompiledVpc> all = new ArrayList<>();
        for (int number : view.said().vpcs().keySet()) {
            CompiledVpc vpc = view.vpc(number);
            if (vpc != null) {
                all.add(vpc);
            }
        }
        return all;
    }

    private static List<Integer> numbers(List<CompiledVpc> vpcs) {
        return vpcs.stream().map(vpc -> vpc.number).sorted().toList();
    }

    /** Some host from where the VPC's packets may come. */
    private static Optional<IpAddress> endOf(CompiledView view, CompiledVpc vpc) {
        NodeView.VpcView said = view.said().vpcs().get(vpc.number);
        if (said == null || said.tunnelEndpoints().isEmpty()) {
            throw new IllegalArgumentException("VPC " + vpc.number + " has no tunnel endpoints");
        }
        return Optional.of(said.tunnelEndpoints().getFirst().address());
    }

    private void from(long source, long target) {
        MemorySegment frame = MemorySegment.ofArray(bytes);
        Octets.put48(frame, 0, target);
        Octets.put48(frame, ETHERNET_SOURCE, source);
    }

    /** It comes the way that its connection's packets came last, unless a frame was given. */
    void like(ClientPath before) {
        if (vpc != null
                && !framed
                && before.tunnelEndpoint().isPresent() == tunnelEnd.isPresent()) {
            tunnelEnd = before.tunnelEndpoint();
            from(before.clientMac(), before.gatewayMac());
        }
    }

    /** Of a tuple of TCP: the segment continues its connection's stream. */
    void follow(int sequence, int acknowledgement) {
        MemorySegment frame = MemorySegment.ofArray(bytes);
        int tcp = ETHERNET + (bytes[ETHERNET] >>> 4 == 4 ? IPV4 : IPV6);
        int checksum = tcp + checksumAt(TCP_PROTOCOL);
        long delta =
                Checksums.delta16(0, sequence >>> 16)
                        + Checksums.delta16(0, sequence & 0xffff)
                        + Checksums.delta16(0, acknowledgement >>> 16)
                        + Checksums.delta16(0, acknowledgement & 0xffff);
        Octets.put16(frame, checksum, Checksums.apply(Octets.u16(frame, checksum), delta));
        Octets.put32(frame, tcp + TCP_SEQUENCE, sequence);
        Octets.put32(frame, tcp + TCP_ACKNOWLEDGE, acknowledgement);
    }

    /** Fresh for each reader: the pipeline rewrites what it is given. */
    Frame frame() {
        Frame frame = new Frame();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, Frame.HEADROOM, bytes.length);
        frame.plain(memory, Frame.HEADROOM, bytes.length);
        if (vpc != null && tunnelEnd.isPresent()) {
            frame.vni = vpc.number;
            frame.tunnelHigh = tunnelEnd.get().high();
            frame.tunnelLow = tunnelEnd.get().low();
        }
        return frame;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }

    Optional<IpAddress> tunnelEnd() {
        return tunnelEnd;
    }
}
