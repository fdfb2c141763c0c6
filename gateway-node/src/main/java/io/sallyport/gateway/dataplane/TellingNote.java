package io.sallyport.gateway.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What the worker is telling just now: written before it is offered, and done when it is also known
 * as told. A process killed in between leaves it, and the sink's position says whether the offer
 * was made; so nothing is told twice, and nothing is left out. Worker thread.
 *
 * <pre>
 * 0 kind 8 (0: nothing) | 8 slot and direction, or place 8 | 16 packets 8 | 24 bytes 8
 * 32 position before 8
 * </pre>
 */
@HotPath
final class TellingNote {

    static final int BYTES = 64;

    private static final long NOTHING = 0;
    private static final long CONNECTION = 1;
    private static final long REJECT = 2;
    private static final int WHAT = 8;
    private static final int PACKETS = 16;
    private static final int COUNTED = 24;
    private static final int POSITION = 32;
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private final MemorySegment memory;

    /**
     * @param memory {@value #BYTES} bytes
     */
    TellingNote(MemorySegment memory) {
        this.memory = memory;
    }

    /** Up to these counters of a connection's direction. */
    void connection(int slot, boolean outward, int packets, long bytes, long position) {
        VarHandle.releaseFence();
        memory.set(JAVA_LONG, WHAT, (long) slot << 1 | (outward ? 1 : 0));
        memory.set(JAVA_LONG, PACKETS, packets);
        memory.set(JAVA_LONG, COUNTED, bytes);
        memory.set(JAVA_LONG, POSITION, position);
        LONG.setRelease(memory, 0L, CONNECTION);
    }

    /** What lies at that place of the refused packets. */
    void reject(int place, long position) {
        VarHandle.releaseFence();
        memory.set(JAVA_LONG, WHAT, place);
        memory.set(JAVA_LONG, POSITION, position);
        LONG.setRelease(memory, 0L, REJECT);
    }

    /** It is offered; what follows is written after that. */
    void offered() {
        VarHandle.releaseFence();
    }

    /** And known as told. */
    void done() {
        LONG.setRelease(memory, 0L, NOTHING);
    }

    /** What a former life was telling, if it was offered, becomes known as told; once. */
    void finish(Told told, RejectSamples rejects, long position) {
        long kind = memory.get(JAVA_LONG, 0);
        long what = memory.get(JAVA_LONG, WHAT);
        if (position > memory.get(JAVA_LONG, POSITION)) {
            if (kind == CONNECTION) {
                told.set(
                        (int) (what >>> 1),
                        (what & 1) != 0,
                        (int) memory.get(JAVA_LONG, PACKETS),
                        memory.get(JAVA_LONG, COUNTED));
            } else if (kind == REJECT) {
                rejects.forget((int) what);
            }
        }
        done();
    }
}
