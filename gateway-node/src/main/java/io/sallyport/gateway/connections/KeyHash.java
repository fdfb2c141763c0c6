package io.sallyport.gateway.connections;

import io.sallyport.gateway.wire.HotPath;

/**
 * A keyed hash of a 5-tuple: multiply and fold, each word mixed with a secret, so that nobody who
 * does not know the seed can choose tuples that meet in one bucket.
 */
@HotPath
final class KeyHash {

    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

    private final long seed0;
    private final long seed1;
    private final long seed2;

    KeyHash(long seed0, long seed1, long seed2) {
        this.seed0 = seed0;
        this.seed1 = seed1;
        this.seed2 = seed2;
    }

    /** {@code ports} and {@code space} (VPC and protocol, or a mark for outside) are packed. */
    long of(long nearHigh, long nearLow, long farHigh, long farLow, long ports, long space) {
        long h = mix(nearHigh ^ seed0, nearLow ^ seed1);
        h = mix(farHigh ^ h, farLow ^ seed2);
        h = mix(ports ^ h ^ seed1, space ^ seed0);
        return mix(h ^ seed2, ODD);
    }

    private static long mix(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b) ^ a ^ Long.rotateLeft(b, 32);
    }
}
