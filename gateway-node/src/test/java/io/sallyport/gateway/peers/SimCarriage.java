package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The packets' side of a simulated node: a map. */
final class SimCarriage implements Carriage {

    static final class Entry {
        final Connection connection;
        final int slot;
        boolean stopped;
        long outNanos = Long.MIN_VALUE;
        long inNanos = Long.MIN_VALUE;
        int flagsOut;
        int flagsIn;

        Entry(Connection connection, int slot) {
            this.connection = connection;
            this.slot = slot;
        }
    }

    final Map<ConnectionId, Entry> entries = new LinkedHashMap<>();
    private final Consumer<Connection> onInstall;
    private int slots;

    SimCarriage(Consumer<Connection> onInstall) {
        this.onInstall = onInstall;
    }

    @Override
    public int install(Connection connection) {
        Entry known = entries.get(connection.id());
        if (known != null) {
            return known.slot;
        }
        Entry entry = new Entry(connection, slots++);
        entries.put(connection.id(), entry);
        onInstall.accept(connection);
        return entry.slot;
    }

    @Override
    public boolean isInstalled(ConnectionId id) {
        return entries.containsKey(id);
    }

    @Override
    public @Nullable Observation observe(ConnectionId id) {
        Entry e = entries.get(id);
        return e == null ? null : new Observation(e.outNanos, e.inNanos, e.flagsOut, e.flagsIn);
    }

    @Override
    public @Nullable Observation stop(ConnectionId id) {
        Entry e = entries.get(id);
        if (e != null) {
            e.stopped = true;
        }
        return observe(id);
    }

    @Override
    public void resume(ConnectionId id) {
        Entry e = entries.get(id);
        if (e != null) {
            e.stopped = false;
        }
    }

    @Override
    public void drop(ConnectionId id) {
        entries.remove(id);
    }
}
