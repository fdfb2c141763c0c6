package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
        /**
         * It has ended or is about to: a process that was killed does nothing more, but takes a
         * while to give up its memory and its threads, on a busy box more than 100 ms.
         */
        ENDED
    }

    private static final int POLL_IN = 1;

    /** In /proc/PID/stat, counted from the state, which comes behind the name. */
    private static final int STATE = 0;

    private static final int FLAGS = 6;
    private static final int PENDING_SIGNALS = 28;

    /** PF_EXITING. */
    private static final long IS_EXITING = 4;

    /** SIGKILL's bit: there from the moment in which it is sent until it is obeyed. */
    private static final long IS_KILLED = 1 << 8;

    /** On a box with a processor to spare a thread waits for microseconds. */
    private static final long WAITED_NANOS = 2_000_000;

    private final Arena arena = Arena.ofConfined();
    private final Libc libc = new Libc();
    private final MemorySegment poll = arena.allocate(8, 8);
    private final byte[] text = new byte[512];
    private final long pid;
    private final int descriptor;
    private final RandomAccessFile stat;

    /** Of each thread. */
    private Map<String, Times> lastTimes = Map.of();

    private WatchedProcess(long pid, int descriptor, RandomAccessFile stat) {
        this.pid = pid;
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
                            pid, descriptor, new RandomAccessFile("/proc/" + pid + "/stat", "r")));
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
            return stateOf(read(stat));
        } catch (IOException e) {
            // No such process.
            return State.ENDED;
        }
    }

    /** What a line of {@code /proc/PID/stat} says. */
    static State stateOf(String stat) {
        // The name in parentheses may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length <= PENDING_SIGNALS
                || (Long.parseLong(fields[FLAGS]) & IS_EXITING) != 0
                || (Long.parseLong(fields[PENDING_SIGNALS]) & IS_KILLED) != 0) {
            return State.ENDED;
        }
        return switch (fields[STATE].charAt(0)) {
            case 'T', 't' -> State.STOPPED;
            case 'Z', 'X', 'x' -> State.ENDED;
            default -> State.ALIVE;
        };
    }

    /**
     * Whether any of its threads waited for a processor for milliseconds since this was asked last,
     * or waits since then: a busy machine, and not a stuck node. Reads two files a thread.
     */
    public boolean isStarved() {
        boolean starved = false;
        Map<String, Times> now = new HashMap<>();
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String name = thread.toString();
                Times times = Times.of(Files.readString(thread.resolve("schedstat")));
                Times before = lastTimes.getOrDefault(name, times);
                now.put(name, times);
                starved |= times.waited() - before.waited() > WAITED_NANOS;
                // What it waits for now is counted only once it runs.
                starved |=
                        lastTimes.containsKey(name)
                                && times.ran() == before.ran()
                                && isRunnable(Files.readString(thread.resolve("stat")));
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A thread, or all of it, has ended meanwhile: what was seen until then counts.
            return starved;
        } finally {
            lastTimes = now;
        }
        return starved;
    }

    /** A thread's nanoseconds on a processor, and runnable without one. */
    private record Times(long ran, long waited) {

        static Times of(String schedstat) {
            int first = schedstat.indexOf(' ');
            int second = schedstat.indexOf(' ', first + 1);
            return new Times(
                    Long.parseLong(schedstat, 0, first, 10),
                    Long.parseLong(schedstat, first + 1, second, 10));
        }
    }

    private String read(RandomAccessFile file) throws IOException {
        file.seek(0);
        int length = file.read(text);
        return new String(text, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
    }

    private static boolean isRunnable(String stat) {
        return stat.startsWith(") R ", stat.lastIndexOf(')'));
    }

    @Override
    public void close() {
        libc.close(descriptor);
        arena.close();
        try {
            stat.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
