package io.sallyport.allocator;

import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;

/**
 * Which lease group decides about a destination. Part of the protocol: clients route by it and the
 * groups' logs depend on it, so it never changes for a given number of groups.
 */
public final class LeaseGroups {

    private LeaseGroups() {}

    /**
     * @param groups how many lease groups the cluster has, from 1
     * @return 1 to {@code groups}; 0 is the group of members and catalog
     */
    public static int of(LeaseKey key, int groups) {
        if (groups < 1) {
            throw new IllegalArgumentException(groups + " lease groups");
        }
        if (groups == 1) {
            return 1;
        }
        Destination destination = key.destination();
        long hash = mix(key.poolGeneration());
        hash = mix(hash, key.eip());
        hash = mix(hash, destination.address());
        hash = mix(hash ^ (destination.protocol().number() << 16 | destination.port()));
        return 1 + Math.toIntExact(Long.remainderUnsigned(hash, groups));
    }

    private static long mix(long hash, IpAddress address) {
        return mix(mix(hash ^ address.high()) ^ address.low());
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit moves every other. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
