package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.window.FlowWindows;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known and not in the spool yet: the open windows as they once were, and every counter
 * that came since. A process that is killed leaves both to its next life ({@link FormerJournal});
 * they are not synced, since a box that lost its memory has lost counters too. A new number begins
 * whenever windows were told; which number counts is what the {@link Progress} says.
 *
 * <pre>
 * windows-N: | version 4 | boot UTF | ring's id 8 | position 8 |
 *            | minutes 4 | windows | .. | 0 | CRC32C 4 |
 * journal-N: | alive millis 8 | 0 8 | frames: | count 4 | CRC32C 4 | position 8 | entries | .. |
 * </pre>
 *
 * Positions are the ring's. One thread.
 */
final class Journal implements Closeable {

    static final int VERSION = 1;
    static final int HEAD_BYTES = 16;

    private final Path directory;
    private final String boot;
    private long number;
    private long bytes;
    private @Nullable FileChannel channel;

    /**
     * @param boot the box's boot id
     * @param former the last number that was used; 0: none
     */
    Journal(Path directory, String boot, long former) {
        this.directory = directory;
        this.boot = boot;
        this.number = former;
    }

    static Path windows(Path directory, long number) {
        return directory.resolve("windows-" + number);
    }

    static Path entries(Path directory, long number) {
        return directory.resolve("journal-" + number);
    }

    /**
     * Writes the windows as they are; what is appended from now on comes after them.
     *
     * @param position of the first entry that they do not hold
     */
    void begin(long ring, long position, long nowMillis, Map<Integer, FlowWindows> all)
            throws IOException {
        close();
        number++;
        bytes = 0;
        CRC32C checksum = new CRC32C();
        try (FileChannel file = create(windows(directory, number));
                DataOutputStream out =
                        new DataOutputStream(
                                new BufferedOutputStream(
                                        new CheckedOutputStream(
                                                Channels.newOutputStream(file), checksum),
                                        1 << 16))) {
            out.writeInt(VERSION);
            out.writeUTF(boot);
            out.writeLong(ring);
            out.writeLong(position);
            for (Map.Entry<Integer, FlowWindows> one : all.entrySet()) {
                out.writeInt(one.getKey());
                one.getValue().save(out);
            }
            out.writeInt(0);
            out.flush();
            out.writeInt((int) checksum.getValue());
        }
        FileChannel fresh = create(entries(directory, number));
        channel = fresh;
        write(fresh, ByteBuffer.allocate(HEAD_BYTES).putLong(0, nowMillis));
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    long number() {
        return number;
    }

    /** Nothing is appended, and nothing of this is to be found, until {@link #begin}. */
    boolean isOpen() {
        return channel != null;
    }

    /** So long that the windows take less room. */
    boolean isLong() {
        return bytes > Limits.JOURNAL_BYTES_MAX;
    }

    /** Entries {@link FlowRing#copy copied} from that position on. */
    void append(long position, MemorySegment entries, int count) throws IOException {
        FileChannel to = channel;
        if (to != null && count > 0) {
            MemorySegment whole = entries.asSlice(0, (long) count * FlowRing.ENTRY_BYTES);
            ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
            head.putInt(count).putInt(checksum(position, whole)).putLong(position);
            write(to, head.flip());
            write(to, whole.asByteBuffer());
            bytes += HEAD_BYTES + whole.byteSize();
        }
    }

    static int checksum(long position, MemorySegment entries) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, position));
        checksum.update(entries.asByteBuffer());
        return (int) checksum.getValue();
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /**
     * This process lives.
     *
     * @param synced whether the disk is to have it when this returns
     */
    void alive(long nowMillis, boolean synced) throws IOException {
        FileChannel to = channel;
        if (to != null) {
            to.write(ByteBuffer.allocate(Long.BYTES).putLong(0, nowMillis), 0);
            if (synced) {
                to.force(false);
            }
        }
    }

    /** Only this number counts from now on; where nothing is open, none. */
    void forgetOthers() throws IOException {
        List<Path> kept =
                isOpen()
                        ? List.of(windows(directory, number), entries(directory, number))
                        : List.of();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                String name = path.getFileName().toString();
                if ((name.startsWith("windows-") || name.startsWith("journal-"))
                        && !kept.contains(path)) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel old = channel;
        channel = null;
        if (old != null) {
            old.close();
        }
    }
}
