package io.sallyport.allocator.table;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.PoolId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;

/**
 * A destination within a pool as plain numbers; one object is filled again and again. Two hashes:
 * one that is the same in every process, for the order in which orphans are told, and one keyed by
 * a secret, for the index, so that nobody who chooses destinations can choose collisions.
 */
final class RowKey {

    /** Into how many parts {@link #segment} divides a table. */
    static final int SEGMENTS = 1 << 12;

    private static final long ODD = 0x9e3779b97f4a7c15L;

    /** The pool's number, and the IP protocol in the low 8 bits. */
    int pool;

    long high;
    long low;
    int port;

    /** The same in every process and for ever: 0 to {@code SEGMENTS - 1}. */
    int segment;

    void set(PoolBook.Page page, Destination destination) {
        IpAddress remote = destination.address();
        int protocol = destination.protocol().number();
        set(page, protocol, remote.high(), remote.low(), destination.port());
    }

    void set(PoolBook.Page page, int protocol, long remoteHigh, long remoteLow, int remotePort) {
        pool = page.number << 8 | protocol;
        high = remoteHigh;
        low = remoteLow;
        port = remotePort;
        segment = segment(page.mark);
    }

    private int segment(long poolMark) {
        long protocolAndPort = (long) (pool & 0xff) << 16 | port;
        long hash = mix(high ^ poolMark, low ^ ODD);
        return (int) (mix(hash ^ ODD, protocolAndPort ^ ~ODD) >>> 52);
    }

    LeaseKey toLeaseKey(PoolId id) {
        Protocol protocol = new Protocol(pool & 0xff);
        return new LeaseKey(
                id.eip(),
                id.generation(),
                new Destination(protocol, IpAddress.of(high, low), port));
    }

    /** Whether the remote address is an IPv4 one, of which 32 bits say all. */
    boolean isNarrow() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    long hash(long secret) {
        long hash = mix(high ^ secret, low ^ Long.rotateLeft(secret, 32) ^ ODD);
        return mix(hash ^ secret, ((long) pool << 16 | port) ^ Long.rotateLeft(secret, 17) ^ ODD);
    }

    /** Both halves of the 128-bit product: each bit of either number moves most bits. */
    static long mix(long one, long other) {
        return Math.unsignedMultiplyHigh(one, other) ^ one * other;
    }
}
