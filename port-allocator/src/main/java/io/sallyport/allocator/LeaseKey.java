package io.sallyport.allocator;

import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import java.util.Comparator;

/**
 * A destination within a pool: what a source port must be unique against.
 *
 * @param eip the elastic IP's address
 * @param poolGeneration number of this life of the pool; a pool that is released and used again has
 *     a new one, so that an old lease never counts in the new life
 */
public record LeaseKey(IpAddress eip, long poolGeneration, Destination destination)
        implements Comparable<LeaseKey> {

    private static final Comparator<LeaseKey> ORDER =
            Comparator.comparing(LeaseKey::eip)
                    .thenComparingLong(LeaseKey::poolGeneration)
                    .thenComparingInt(key -> key.destination().protocol().number())
                    .thenComparing(key -> key.destination().address())
                    .thenComparingInt(key -> key.destination().port());

    public LeaseKey {
        if (poolGeneration < 0) {
            throw new IllegalArgumentException(
                    "pool generation " + poolGeneration + " is negative");
        }
    }

    /** The pool that the destination's ports belong to. */
    public PoolId pool() {
        return new PoolId(eip, poolGeneration);
    }

    @Override
    public int compareTo(LeaseKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return eip + "#" + poolGeneration + " " + destination;
    }
}
