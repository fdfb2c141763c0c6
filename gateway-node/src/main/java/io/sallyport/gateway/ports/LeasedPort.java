package io.sallyport.gateway.ports;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.ids.Epoch;

/**
 * One port that this node may use.
 *
 * @param grant log index of the grant
 * @param granted an epoch no later than the grant: whoever was a member since then may know it
 */
public record LeasedPort(LeaseKey key, int port, long grant, Epoch granted) {}
