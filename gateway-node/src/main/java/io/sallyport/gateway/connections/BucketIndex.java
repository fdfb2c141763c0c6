package io.sallyport.gateway.connections;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * From hash to candidates: buckets of one cache line. A key whose bucket is full goes to the next
 * one and is counted in {@code overflow} of each it passed, so a search stops at the first bucket
 * that nobody overflowed. Others may read while the one writer writes: an entry appears after the
 * record that it leads to, and after those it passed are marked.
 */
@HotPath
final class BucketIndex {

    /** With three fifths full a run this long is never seen; it bounds the search all the same. */
    static final int PROBES = 32;

    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final long buckets;

    /** {@code buckets}: how many, at least {@link #PROBES} and less than 2^31. */
    BucketIndex(MemorySegment memory, long buckets) {
        this.memory = memory;
        this.buckets = buckets;
    }

    static long entry(long hash, int slot, int direction) {
        return (hash >>> 32) << 32 | (long) slot << 1 | direction;
    }

    static int slotOf(long entry) {
        return (int) (entry & 0xffff_ffffL) >>> 1;
    }

    /** The hash's lower half says which part of all, its upper half is in the entry. */
    long bucket(long hash, int probe) {
        long index = ((hash & 0xffff_ffffL) * buckets >>> 32) + probe;
        return (index < buckets ? index : index - buckets) * RecordLayout.BUCKET_BYTES;
    }

    boolean overflowed(long bucket) {
        return memory.get(JAVA_LONG, bucket) != 0;
    }

    long entryAt(long bucket, int index) {
        return memory.get(JAVA_LONG, bucket + 8 + 8L * index);
    }

    /** False: no room within {@link #PROBES} buckets. */
    boolean insert(long hash, long entry) {
        for (int probe = 0; probe < PROBES; probe++) {
            long bucket = bucket(hash, probe);
            for (int i = 0; i < RecordLayout.ENTRIES; i++) {
                if (entryAt(bucket, i) == 0) {
                    overflow(hash, probe, 1);
                    WORD.setRelease(memory, bucket + 8 + 8L * i, entry);
                    return true;
                }
            }
        }
        return false;
    }

    void remove(long hash, long entry) {
        if (!removeIfPresent(hash, entry)) {
            throw new IllegalStateException("an entry of a connection is not in its buckets");
        }
    }

    /** False: it is not there. */
    boolean removeIfPresent(long hash, long entry) {
        for (int probe = 0; probe < PROBES; probe++) {
            long bucket = bucket(hash, probe);
            for (int i = 0; i < RecordLayout.ENTRIES; i++) {
                if (entryAt(bucket, i) == entry) {
                    WORD.setRelease(memory, bucket + 8 + 8L * i, 0L);
                    overflow(hash, probe, -1);
                    return true;
                }
            }
        }
        return false;
    }

    private void overflow(long hash, int passed, int change) {
        for (int probe = 0; probe < passed; probe++) {
            long bucket = bucket(hash, probe);
            WORD.setRelease(memory, bucket, memory.get(JAVA_LONG, bucket) + change);
        }
    }
}
