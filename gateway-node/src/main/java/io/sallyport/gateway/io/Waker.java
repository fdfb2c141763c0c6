package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.wire.HotPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Lets the worker sleep until a packet comes, somebody calls or a time has passed: poll(2) over the
 * doors and an eventfd. {@link #wake} may be called from any thread, all else from the worker.
 */
public final class Waker implements AutoCloseable {

    private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int POLL_IN = 1;

    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc();
    private final MemorySegment polls;
    private final MemorySegment drained = arena.allocate(8, 8);
    private final MemorySegment one = arena.allocate(8, 8);
    private final int event;
    private final int count;
    private volatile boolean asleep;
    private boolean closed;

    public Waker(List<? extends PacketDoor> doors) {
        event = libc.eventDescriptor(NONBLOCK_CLOEXEC);
        if (event < 0) {
            throw new UncheckedIOException(new IOException("eventfd: error " + -event));
        }
        List<Integer> descriptors =
                doors.stream().map(PacketDoor::descriptor).filter(d -> d >= 0).toList();
        count = descriptors.size() + 1;
        polls = arena.allocate(8L * count, 8);
        one.set(JAVA_LONG, 0, 1);
        watch(0, event);
        for (int i = 1; i < count; i++) {
            watch(i, descriptors.get(i - 1));
        }
    }

    private void watch(int index, int descriptor) {
        polls.set(JAVA_INT, 8L * index, descriptor);
        polls.set(JAVA_SHORT, 8L * index + 4, (short) POLL_IN);
    }

    /** Announces sleep; what is to be done must be looked for once more after this call. */
    @HotPath
    public void drowse() {
        asleep = true;
    }

    @HotPath
    public void sleep(int millis) {
        libc.poll(polls.address(), count, millis);
        asleep = false;
        if (polls.get(JAVA_SHORT, 6) != 0) {
            libc.read(event, drained.address(), 8);
        }
    }

    /** Somebody found work after all. */
    @HotPath
    public void stay() {
        asleep = false;
    }

    /** Cheap while the worker is awake. */
    public void wake() {
        if (asleep) {
            ring();
        }
    }

    private synchronized void ring() {
        if (!closed) {
            // The counter is full only after 2^64 calls: nothing to do about a result.
            libcOfCallers.write(event, one.address(), 8);
        }
    }

    private final Libc libcOfCallers = new Libc();

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            libcOfCallers.close(event);
            arena.close();
        }
    }
}
