package io.sallyport.gateway.connections;

import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * How a packet reaches the client, learned from the client's own packets.
 *
 * @param tunnelEndpoint the client's host on the underlay; empty on a plain interface
 * @param clientMac target of the (inner) Ethernet frame, in the low 48 bits
 * @param gatewayMac its source
 * @param moves how often the connection's client was found elsewhere before: of two that nodes tell
 *     of, the greater is the newer
 */
public record ClientPath(
        Optional<IpAddress> tunnelEndpoint, long clientMac, long gatewayMac, int moves) {

    /** As a packet shows it, which says nothing of the past. */
    public ClientPath(Optional<IpAddress> tunnelEndpoint, long clientMac, long gatewayMac) {
        this(tunnelEndpoint, clientMac, gatewayMac, 0);
    }

    public ClientPath with(int newMoves) {
        return new ClientPath(tunnelEndpoint, clientMac, gatewayMac, newMoves);
    }
}
