package io.sallyport.gateway.connections;

import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * How a packet reaches the client, learned from the client's own packets.
 *
 * @param tunnelEndpoint the client's host on the underlay; empty on a plain interface
 * @param clientMac target of the (inner) Ethernet frame, in the low 48 bits
 * @param gatewayMac its source
 */
public record ClientPath(Optional<IpAddress> tunnelEndpoint, long clientMac, long gatewayMac) {}
