package io.sallyport.gateway.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * How much of each slot's counters was told, in memory that lives as long as the counters do: a
 * next life tells the difference. Worker thread.
 *
 * <pre>
 * by slot, 24 bytes: | packets out 4 | in 4 | bytes out, low half 4 | in, low half 4 |
 *                    | bytes out, high quarter 2 | in, high quarter 2 | generation 4 |
 * </pre>
 *
 * Of packets the low half is kept and of bytes 48 bits: neither goes around within a pass.
 */
@HotPath
final class Told {

    static final int BYTES = 24;
    static final long BYTES_MASK = (1L << 48) - 1;
    private static final int LOW = 8;
    private static final int HIGH = 16;
    private static final int GENERATION = 20;

    private final MemorySegment memory;

    /**
     * @param memory {@value #BYTES} bytes a slot
     */
    Told(MemorySegment memory) {
        this.memory = memory;
    }

    /** Nothing was told of the connection of that generation. */
    void begin(int slot, int generation) {
        set(slot, true, 0, 0);
        set(slot, false, 0, 0);
        memory.set(JAVA_INT, at(slot) + GENERATION, generation);
    }

    /** Whether it speaks of the connection of that generation; if not, of none. */
    boolean isOf(int slot, int generation) {
        return memory.get(JAVA_INT, at(slot) + GENERATION) == generation;
    }

    int packets(int slot, boolean outward) {
        return memory.get(JAVA_INT, at(slot) + (outward ? 0 : 4));
    }

    /** 48 bits. */
    long bytes(int slot, boolean outward) {
        long at = at(slot);
        long high = memory.get(JAVA_SHORT, at + (outward ? HIGH : HIGH + 2)) & 0xffffL;
        int low = memory.get(JAVA_INT, at + (outward ? LOW : LOW + 4));
        return high << Integer.SIZE | Integer.toUnsignedLong(low);
    }

    void set(int slot, boolean outward, int packets, long bytes) {
        long at = at(slot);
        memory.set(JAVA_INT, at + (outward ? 0 : 4), packets);
        memory.set(JAVA_INT, at + (outward ? LOW : LOW + 4), (int) bytes);
        memory.set(JAVA_SHORT, at + (outward ? HIGH : HIGH + 2), (short) (bytes >>> Integer.SIZE));
    }

    private static long at(int slot) {
        return (long) slot * BYTES;
    }
}
