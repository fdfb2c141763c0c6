package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.PathRecords;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.wire.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * Writes into a record by which next hops the kernel path may send the connection's packets itself.
 * A hop that has no number is 0: such packets come up. Without a kernel path all are 0.
 */
@HotPath
final class Shortcut {

    private final ConnectionTable table;
    private final NextHops nextHops;
    private final Outbox outbox;

    Shortcut(ConnectionTable table, NextHops nextHops, Outbox outbox) {
        this.table = table;
        this.nextHops = nextHops;
        this.outbox = outbox;
    }

    /** Both directions. */
    void find(int slot, CompiledView view) {
        findOut(slot);
        findIn(slot, view);
    }

    /** The way out, where it was not known before. */
    void findOut(int slot) {
        table.nextHop(slot, true, nextHops.numberOf(table.remoteHigh(slot), table.remoteLow(slot)));
    }

    private void findIn(int slot, CompiledView view) {
        table.nextHop(slot, false, number(inside(slot, view)));
    }

    /** The door to the connection's client; null: there is none. */
    @Nullable PacketDoor inside(int slot, CompiledView view) {
        PathRecords paths = table.paths();
        return paths.isKnown(slot)
                ? inside(
                        slot,
                        view,
                        paths.vtepHigh(slot),
                        paths.vtepLow(slot),
                        paths.gatewayMac(slot))
                : null;
    }

    private @Nullable PacketDoor inside(
            int slot, CompiledView view, long vtepHigh, long vtepLow, long gatewayMac) {
        CompiledVpc vpc = view.vpc(table.vpc(slot));
        return vpc == null ? null : outbox.inside(vtepHigh, vtepLow, gatewayMac, vpc);
    }

    private static int number(@Nullable PacketDoor door) {
        return door == null ? 0 : door.hopNumber();
    }

    /** The client is elsewhere from now on: nothing is sent halfway between the two. */
    void path(
            int slot,
            CompiledView view,
            long vtepHigh,
            long vtepLow,
            long clientMac,
            long gatewayMac) {
        int hop = number(inside(slot, view, vtepHigh, vtepLow, gatewayMac));
        table.paths().path(slot, vtepHigh, vtepLow, clientMac, gatewayMac, hop);
    }
}
