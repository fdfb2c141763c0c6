package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.ids.GatewayId;
import java.util.ArrayList;
import java.util.List;

/** The table for people; worker thread, so bounded. */
final class Snapshots {

    private final ConnectionTable table;
    private final Meter meter;

    Snapshots(ConnectionTable table, Meter meter) {
        this.table = table;
        this.meter = meter;
    }

    List<ConnectionSnapshot> of(CompiledView view, GatewayId gateway, int limit, long now) {
        List<ConnectionSnapshot> found = new ArrayList<>();
        for (int slot = 1; slot <= table.capacity() && found.size() < limit; slot++) {
            if (table.isUsed(slot) && owner(slot, view).equals(gateway)) {
                found.add(snapshot(slot, now));
            }
        }
        return found;
    }

    /** Connections may have followed their EIP to another gateway than they were opened for. */
    private GatewayId owner(int slot, CompiledView view) {
        CompiledGateway now = view.gateway(table.gateway(slot));
        return now == null ? table.identities().gateway(slot) : now.view.id();
    }

    private ConnectionSnapshot snapshot(int slot, long now) {
        long age = now - meter.createdNanos(slot);
        long out = table.last(slot, true);
        long in = table.last(slot, false);
        // Never is Long.MIN_VALUE, which no difference survives.
        long idle = age;
        idle = out == Long.MIN_VALUE ? idle : Math.min(idle, now - out);
        idle = in == Long.MIN_VALUE ? idle : Math.min(idle, now - in);
        return new ConnectionSnapshot(
                table.identities().connection(slot),
                table.packets(slot, true),
                table.bytes(slot, true),
                table.packets(slot, false),
                table.bytes(slot, false),
                age / 1_000_000,
                Math.max(0, idle) / 1_000_000,
                table.flags(slot, true) & 0xff,
                table.flags(slot, false) & 0xff,
                (table.state(slot) & ConnectionTable.STOPPED) != 0);
    }

    /** Connections per gateway index; those whose gateway is unknown are left out. */
    long[] perGateway(int gateways) {
        long[] count = new long[gateways];
        for (int slot = 1; slot <= table.capacity(); slot++) {
            if (table.isUsed(slot) && table.gateway(slot) < gateways) {
                count[table.gateway(slot)]++;
            }
        }
        return count;
    }
}
