package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import org.jspecify.annotations.Nullable;

/** Forwards nothing and remembers nothing, so that what is measured is the keepers' side alone. */
final class LeanCarriage implements Carriage {

    private int slots;

    /** How many were ever installed. */
    int installed() {
        return slots;
    }

    @Override
    public int install(Connection connection, Numbers numbers) {
        return slots++;
    }

    @Override
    public boolean isInstalled(ConnectionId id) {
        return false;
    }

    @Override
    public int slotOf(ConnectionId id) {
        return NOWHERE;
    }

    @Override
    public int slotOf(InsideKey key) {
        return NOWHERE;
    }

    @Override
    public int slotOf(OutsideKey key) {
        return NOWHERE;
    }

    @Override
    public @Nullable Connection connection(int slot) {
        return null;
    }

    @Override
    public long seenNanos(int slot) {
        return 0;
    }

    @Override
    public int tcpFlags(int slot, boolean outward) {
        return 0;
    }

    @Override
    public int protocol(int slot) {
        return 0;
    }

    @Override
    public @Nullable Observation observe(ConnectionId id) {
        return null;
    }

    @Override
    public @Nullable Observation stop(ConnectionId id) {
        return null;
    }

    @Override
    public void resume(ConnectionId id) {}

    @Override
    public void drop(ConnectionId id) {}
}
