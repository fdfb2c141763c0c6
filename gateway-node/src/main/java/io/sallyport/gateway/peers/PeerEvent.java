package io.sallyport.gateway.peers;

import io.sallyport.gateway.ports.Shortage;

/**
 * Connections were refused because a destination had no port left, or their tenant no quota.
 *
 * @param atMillis when the first was refused, wall clock
 * @param refused how many since the event before of the same destination
 */
public record PeerEvent(long atMillis, Shortage shortage, long refused) {}
