package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/**
 * CLOCK_BOOTTIME: the kernel's clock that goes on while the machine is suspended, as others' clocks
 * do. System.nanoTime stands still meanwhile. An instance belongs to one thread.
 */
@HotPath
public final class BootClock implements LongSupplier {

    private static final int CLOCK_BOOTTIME = 7;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Libc libc = new Libc();

    /** struct timespec: seconds, nanoseconds. */
    private final MemorySegment timespec = Arena.ofAuto().allocate(JAVA_LONG, 2);

    /** Nanoseconds since the machine started. */
    @Override
    public long getAsLong() {
        int result = libc.clock(CLOCK_BOOTTIME, timespec.address());
        if (result < 0) {
            throw new IllegalStateException("clock_gettime: errno " + -result);
        }
        return timespec.getAtIndex(JAVA_LONG, 0) * SECOND_NANOS + timespec.getAtIndex(JAVA_LONG, 1);
    }
}
