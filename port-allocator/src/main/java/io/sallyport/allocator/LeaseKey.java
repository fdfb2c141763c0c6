package io.sallyport.allocator;

import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;

/**
 * A destination within a pool: what a source port must be unique against.
 *
 * @param eip the elastic IP's address
 * @param poolGeneration number of this life of the pool; a pool that is released and used again has
 *     a new one, so that an old lease never counts in the new life
 */
public record LeaseKey(IpAddress eip, long poolGeneration, Destination destination) {

    @Override
    public String toString() {
        return eip + "#" + poolGeneration + " " + destination;
    }
}
