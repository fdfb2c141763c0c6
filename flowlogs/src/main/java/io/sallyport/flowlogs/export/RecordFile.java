package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.text.BytePattern;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file to which records are only ever added. What a torn write or a kill leaves behind the last
 * whole record is cut when the file is read again.
 *
 * <pre>
 * record: | length:32 | CRC32C of the content:32 | content |
 * </pre>
 *
 * One thread at a time.
 */
final class RecordFile implements Closeable {

    static final int OVERHEAD = 8;

    /** Longer than any line or header; a greater length in a file is a torn or foreign byte. */
    private static final int RECORD_BYTES_MAX = 1 << 16;

    /** What is searched at a time: more than a record, less than a processor's cache. */
    private static final int SEARCHED_BYTES = 1 << 18;

    private static final VarHandle BIG_ENDIAN_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final FileChannel channel;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long size;

    private RecordFile(FileChannel channel) {
        this.channel = channel;
    }

    static RecordFile create(Path path) throws IOException {
        return new RecordFile(
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Gathers a record; {@link #flush} writes it. */
    void add(byte[] content) {
        ByteBuffer head = ByteBuffer.allocate(OVERHEAD);
        head.putInt(content.length).putInt(checksum(content, 0, content.length));
        pending.writeBytes(head.array());
        pending.writeBytes(content);
    }

    int pendingBytes() {
        return pending.size();
    }

    /** Forgets what was gathered and could not be written. */
    void discardPending() {
        pending.reset();
    }

    /**
     * Writes what was gathered. Where that fails, the file is as before and what was gathered
     * stays, so that it can be tried again.
     */
    void flush() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, size + bytes.position());
            }
        } catch (IOException e) {
            channel.truncate(size);
            throw e;
        }
        size += bytes.limit();
        pending.reset();
    }

    /** Returns when all that was flushed is on the disk. */
    void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * What is whole in a file.
     *
     * @param goodBytes length of the part that holds them
     */
    record Content(List<byte[]> records, long goodBytes) {}

    /** Reads the records of a file up to the first that is not whole. */
    static Content read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<byte[]> records = new ArrayList<>();
        int good = 0;
        while (in.remaining() >= OVERHEAD) {
            int length = in.getInt();
            int checksum = in.getInt();
            if (length < 1
                    || length > RECORD_BYTES_MAX
                    || length > in.remaining()
                    || checksum != checksum(bytes, in.position(), length)) {
                break;
            }
            byte[] content = new byte[length];
            in.get(content);
            records.add(content);
            good = in.position();
        }
        return new Content(records, good);
    }

    /** The first record of a file; empty where it is not whole. */
    static Optional<byte[]> first(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(OVERHEAD + RECORD_BYTES_MAX);
            int end = recordEnd(bytes, 0, bytes.length);
            return end > 0 && isWhole(bytes, 0, end)
                    ? Optional.of(Arrays.copyOfRange(bytes, OVERHEAD, end))
                    : Optional.empty();
        }
    }

    /**
     * Gives the records that hold one of some words, without looking at the others but to pass over
     * them: also of a file that grows meanwhile.
     */
    static void search(Path path, List<BytePattern> words, Consumer<byte[]> out)
            throws IOException {
        byte[] buffer = new byte[SEARCHED_BYTES];
        int used = 0;
        try (InputStream in = Files.newInputStream(path)) {
            int read = in.read(buffer);
            while (read > 0) {
                used += read;
                int whole = 0;
                int next = recordEnd(buffer, 0, used);
                while (next > 0) {
                    whole = next;
                    next = recordEnd(buffer, whole, used);
                }
                for (BytePattern word : words) {
                    search(buffer, whole, word, out);
                }
                System.arraycopy(buffer, whole, buffer, 0, used - whole);
                used -= whole;
                // Nothing to be read: full, with a length that no record has.
                read = in.read(buffer, used, buffer.length - used);
            }
        }
    }

    private static void search(byte[] buffer, int whole, BytePattern word, Consumer<byte[]> out) {
        int record = 0;
        int hit = word.next(buffer, 0, whole);
        while (hit >= 0) {
            int end = recordEnd(buffer, record, whole);
            while (end <= hit) {
                record = end;
                end = recordEnd(buffer, record, whole);
            }
            if (isWhole(buffer, record, end)) {
                out.accept(Arrays.copyOfRange(buffer, record + OVERHEAD, end));
            }
            hit = word.next(buffer, end, whole);
        }
    }

    /** Where the record at a place ends; -1 where it does not, before {@code until}. */
    private static int recordEnd(byte[] bytes, int at, int until) {
        if (until - at < OVERHEAD) {
            return -1;
        }
        int length = (int) BIG_ENDIAN_INT.get(bytes, at);
        return length < 1 || length > RECORD_BYTES_MAX || length > until - at - OVERHEAD
                ? -1
                : at + OVERHEAD + length;
    }

    private static boolean isWhole(byte[] bytes, int at, int end) {
        return (int) BIG_ENDIAN_INT.get(bytes, at + Integer.BYTES)
                == checksum(bytes, at + OVERHEAD, end - at - OVERHEAD);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
