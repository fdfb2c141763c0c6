package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.*;
import static io.sallyport.gateway.wire.Headers.ICMPV6_PROTOCOL;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.wire.HotPath;
import java.util.Set;

/**
 * Whether packets of a connection may pass under the view of now: its EIP is still its gateway's,
 * and the ACL allows it. Judged once per connection and version of its gateway; the verdict of both
 * directions lies in the record, with all else that the kernel path needs to know. Ingress rules
 * judge by the port a packet comes in at, which is the NAT port.
 */
@HotPath
final class Judge {

    /** No pool's life: the record is gone. */
    private static final long NONE = -1;

    private final ConnectionTable table;
    private final RejectSamples rejects;
    private final Shortcut shortcut;
    private final Keeping keeping;

    /** The box's own addresses: packets to them are not ours. */
    AddressMap local = CompiledView.setOf(Set.of());

    Judge(ConnectionTable table, RejectSamples rejects, Shortcut shortcut, Keeping keeping) {
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
        int vpc = table.vpc(slot);
        long life = table.isUsed(slot) ? table.identities().poolGeneration(slot) : NONE;
        if (gateway == null || !gateway.owns(vpc, eipHigh, eipLow, life)) {
            // Its EIP is another's, or the same gateway's anew: then ports were leased anew too.
            state |= EIP_GONE;
            if (view.gateway(table.gateway(slot)) == null) {
                table.gateway(slot, Carrier.NO_GATEWAY);
            }
            if (life != NONE && view.isOver(vpc, eipHigh, eipLow, life)) {
                keeping.over(table.identities().id(slot));
            }
        } else {
            // Connections follow their EIP to another gateway of the VPC.
            table.gateway(slot, owner);
            int protocol = table.protocol(slot);
            boolean v6 = protocol == ICMPV6_PROTOCOL;
            long high = table.remoteHigh(slot);
            long low = table.remoteLow(slot);
            int remotePort = table.remotePort(slot);
            int natPort = table.natPort(slot);
            state |=
                    gateway.allowsOut(protocol, high, low, remotePort, v6 ? 128 : 8, 0)
                            ? ALLOWED_OUT
                            : 0;
            state |=
                    gateway.allowsIn(protocol, high, low, natPort, v6 ? 129 : 0, 0)
                            ? ALLOWED_IN
                            : 0;
            state |= isInOrder(slot, view, gateway) ? IN_ORDER : 0;
        }
        shortcut.find(slot, view);
        table.state(slot, state);
        table.aclVersion(slot, view.version(table.gateway(slot)));
    }

    /** Whether {@link Pipeline} would let every packet of the connection come this far. */
    private boolean isInOrder(int slot, CompiledView view, CompiledGateway gateway) {
        CompiledVpc vpc = view.vpc(table.vpc(slot));
        long high = table.remoteHigh(slot);
        long low = table.remoteLow(slot);
        long tunnelHigh = table.paths().vtepHigh(slot);
        long tunnelLow = table.paths().vtepLow(slot);
        return vpc != null
                && vpc.gateway == gateway
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

    /** A denied packet shows in the flow log on the leg where it arrived. */
    void denied(Packet packet, CompiledGateway gateway, boolean outward, int natPort) {
        if (!gateway.view.logged()) {
            return;
        }
        long nearHigh = packet.v4 ? 0 : gateway.privateV6High;
        long nearLow = packet.v4 ? gateway.privateLow : gateway.privateV6Low;
        boolean icmp = packet.protocol == 1 || packet.protocol == ICMPV6_PROTOCOL;
        int flags = packet.tcpFlags & 7;
        rejects.add(
                gateway.index,
                outward ? 0 : 2,
                packet.sourceHigh,
                packet.sourceLow,
                icmp ? 0 : packet.sourcePort,
                nearHigh,
                nearLow,
                icmp ? 0 : outward ? packet.targetPort : natPort,
                packet.protocol,
                packet.segments,
                packet.wireBytes(),
                (packet.tcpFlags & 0x12) == 0x12 ? flags | 16 : flags,
                System.currentTimeMillis(),
                packet.targetHigh,
                packet.targetLow,
                (outward ? DropReason.ACL_DENIED_OUT : DropReason.ACL_DENIED_IN).number());
    }
}
