package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Another process, from its pid on until it ends: a pidfd, which no later process of the same pid
 * can take over. One thread.
 */
public final class WatchedProcess implements AutoCloseable {

    /** What it is doing. */
    public enum State {
        /** Running, or waiting for something. */
        ALIVE,
        /** Stopped by a signal or a debugger: it does nothing until somebody lets it go on. */
        STOPPED,
        /** It has ended, or is a zombie. */
        ENDED
    }

    private static final int POLL_IN = 1;

    private final Arena arena = Arena.ofConfined();
    private final Libc libc = new Libc();
    private final MemorySegment poll = arena.allocate(8, 8);
    private final byte[] text = new byte[512];
    private final int descriptor;
    private final RandomAccessFile stat;

    private WatchedProcess(int descriptor, RandomAccessFile stat) {
        this.descriptor = descriptor;
        this.stat = stat;
        poll.set(JAVA_INT, 0, descriptor);
        poll.set(JAVA_SHORT, 4, (short) POLL_IN);
    }

    /** Empty where there is no such process. */
    public static Optional<WatchedProcess> of(long pid) {
        Libc libc = new Libc();
        int descriptor = libc.processDescriptor(pid);
        if (descriptor < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new WatchedProcess(
                            descriptor, new RandomAccessFile("/proc/" + pid + "/stat", "r")));
        } catch (IOException e) {
            // It has ended since.
            libc.close(descriptor);
            return Optional.empty();
        }
    }

    /**
     * Waits, until it ends at most.
     *
     * @return whether it has ended
     */
    public boolean endsWithin(int millis) {
        return libc.poll(poll.address(), 1, millis) > 0;
    }

    public State state() {
        try {
            stat.seek(0);
            int length = stat.read(text);
            String line = new String(text, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
            // The name in parentheses may hold anything.
            int name = line.lastIndexOf(')');
            return switch (name < 0 || name + 2 >= length ? 'X' : line.charAt(name + 2)) {
                case 'T', 't' -> State.STOPPED;
                case 'Z', 'X', 'x' -> State.ENDED;
                default -> State.ALIVE;
            };
        } catch (IOException e) {
            // No such process.
            return State.ENDED;
        }
    }

    @Override
    public void close() throws IOException {
        libc.close(descriptor);
        arena.close();
        stat.close();
    }
}
