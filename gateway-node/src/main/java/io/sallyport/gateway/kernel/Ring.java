package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Reads a ring buffer that programs write. The kernel maps its data twice, one after the other, so
 * that no record wraps. One thread.
 *
 * <pre>
 * page 0 consumer position (ours) | page 1 producer position (read-only) | data | data again
 * record: length 4 (bit 31 busy, bit 30 discarded) | 4 | data, to the next multiple of 8
 * </pre>
 */
@HotPath
public final class Ring {

    private static final int PAGE = 4096;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER = 8;
    private static final VarHandle POSITION = JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = JAVA_INT.varHandle();

    /** Where the data begins in {@link #memory}. */
    private static final long DATA = PAGE;

    private final MemorySegment consumer;

    /** The producer's page and the data, read-only. */
    public final MemorySegment memory;

    private final long mask;
    private long position;
    private int length;

    /** Until the map closes. */
    public Ring(BpfMap map) {
        long size = map.spec().entries();
        mask = size - 1;
        consumer = map.map(0, PAGE, Syscalls.READ | Syscalls.WRITE);
        memory = map.map(PAGE, PAGE + 2 * size, Syscalls.READ);
        position = (long) POSITION.getAcquire(consumer, 0L);
    }

    /**
     * The next record.
     *
     * @return where it begins in {@link #memory}, {@link #length} bytes, valid until {@link
     *     #release}; -1: there is none
     */
    public long next() {
        while (position < (long) POSITION.getAcquire(memory, 0L)) {
            long header = DATA + (position & mask);
            int word = (int) LENGTH.getAcquire(memory, header);
            if ((word & BUSY) != 0) {
                return -1;
            }
            length = word & ~DISCARDED;
            position += length + HEADER + 7L & ~7L;
            if ((word & DISCARDED) == 0) {
                return header + HEADER;
            }
        }
        return -1;
    }

    /** Of the record that {@link #next} gave last. */
    public int length() {
        return length;
    }

    /** Gives back all that {@link #next} has passed. */
    public void release() {
        POSITION.setRelease(consumer, 0L, position);
    }

    /** Bytes that wait. */
    public long backlog() {
        return (long) POSITION.getAcquire(memory, 0L) - position;
    }
}
