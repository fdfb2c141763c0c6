package io.sallyport.gateway.connections;

import io.sallyport.net.IpAddress;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a packet reaches the client, learned from the client's own packets.
 *
 * @param tunnelEndpoint the client's host on the underlay; empty on a plain interface
 * @param clientMac target of the (inner) Ethernet frame, in the low 48 bits
 * @param gatewayMac its source
 * @param moves how often the connection's client was found elsewhere before: of two that nodes tell
 *     of, the greater is the newer; where it is the same, the greater place, so that all agree
 */
public record ClientPath(
        Optional<IpAddress> tunnelEndpoint, long clientMac, long gatewayMac, int moves) {

    private static final Comparator<@Nullable IpAddress> PLACES =
            Comparator.nullsFirst(Comparator.<IpAddress>naturalOrder());

    /** As a packet shows it, which says nothing of the past. */
    public ClientPath(Optional<IpAddress> tunnelEndpoint, long clientMac, long gatewayMac) {
        this(tunnelEndpoint, clientMac, gatewayMac, 0);
    }

    public ClientPath with(int newMoves) {
        return new ClientPath(tunnelEndpoint, clientMac, gatewayMac, newMoves);
    }

    /** Whether it undoes {@code other}. Never both ways; neither where it is one place. */
    public boolean undoes(ClientPath other) {
        return moves != other.moves ? moves > other.moves : place(other) > 0;
    }

    private int place(ClientPath other) {
        int macs = Long.compare(clientMac, other.clientMac);
        return macs != 0
                ? macs
                : PLACES.compare(tunnelEndpoint.orElse(null), other.tunnelEndpoint.orElse(null));
    }
}
