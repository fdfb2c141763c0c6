package io.sallyport.gateway.connections;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * How each connection's client is reached, by slot. Many connections name one way, but each has its
 * own say: a client's move is proved for one connection, and believing it of the others would let
 * whoever guesses one take them all. Worker thread.
 */
@HotPath
public final class PathRecords {

    private final PathTable ways;
    private final ConnectionTable table;

    PathRecords(PathTable ways, ConnectionTable table) {
        this.ways = ways;
        this.table = table;
    }

    /** The client is reached this way from now on; its next packet from outside finds the hop. */
    public void path(int slot, ClientPath path) {
        move(slot, take(path), 0);
    }

    /**
     * The same at once: what is sent from now on goes there.
     *
     * @param vtepHigh both parts of the tunnel's end 0: a plain interface
     * @param nextHopIn the kernel path's next hop towards it; 0: it is to ask
     */
    public void path(
            int slot, long vtepHigh, long vtepLow, long clientMac, long gatewayMac, int nextHopIn) {
        move(slot, ways.take(vtepHigh, vtepLow, clientMac, gatewayMac), nextHopIn);
    }

    private void move(int slot, int number, int nextHopIn) {
        int before = table.path(slot);
        table.path(slot, number, nextHopIn);
        ways.giveUp(before);
    }

    /** The number for one connection more. */
    int take(ClientPath path) {
        return ways.take(
                path.tunnelEndpoint().map(IpAddress::high).orElse(0L),
                path.tunnelEndpoint().map(IpAddress::low).orElse(0L),
                path.clientMac(),
                path.gatewayMac());
    }

    /** Puts a way that the kernel path does not know where it does, if there is room by now. */
    public void gather(int slot) {
        if (ways.isApart(table.path(slot)) && ways.hasRoom()) {
            path(
                    slot,
                    vtepHigh(slot),
                    vtepLow(slot),
                    clientMac(slot),
                    gatewayMac(slot),
                    table.nextHop(slot, false));
        }
    }

    /** False: a former life knew it, and this one must wait for the client's next packet. */
    public boolean isKnown(int slot) {
        return table.path(slot) != PathTable.UNKNOWN;
    }

    /** Different ways that the kernel path knows, of all connections together. */
    public int size() {
        return ways.size();
    }

    /** Different ways beyond those. */
    public int sizeApart() {
        return ways.sizeApart();
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
        return ways.word(table.path(slot), 0);
    }

    public long vtepLow(int slot) {
        return ways.word(table.path(slot), 1);
    }

    public long clientMac(int slot) {
        return ways.word(table.path(slot), 2);
    }

    public long gatewayMac(int slot) {
        return ways.word(table.path(slot), 3);
    }
}
