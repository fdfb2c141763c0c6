package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.flowlogs.window.FlowWindows;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A {@link Journal} as a process that was killed left it. One thread.
 *
 * @param boot the box's boot id at that time
 * @param ring the ring's id
 * @param position of the first entry after the windows
 * @param aliveMillis Unix time when that process was last seen alive
 */
record FormerJournal(
        String boot,
        long ring,
        long position,
        long aliveMillis,
        DataInputStream windows,
        Path entries) {

    /** Frames' numbers are written as Java writes them, whatever the machine. */
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * @throws IOException where it is not whole
     */
    static FormerJournal read(Path directory, long number) throws IOException {
        Path path = Journal.windows(directory, number);
        byte[] bytes = Files.readAllBytes(path);
        int length = bytes.length - Integer.BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, Math.max(0, length));
        if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != (int) checksum.getValue()) {
            throw new IOException(path + " is not whole");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
        int version = in.readInt();
        if (version != Journal.VERSION) {
            throw new IOException(path + " is of version " + version);
        }
        String boot = in.readUTF();
        long ring = in.readLong();
        long position = in.readLong();
        Path entries = Journal.entries(directory, number);
        try (FileChannel file = FileChannel.open(entries)) {
            ByteBuffer head = ByteBuffer.allocate(Journal.HEAD_BYTES);
            if (file.read(head) != Journal.HEAD_BYTES) {
                throw new IOException(entries + " is not whole");
            }
            return new FormerJournal(boot, ring, position, head.getLong(0), in, entries);
        }
    }

    /**
     * Gives the windows what they held; once.
     *
     * @param all by minutes, which watch already
     * @return this life's gateway index by the former one's
     */
    Map<Integer, Integer> restore(Map<Integer, FlowWindows> all) throws IOException {
        Map<Integer, Integer> indexes = new HashMap<>();
        int minutes = windows.readInt();
        while (minutes != 0) {
            FlowWindows one = all.get(minutes);
            if (one == null) {
                throw new IOException("windows of " + minutes + " minutes");
            }
            indexes.putAll(one.restore(windows));
            minutes = windows.readInt();
        }
        return indexes;
    }

    /**
     * Passes on the entries in order, up to the first that is not whole.
     *
     * @param before the first position that is not wanted
     * @return the first position that was not passed on
     */
    long replay(long before, Consumer<FlowSample> sink) throws IOException {
        try (FileChannel file = FileChannel.open(entries);
                Arena arena = Arena.ofConfined()) {
            MemorySegment all = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
            long next = position;
            long at = Journal.HEAD_BYTES;
            while (all.byteSize() - at >= Journal.HEAD_BYTES) {
                int count = all.get(INT, at);
                long first = all.get(LONG, at + 8);
                long bytes = (long) count * FlowRing.ENTRY_BYTES;
                long content = at + Journal.HEAD_BYTES;
                if (count < 1
                        || bytes > all.byteSize() - content
                        || first != next
                        || first >= before
                        || Journal.checksum(first, all.asSlice(content, bytes))
                                != all.get(INT, at + 4)) {
                    break;
                }
                FlowRing.decode(all.asSlice(content, bytes), count, sink);
                next += count;
                at = content + bytes;
            }
            return next;
        }
    }
}
