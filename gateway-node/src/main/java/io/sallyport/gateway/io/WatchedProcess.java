package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final long pid;
    private final int descriptor;
    private final RandomAccessFile stat;
    private @Nullable RandomAccessFile threadStat;
    private @Nullable RandomAccessFile threadTime;
    private String lastTime = "";

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
                            pid,
                            descriptor,
                            new RandomAccessFile("/proc/" + pid + "/stat", "r")));
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
            return switch (state(read(stat))) {
                case 'T', 't' -> State.STOPPED;
                case 'Z', 'X', 'x' -> State.ENDED;
                default -> State.ALIVE;
            };
        } catch (IOException e) {
            // No such process.
            return State.ENDED;
        }
    }

    /**
     * Looks at one thread from now on.
     *
     * @param name as the kernel has it, up to 15 letters
     * @return whether there is one
     */
    public boolean watchThread(String name) {
        Path tasks = Path.of("/proc/" + pid + "/task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
                    threadStat = new RandomAccessFile(thread.resolve("stat").toFile(), "r");
                    threadTime = new RandomAccessFile(thread.resolve("schedstat").toFile(), "r");
                    return true;
                }
            }
        } catch (IOException e) {
            // Threads come and go while they are looked at; it is asked again.
            return false;
        }
        return false;
    }

    /**
     * Whether the thread would run but got no processor since it was asked last: a busy machine, not
     * a stuck thread.
     */
    public boolean isStarved() {
        RandomAccessFile status = threadStat;
        RandomAccessFile time = threadTime;
        if (status == null || time == null) {
            return false;
        }
        try {
            boolean runnable = state(read(status)) == 'R';
            String used = read(time).split(" ", 2)[0];
            boolean ran = !used.equals(lastTime);
            lastTime = used;
            return runnable && !ran;
        } catch (IOException e) {
            // The thread has ended: it will not turn again.
            return false;
        }
    }

    private String read(RandomAccessFile file) throws IOException {
        file.seek(0);
        int length = file.read(text);
        return new String(text, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
    }

    private static char state(String stat) {
        // The name in parentheses may hold anything.
        int name = stat.lastIndexOf(')');
        return name < 0 || name + 2 >= stat.length() ? 'X' : stat.charAt(name + 2);
    }

    @Override
    public void close() throws IOException {
        libc.close(descriptor);
        arena.close();
        stat.close();
        if (threadStat != null) {
            threadStat.close();
        }
        if (threadTime != null) {
            threadTime.close();
        }
    }
}
