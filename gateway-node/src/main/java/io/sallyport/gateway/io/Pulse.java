package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A page of memory that a node and its guard share, by a file that should lie on a tmpfs: the
 * worker writes here at each turn, and no disk may make it wait. Each word has one writer; any
 * thread reads. It outlives both processes.
 */
public final class Pulse implements AutoCloseable {

    private static final long BYTES = 4096;
    private static final long FORMAT_NUMBER = 0x5341_4c50_0001L;

    /** One cache line each for what the worker, the node's cold threads and the guard write. */
    private static final long BEATS = 0;

    private static final long ACTS_UNTIL = 8;
    private static final long FORMAT = 64;
    private static final long PROCESS = 72;
    private static final long OTHERS = 80;
    private static final long ANNOUNCES = 88;
    private static final long BARRED = 128;
    private static final long GUARD_LOOKED = 136;
    private static final long WITHDRAWALS = 144;

    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final Arena arena;
    private final MemorySegment page;
    private long beats;
    private volatile boolean remains;

    private Pulse(Arena arena, MemorySegment page) {
        this.arena = arena;
        this.page = page;
        beats = read(BEATS);
    }

    /** Of a node that nobody guards: only its own memory. */
    public static Pulse unshared() {
        Arena arena = Arena.ofShared();
        return new Pulse(arena, arena.allocate(BYTES, 64));
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws UncheckedIOException where that is not possible, or the file is something else
     */
    public static Pulse open(Path file) {
        Arena arena = Arena.ofShared();
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                // Mapped beyond its end, the file grows, with zeros.
                MemorySegment page = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
                return new Pulse(arena, page).checked(file);
            }
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException(file + " cannot be shared with the guard", e);
        }
    }

    private Pulse checked(Path file) throws IOException {
        long format = read(FORMAT);
        if (format != 0 && format != FORMAT_NUMBER) {
            throw new IOException(file + " is no pulse of this version");
        }
        write(FORMAT, FORMAT_NUMBER);
        return this;
    }

    private long read(long word) {
        return (long) WORD.getAcquire(page, word);
    }

    private void write(long word, long value) {
        WORD.setRelease(page, word, value);
    }

    /**
     * The worker has turned; worker only.
     *
     * @param actsUntilBootNanos until when the node may act without another turn; 0: not at all
     */
    @HotPath
    public void beat(long actsUntilBootNanos) {
        WORD.setRelease(page, ACTS_UNTIL, actsUntilBootNanos);
        WORD.setRelease(page, BEATS, ++beats);
    }

    /** How often the worker has turned; 0: not yet. */
    public long beats() {
        return read(BEATS);
    }

    /** CLOCK_BOOTTIME in nanoseconds. */
    public long actsUntil() {
        return read(ACTS_UNTIL);
    }

    /** This process is the node from now on; its worker has not turned yet. */
    public void begin() {
        begin(ProcessHandle.current().pid());
    }

    /** That process is. */
    public void begin(long pid) {
        beats = 0;
        write(BEATS, 0);
        write(ACTS_UNTIL, 0);
        announces(false);
        write(PROCESS, pid);
    }

    /** What the node announces stays although it ends: as if it were killed. */
    public void remain() {
        remains = true;
    }

    /**
     * The node has ended of its own will and left nothing that is to be taken back, unless {@link
     * #remain} was said.
     */
    public void end() {
        if (remains) {
            return;
        }
        announces(false);
        write(PROCESS, 0);
    }

    /** The node's pid; 0: there is none. */
    public long process() {
        return read(PROCESS);
    }

    /** Whether routes lead here that would have to be taken back; said before there is one. */
    public void announces(boolean any) {
        write(ANNOUNCES, any ? 1 : 0);
    }

    public boolean announces() {
        return read(ANNOUNCES) != 0;
    }

    /** How many other nodes carry packets, as far as this one knows. */
    public void others(int carrying) {
        write(OTHERS, carrying);
    }

    public long others() {
        return read(OTHERS);
    }

    /** The guard's word: this node is not to announce anything. */
    public void bar(boolean barred) {
        write(BARRED, barred ? 1 : 0);
    }

    public boolean isBarred() {
        return read(BARRED) != 0;
    }

    /** The guard has looked; its only writer too. */
    public void guardLooked(long bootNanos, long withdrawals) {
        write(GUARD_LOOKED, bootNanos);
        write(WITHDRAWALS, withdrawals);
    }

    /** When it last did, by CLOCK_BOOTTIME in nanoseconds; 0: never. */
    public long guardLooked() {
        return read(GUARD_LOOKED);
    }

    /** How often this guard took the node's routes away. */
    public long withdrawals() {
        return read(WITHDRAWALS);
    }

    @Override
    public void close() {
        arena.close();
    }
}
