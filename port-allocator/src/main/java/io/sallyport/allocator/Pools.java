package io.sallyport.allocator;

import io.sallyport.net.IpAddress;

/**
 * Which pools of ports there are, as the catalog of the same log says at this entry. Supplied by
 * whoever composes the laws; asked on the thread that decides.
 */
@FunctionalInterface
public interface Pools {

    /** Whether the elastic IP may be used for new leases in this life of its pool. */
    boolean knows(IpAddress eip, long poolGeneration);
}
