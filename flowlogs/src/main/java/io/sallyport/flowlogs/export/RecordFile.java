package io.sallyport.flowlogs.export;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
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

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
