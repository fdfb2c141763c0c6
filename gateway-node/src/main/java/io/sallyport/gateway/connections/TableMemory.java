package io.sallyport.gateway.connections;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.List;

/**
 * The memory that a {@link ConnectionTable} lies in: the arrays of the kernel fast path, or, where
 * there is none, plain memory of the same layout. Zeroed, or with the entries of a former life.
 *
 * @param records {@code (capacity + 1) x} {@value RecordLayout#BYTES} bytes, by slot
 * @param buckets {@link #buckets} {@code x} {@value RecordLayout#BUCKET_BYTES} bytes
 * @param paths {@link #paths} {@code x} {@value RecordLayout#PATH_BYTES} bytes: the ways to clients
 * @param eips {@value AddressIndex#SIZE} {@code x} {@value RecordLayout#ADDRESS_BYTES} bytes
 * @param identities {@code (capacity + 1) x} {@value Identities#BYTES} bytes, by slot: what a later
 *     life must know of a connection; empty: no later life is to find it, and the table makes room
 *     itself
 * @param origins {@link #origins} {@code x} {@value Origin#BYTES} bytes: what those of many
 *     connections have in common; empty with {@code identities}
 * @param seeds of the keys' hash
 * @param graceNanos how long a record must stay as it is after nothing leads to it any more, since
 *     a reader may still hold it; 0: nobody else reads
 */
public record TableMemory(
        int capacity,
        MemorySegment records,
        MemorySegment buckets,
        MemorySegment paths,
        MemorySegment eips,
        MemorySegment identities,
        MemorySegment origins,
        Seeds seeds,
        long graceNanos) {

    /** For memory that ends with the process. */
    public static final MemorySegment NO_IDENTITIES = MemorySegment.NULL;

    /** Bytes of one identity. */
    public static final int IDENTITY_BYTES = Identities.BYTES;

    /** Bytes of one origin. */
    public static final int ORIGIN_BYTES = Origin.BYTES;

    private static final int ORIGINS_MAX = 1 << 16;

    /** How many origins a table of that capacity has room for: a gateway, its opener, an epoch. */
    public static int origins(int capacity) {
        return Math.min(capacity, ORIGINS_MAX);
    }

    /**
     * Secret: who knows them can choose tuples that meet in one bucket.
     *
     * @param words {@value KeyHash#SEEDS} of them
     */
    public record Seeds(List<Long> words) {

        public static Seeds random() {
            return new Seeds(new SecureRandom().longs(KeyHash.SEEDS).boxed().toList());
        }

        /** The hash that they are the secret of. */
        public KeyHash hash() {
            return new KeyHash(words.stream().mapToLong(Long::longValue).toArray());
        }

        /** Not even in a log. */
        @Override
        public String toString() {
            return "Seeds";
        }
    }

    public TableMemory {
        if (records.byteSize() < (capacity + 1L) * RecordLayout.BYTES
                || buckets.byteSize() < buckets(capacity) * RecordLayout.BUCKET_BYTES
                || paths.byteSize() < (long) paths(capacity) * RecordLayout.PATH_BYTES
                || (identities.byteSize() != 0
                        && (identities.byteSize() < (capacity + 1L) * Identities.BYTES
                                || origins.byteSize() < (long) origins(capacity) * Origin.BYTES))
                || eips.byteSize() < (long) AddressIndex.SIZE * RecordLayout.ADDRESS_BYTES) {
            throw new IllegalArgumentException("too little memory for " + capacity);
        }
    }

    /**
     * How full the buckets of a full table are, in fifths: one entry in tens of thousands is then
     * beyond what the programs look at.
     */
    private static final int LOAD_FIFTHS = 3;

    /** How many buckets a table of that capacity has: for two entries of each connection. */
    public static long buckets(int capacity) {
        int fifth = LOAD_FIFTHS * RecordLayout.ENTRIES;
        return Math.max(BucketIndex.PROBES, (5 * 2L * capacity + fifth - 1) / fifth);
    }

    /** Connections of one client, where there are many clients. */
    private static final int CLIENT_CONNECTIONS = 8;

    private static final int PATHS_LEAST = 1024;

    /**
     * How many ways to clients the programs know of a table of that capacity: a client has as many
     * as it has hosts and gateway MACs, mostly one. Connections by further ones are forwarded by
     * the process.
     */
    public static int paths(int capacity) {
        return 1 + Math.min(capacity, Math.max(PATHS_LEAST, capacity / CLIENT_CONNECTIONS));
    }

    /** The same, with room for identities in {@code arena} where there is none. */
    TableMemory complete(Arena arena) {
        return identities.byteSize() != 0
                ? this
                : new TableMemory(
                        capacity,
                        records,
                        buckets,
                        paths,
                        eips,
                        arena.allocate((capacity + 1L) * Identities.BYTES, Long.BYTES),
                        arena.allocate((long) origins(capacity) * Origin.BYTES, Long.BYTES),
                        seeds,
                        graceNanos);
    }

    /** Memory that nobody else reads; it lives as long as the arena. */
    public static TableMemory plain(Arena arena, int capacity) {
        return new TableMemory(
                capacity,
                arena.allocate((capacity + 1L) * RecordLayout.BYTES, RecordLayout.BYTES),
                arena.allocate(
                        buckets(capacity) * RecordLayout.BUCKET_BYTES, RecordLayout.BUCKET_BYTES),
                arena.allocate(
                        (long) paths(capacity) * RecordLayout.PATH_BYTES, RecordLayout.PATH_BYTES),
                arena.allocate(
                        (long) AddressIndex.SIZE * RecordLayout.ADDRESS_BYTES,
                        RecordLayout.ADDRESS_BYTES),
                NO_IDENTITIES,
                NO_IDENTITIES,
                Seeds.random(),
                0);
    }
}
