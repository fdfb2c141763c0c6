package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** How each connection's client is reached, by slot. Worker thread. */
@HotPath
public final class PathRecords {

    private final MemorySegment memory;

    PathRecords(MemorySegment memory) {
        this.memory = memory;
    }

    /** The client is reached this way from now on. */
    public void path(int slot, ClientPath path) {
        path(
                slot,
                path.tunnelEndpoint().map(a -> a.high()).orElse(0L),
                path.tunnelEndpoint().map(a -> a.low()).orElse(0L),
                path.clientMac(),
                path.gatewayMac());
    }

    /** {@code vtepHigh} and {@code vtepLow} both 0: a plain interface. */
    public void path(int slot, long vtepHigh, long vtepLow, long clientMac, long gatewayMac) {
        long at = at(slot);
        memory.set(JAVA_LONG, at, vtepHigh);
        memory.set(JAVA_LONG, at + 8, vtepLow);
        memory.set(JAVA_LONG, at + 16, clientMac);
        memory.set(JAVA_LONG, at + 24, gatewayMac);
    }

    /** Cold. */
    public ClientPath path(int slot) {
        boolean tunnel = (vtepHigh(slot) | vtepLow(slot)) != 0;
        return new ClientPath(
                tunnel
                        ? Optional.of(IpAddress.of(vtepHigh(slot), vtepLow(slot)))
                        : Optional.empty(),
                clientMac(slot),
                gatewayMac(slot));
    }

    public long vtepHigh(int slot) {
        return memory.get(JAVA_LONG, at(slot));
    }

    public long vtepLow(int slot) {
        return memory.get(JAVA_LONG, at(slot) + 8);
    }

    public long clientMac(int slot) {
        return memory.get(JAVA_LONG, at(slot) + 16);
    }

    public long gatewayMac(int slot) {
        return memory.get(JAVA_LONG, at(slot) + 24);
    }

    private static long at(int slot) {
        return (long) slot * RecordLayout.PATH_BYTES;
    }
}
