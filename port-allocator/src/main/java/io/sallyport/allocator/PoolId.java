package io.sallyport.allocator;

import io.sallyport.net.IpAddress;

/**
 * One life of an elastic IP's ports. A pool that is released, moved to another gateway or switched
 * to another mode begins a new one, so that an old lease never counts in the new life.
 *
 * @param generation never negative; no life of this address ever had or gets the same
 */
public record PoolId(IpAddress eip, long generation) implements Comparable<PoolId> {

    public PoolId {
        if (generation < 0) {
            throw new IllegalArgumentException("pool generation " + generation + " is negative");
        }
    }

    @Override
    public int compareTo(PoolId other) {
        int byAddress = eip.compareTo(other.eip);
        return byAddress != 0 ? byAddress : Long.compare(generation, other.generation);
    }

    @Override
    public String toString() {
        return eip + "#" + generation;
    }
}
