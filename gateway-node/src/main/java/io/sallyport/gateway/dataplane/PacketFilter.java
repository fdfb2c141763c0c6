package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.*;
import static io.sallyport.gateway.wire.Headers.ICMPV6_PROTOCOL;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.wire.HotPath;
import java.util.Set;

/**
 * Whether packets of a connection may pass under the view of now: its EIP is still its gateway's,
 * and the ACLs on its way allow it ({@link Boundaries}). Judged once per connection and version of
 * its gateway; the verdict of both directions lies in the record, with all else that the kernel
 * path needs to know. So a rule decides once for all packets that it lets pass, and once for each
 * that it denies, and is counted so.
 */
@HotPath
final class PacketFilter {

    /** No pool's life: the record is gone. */
    private static final long NONE = -1;

    /** No view's version: nobody has judged the connection yet. */
    private static final int UNJUDGED = -1;

    private final ConnectionTable table;
    private final RejectSamples rejects;
    private final Shortcut shortcut;
    private final Keeping keeping;
    private final Boundaries boundaries = new Boundaries();

    /** Whether rules are told that they decided: not where packets are only imagined. */
    boolean counting = true;

    /** The box's own addresses: packets to them are not ours. */
    AddressMap local = CompiledView.setOf(Set.of());

    PacketFilter(ConnectionTable table, RejectSamples rejects, Shortcut shortcut, Keeping keeping) {
        this.keeping = keeping;
        this.table = table;
        this.rejects = rejects;
        this.shortcut = shortcut;
    }

    /** The record's state bits, fresh. */
    int state(int slot, CompiledView view) {
        if (table.aclVersion(slot) != view.version(table.gateway(slot))) {
            judge(slot, view);
        }
        return table.state(slot);
    }

    private void judge(int slot, CompiledView view) {
        long eipHigh = table.eipHigh(slot);
        long eipLow = table.eipLow(slot);
        int owner = view.eips.get(eipHigh, eipLow);
        CompiledGateway gateway = view.gateway(owner);
        int state = table.state(slot) & (OPEN | STOPPED);
        boolean first = counting && table.aclVersion(slot) == UNJUDGED;
        int vpc = table.vpc(slot);
        long life = table.isUsed(slot) ? table.identities().poolGeneration(slot) : NONE;
        if (gateway == null || !gateway.owns(vpc, eipHigh, eipLow, life)) {
            // Its EIP is another's, or the same gateway's anew: then ports were leased anew too.
            state |= EIP_GONE;
            if (view.gateway(table.gateway(slot)) == null) {
                table.gateway(slot, Carrier.NO_GATEWAY);
            }
            askForItsEnd(slot, view);
        } else {
            // Connections follow their EIP to another gateway of the VPC.
            table.gateway(slot, owner);
            state |= allows(slot, view, gateway, true, first) ? ALLOWED_OUT : 0;
            state |= allows(slot, view, gateway, false, first) ? ALLOWED_IN : 0;
            state |= isInOrder(slot, view, gateway) ? IN_ORDER : 0;
        }
        shortcut.find(slot, view);
        table.state(slot, state);
        table.aclVersion(slot, view.version(table.gateway(slot)));
    }

    /** Where its EIP's life is over for good. */
    void askForItsEnd(int slot, CompiledView view) {
        if (table.isUsed(slot)) {
            long life = table.identities().poolGeneration(slot);
            if (view.isOver(table.vpc(slot), table.eipHigh(slot), table.eipLow(slot), life)) {
                keeping.over(table.identities().id(slot));
            }
        }
    }

    private boolean allows(
            int slot, CompiledView view, CompiledGateway gateway, boolean outward, boolean count) {
        int protocol = table.protocol(slot);
        flow(slot, view, gateway);
        int type = protocol == ICMPV6_PROTOCOL ? (outward ? 128 : 129) : outward ? 8 : 0;
        boolean allowed = boundaries.allows(outward, type, 0);
        if (count && allowed) {
            boundaries.count(1);
        }
        return allowed;
    }

    private void flow(int slot, CompiledView view, CompiledGateway gateway) {
        boundaries.flow(
                view.vpc(table.vpc(slot)),
                gateway,
                table.protocol(slot),
                table.clientHigh(slot),
                table.clientLow(slot),
                table.clientPort(slot),
                table.remoteHigh(slot),
                table.remoteLow(slot),
                table.remotePort(slot),
                table.natPort(slot));
    }

    /** Whether ACLs deny a packet that would open a connection. */
    boolean deniesOpening(Packet packet, CompiledVpc vpc, CompiledGateway gateway) {
        boundaries.flow(
                vpc,
                gateway,
                packet.protocol,
                packet.sourceHigh,
                packet.sourceLow,
                packet.sourcePort,
                packet.targetHigh,
                packet.targetLow,
                packet.targetPort,
                0);
        boolean allowed = boundaries.allows(true, packet.icmpType, packet.icmpCode);
        if (!allowed) {
            count(packet);
        }
        return !allowed;
    }

    /** Whether ACLs deny an ICMP error about a packet of the connection. */
    boolean deniesError(
            Packet packet, int slot, CompiledView view, CompiledGateway gateway, boolean outward) {
        flow(slot, view, gateway);
        boolean allowed =
                boundaries.allowsError(
                        outward,
                        packet.protocol,
                        outward ? packet.targetHigh : packet.sourceHigh,
                        outward ? packet.targetLow : packet.sourceLow,
                        outward ? packet.sourceHigh : table.clientHigh(slot),
                        outward ? packet.sourceLow : table.clientLow(slot),
                        packet.icmpType,
                        packet.icmpCode);
        count(packet);
        return !allowed;
    }

    /** A packet of a connection whose record says that it is denied: by which rules, is counted. */
    void deniedBy(
            Packet packet, int slot, CompiledView view, CompiledGateway gateway, boolean outward) {
        if (!allows(slot, view, gateway, outward, false)) {
            count(packet);
        }
    }

    private void count(Packet packet) {
        if (counting) {
            boundaries.count(packet.segments);
        }
    }

    /**
     * Whether {@link Pipeline} would let every packet of the connection come this far. A route
     * decides by which gateway a connection is opened: where it leads to another by now, those that
     * there are stay with theirs.
     */
    private boolean isInOrder(int slot, CompiledView view, CompiledGateway gateway) {
        CompiledVpc vpc = view.vpc(table.vpc(slot));
        long high = table.remoteHigh(slot);
        long low = table.remoteLow(slot);
        long tunnelHigh = table.paths().vtepHigh(slot);
        long tunnelLow = table.paths().vtepLow(slot);
        return vpc != null
                && vpc.gateway(table.clientHigh(slot), table.clientLow(slot), high, low) != null
                && view.instance(vpc, table.clientHigh(slot), table.clientLow(slot)) == null
                && vpc.prefixes.contains(table.clientHigh(slot), table.clientLow(slot))
                && !vpc.prefixes.contains(high, low)
                && !Addresses.isNoRemote(high, low)
                && !gateway.isPrivateAddress(high, low)
                && view.eips.get(high, low) == AddressMap.NONE
                && local.get(high, low) == AddressMap.NONE
                && ((tunnelHigh | tunnelLow) == 0
                        || vpc.tunnelEndpoints.contains(tunnelHigh, tunnelLow));
    }

    /**
     * A packet that was not permitted shows in the flow log on the leg where it arrived: one that
     * an ACL denies, or one that came after its connection was closed (AWS, flow log records:
     * action).
     */
    void tellReject(
            Packet packet,
            CompiledGateway gateway,
            boolean outward,
            int natPort,
            DropReason reason) {
        if (!gateway.view.logged()) {
            return;
        }
        boolean icmp = packet.protocol == 1 || packet.protocol == ICMPV6_PROTOCOL;
        int flags = packet.tcpFlags & 7;
        rejects.add(
                gateway.index,
                outward,
                packet.protocol,
                packet.sourceHigh,
                packet.sourceLow,
                icmp ? 0 : packet.sourcePort,
                packet.targetHigh,
                packet.targetLow,
                icmp ? 0 : outward ? packet.targetPort : natPort,
                packet.segments,
                packet.wireBytes(),
                (packet.tcpFlags & 0x12) == 0x12 ? flags | 16 : flags,
                reason.number(),
                System.currentTimeMillis());
    }
}
