package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.wire.HotPath;

/**
 * Which connection a datagram's later fragments belong to, written by its first. A bounded set of
 * ways per hash: a full one forgets its oldest entry.
 */
@HotPath
final class FragmentTable {

    /** VPC number of packets from outside. */
    static final int OUTSIDE = 1 << 24;

    /** As long as receivers wait for the rest of a datagram. */
    private static final long LIFE_NANOS = 30_000_000_000L;

    private static final int SETS = 1 << 10;
    private static final int WAYS = 8;
    private static final int WORDS = 7;

    private final long[] words = new long[SETS * WAYS * WORDS];
    private final ConnectionTable table;
    private final long seed = new java.security.SecureRandom().nextLong();

    FragmentTable(ConnectionTable table) {
        this.table = table;
    }

    void remember(Packet packet, int space, int slot, long now) {
        int base = base(packet, space);
        int oldest = base;
        for (int i = 0; i < WAYS; i++) {
            int at = base + i * WORDS;
            if (words[at + 6] == 0 || matches(at, packet, space)) {
                oldest = at;
                break;
            }
            if (words[at + 6] - words[oldest + 6] < 0) {
                oldest = at;
            }
        }
        words[oldest] = packet.sourceHigh;
        words[oldest + 1] = packet.sourceLow;
        words[oldest + 2] = packet.targetHigh;
        words[oldest + 3] = packet.targetLow;
        words[oldest + 4] = name(packet, space);
        words[oldest + 5] = (long) table.generation(slot) << 32 | slot;
        words[oldest + 6] = now == 0 ? 1 : now;
    }

    /** The slot, or {@link ConnectionTable#MISS}. */
    int find(Packet packet, int space, long now) {
        int base = base(packet, space);
        for (int i = 0; i < WAYS; i++) {
            int at = base + i * WORDS;
            if (words[at + 6] != 0
                    && matches(at, packet, space)
                    && now - words[at + 6] < LIFE_NANOS) {
                int slot = (int) words[at + 5];
                boolean same =
                        table.isUsed(slot)
                                && table.generation(slot) == (int) (words[at + 5] >>> 32);
                return same ? slot : ConnectionTable.MISS;
            }
        }
        return ConnectionTable.MISS;
    }

    private boolean matches(int at, Packet packet, int space) {
        return words[at + 4] == name(packet, space)
                && words[at + 1] == packet.sourceLow
                && words[at + 3] == packet.targetLow
                && words[at] == packet.sourceHigh
                && words[at + 2] == packet.targetHigh;
    }

    /** IPv6 numbers datagrams per pair of hosts; what follows its fragment header may differ. */
    private static long name(Packet packet, int space) {
        return packet.v4
                ? (long) space << 33 | (long) packet.protocol << 16 | packet.fragmentId
                : (long) space << 33 | 1L << 32 | packet.fragmentId;
    }

    private int base(Packet packet, int space) {
        long h = name(packet, space) ^ seed;
        h = (h ^ packet.sourceLow) * 0x9e37_79b9_7f4a_7c15L;
        h = (Long.rotateLeft(h, 29) ^ packet.targetLow) * 0x9e37_79b9_7f4a_7c15L;
        h =
                (Long.rotateLeft(h, 29) ^ packet.sourceHigh ^ packet.targetHigh)
                        * 0x9e37_79b9_7f4a_7c15L;
        return (int) (h >>> 40 & SETS - 1) * WAYS * WORDS;
    }
}
