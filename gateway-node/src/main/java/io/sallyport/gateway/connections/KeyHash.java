package io.sallyport.gateway.connections;

import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;

/**
 * A keyed hash of a 5-tuple: a sum of products of its halves, each with a secret added (NH), then
 * spread by two more. Whoever does not know the seeds finds two tuples of one hash only by chance,
 * once in 2^32 pairs, and so cannot choose tuples that meet in one bucket. The products do not wait
 * for each other and are of 32 bits, all that a program in the kernel can multiply in one step.
 */
@HotPath
public final class KeyHash {

    /** How many longs of secret it takes. */
    public static final int SEEDS = 7;

    private static final long ODD = 0x9e37_79b9_7f4a_7c15L;
    private static final long LOW = 0xffff_ffffL;

    /** The lower half of an IPv4 address, {@code ::ffff:0:0}. */
    private static final long MAPPED = 0xffff_0000_0000L;

    private final long seed0;
    private final long seed1;
    private final long seed2;
    private final long seed3;
    private final long seed4;
    private final long spread5;
    private final long spread6;

    /**
     * The seeds are secrets.
     *
     * @throws IllegalArgumentException where they are not {@value #SEEDS}
     */
    public KeyHash(long[] seeds) {
        if (seeds.length != SEEDS) {
            throw new IllegalArgumentException(seeds.length + " seeds");
        }
        seed0 = seeds[0];
        seed1 = seeds[1];
        seed2 = seeds[2];
        seed3 = seeds[3];
        seed4 = seeds[4];
        spread5 = seeds[5] | 1;
        spread6 = seeds[6] | 1;
    }

    /**
     * {@code ports} (32 bits) and {@code space} (VPC and protocol, or a mark for outside) are
     * packed.
     */
    public long of(long nearHigh, long nearLow, long farHigh, long farLow, long ports, long space) {
        long h =
                upper(nearHigh, nearLow, farHigh, farLow)
                        + product(nearLow, farLow, seed3)
                        + product(ports, space, seed4)
                        + space;
        h = (h ^ h >>> 32) * spread5;
        h = (h ^ h >>> 32) * spread6;
        return h ^ h >>> 32;
    }

    /** The part of the sum that is the same for all keys of two IPv4 addresses. */
    public long ofAllIpv4() {
        return upper(0, MAPPED, 0, MAPPED);
    }

    private long upper(long nearHigh, long nearLow, long farHigh, long farLow) {
        return product(nearHigh >>> 32, farHigh >>> 32, seed0)
                + product(nearHigh, farHigh, seed1)
                + product(nearLow >>> 32, farLow >>> 32, seed2);
    }

    private static long product(long a, long b, long seed) {
        return ((a + seed) & LOW) * ((b + (seed >>> 32)) & LOW);
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
