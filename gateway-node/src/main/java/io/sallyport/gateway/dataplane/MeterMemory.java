package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.FastPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where the meter remembers what it has told: beside the kernel path's table, where that outlives
 * the process, else in plain memory.
 *
 * @param told {@value Told#BYTES} bytes a slot
 * @param note {@value TellingNote#BYTES} bytes
 * @param rejects {@value RejectSamples#BYTES} bytes
 * @param former whether they hold what a former life wrote there
 */
record MeterMemory(MemorySegment told, MemorySegment note, MemorySegment rejects, boolean former) {

    static MeterMemory of(@Nullable FastPath kernel, int capacity) {
        FastPath.Remembered lasting = kernel == null ? null : kernel.remembered().orElse(null);
        return lasting == null ? plain(capacity) : of(lasting);
    }

    private static MeterMemory of(FastPath.Remembered lasting) {
        return new MeterMemory(
                lasting.bySlot(),
                lasting.notes().asSlice(0, TellingNote.BYTES),
                lasting.notes().asSlice(TellingNote.BYTES, RejectSamples.BYTES),
                lasting.former());
    }

    static MeterMemory plain(int capacity) {
        Arena arena = Arena.ofAuto();
        return new MeterMemory(
                arena.allocate((capacity + 1L) * Told.BYTES, Long.BYTES),
                arena.allocate(TellingNote.BYTES, Long.BYTES),
                arena.allocate(RejectSamples.BYTES, Long.BYTES),
                false);
    }
}
