package io.sallyport.gateway.connections;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;

/**
 * A keyed hash of a 5-tuple: multiply and fold, each word mixed with a secret, so that nobody who
 * does not know the seed can choose tuples that meet in one bucket.
 */
@HotPath
public final class KeyHash {

    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

    private final long seed0;
    private final long seed1;
    private final long seed2;

    /** The seeds are secrets. */
    public KeyHash(long seed0, long seed1, long seed2) {
        this.seed0 = seed0;
        this.seed1 = seed1;
        this.seed2 = seed2;
    }

    /** {@code ports} and {@code space} (VPC and protocol, or a mark for outside) are packed. */
    public long of(long nearHigh, long nearLow, long farHigh, long farLow, long ports, long space) {
        long h = mix(nearHigh ^ seed0, nearLow ^ seed1);
        h = mix(farHigh ^ h, farLow ^ seed2);
        h = mix(ports ^ h ^ seed1, space ^ seed0);
        return mix(h ^ seed2, ODD);
    }

    /**
     * Of a key of maps that hold few at a time. Without a secret, but what adds up is spread:
     * tuples differ in a port here and an address there, and a sum of both would be the same for
     * many.
     */
    static int plain(Endpoint near, Endpoint far, int space) {
        IpAddress client = near.address();
        IpAddress remote = far.address();
        long h = mix(client.low() ^ ODD, client.high() ^ ~ODD);
        h = mix(remote.low() ^ h, remote.high() ^ ODD);
        return Long.hashCode(mix(h ^ (long) near.port() << 16 ^ far.port(), space ^ ODD));
    }

    private static long mix(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b) ^ a ^ Long.rotateLeft(b, 32);
    }
}
