package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.ConnectionTable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The table as the keepers' side moves it; worker thread only. */
final class Carrier implements Carriage {

    /** Marks a record whose gateway is not in the view (yet). */
    static final int NO_GATEWAY = 0xffff;

    private final ConnectionTable table;
    private final Meter meter;
    private final LongSupplier nanoClock;
    private final Map<ConnectionId, Integer> slots = new HashMap<>();
    private final @Nullable Connection[] connections;
    private CompiledView view = CompiledView.EMPTY;

    Carrier(ConnectionTable table, Meter meter, LongSupplier nanoClock) {
        this.table = table;
        this.meter = meter;
        this.nanoClock = nanoClock;
        connections = new Connection[table.capacity() + 1];
    }

    void view(CompiledView fresh) {
        view = fresh;
    }

    @Override
    public int install(Connection connection) {
        Integer known = slots.get(connection.id());
        if (known != null) {
            return known;
        }
        int gateway = view.indexOf(connection.gateway());
        int slot = table.install(connection, gateway < 0 ? NO_GATEWAY : gateway);
        if (slot == ConnectionTable.MISS) {
            return FULL;
        }
        slots.put(connection.id(), slot);
        connections[slot] = connection;
        meter.created(slot, nanoClock.getAsLong());
        return slot;
    }

    @Override
    public boolean isInstalled(ConnectionId id) {
        return slots.containsKey(id);
    }

    @Override
    public @Nullable Observation observe(ConnectionId id) {
        Integer slot = slots.get(id);
        return slot == null
                ? null
                : new Observation(
                        table.last(slot, true),
                        table.last(slot, false),
                        table.flags(slot, true) & 0xff,
                        table.flags(slot, false) & 0xff);
    }

    @Override
    public @Nullable Observation stop(ConnectionId id) {
        Integer slot = slots.get(id);
        if (slot != null) {
            table.state(slot, table.state(slot) | ConnectionTable.STOPPED);
        }
        return observe(id);
    }

    @Override
    public void resume(ConnectionId id) {
        Integer slot = slots.get(id);
        if (slot != null) {
            table.state(slot, table.state(slot) & ~ConnectionTable.STOPPED);
        }
    }

    @Override
    public void drop(ConnectionId id) {
        Integer slot = slots.remove(id);
        if (slot != null) {
            meter.last(slot, view, nanoClock.getAsLong());
            connections[slot] = null;
            table.remove(slot);
        }
    }

    /** Null: the slot is free. */
    @Nullable Connection connection(int slot) {
        return connections[slot];
    }
}
