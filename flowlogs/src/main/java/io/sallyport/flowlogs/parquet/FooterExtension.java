package io.sallyport.flowlogs.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Bytes of our own at the end of a Parquet file's footer, where readers that do not know them pass
 * over: field 32767, which Parquet leaves to whoever writes (parquet-format,
 * BinaryProtocolExtensions.md). They are found from the end of the file without reading the rest.
 *
 * <pre>
 * footer:  | what Parquet says, without its stop | 08 ff ff 01 | n+24: ULEB128 | content, n bytes |
 *          | CRC32C of the content:32 | n:32 | OURS:128 | stop: 00 |
 * closing: | length of the footer:32, little-endian | "PAR1" |
 * </pre>
 */
final class FooterExtension {

    /** From the end of a file, what holds the content of most files of ours. */
    static final int TAIL_BYTES = 1 << 16;

    /** No file of ours has more: it is not read into memory. */
    private static final int CONTENT_BYTES_MAX = 1 << 18;

    private static final byte[] FIELD = {8, (byte) 0xff, (byte) 0xff, 1};
    private static final long OURS_HIGH = 0x5c1e9b3a7d424f0eL;
    private static final long OURS_LOW = 0x9a61d3b8c07f2e15L;
    private static final int PARQUET = 0x50415231; // "PAR1"
    private static final int CLOSING = 8;
    private static final int AFTER = 1 + CLOSING;
    private static final int FRAME = 24;

    private FooterExtension() {}

    /** The file with that in its footer. */
    static byte[] append(byte[] file, byte[] content) {
        ByteArrayOutputStream extension = new ByteArrayOutputStream(content.length + 64);
        extension.writeBytes(FIELD);
        Numbers.write(extension, content.length + FRAME);
        extension.writeBytes(content);
        extension.writeBytes(
                ByteBuffer.allocate(FRAME)
                        .putInt(checksum(content, 0, content.length))
                        .putInt(content.length)
                        .putLong(OURS_HIGH)
                        .putLong(OURS_LOW)
                        .array());
        int stop = file.length - AFTER;
        int footer =
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - CLOSING);
        return ByteBuffer.allocate(file.length + extension.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, stop)
                .put(extension.toByteArray())
                .put(file[stop])
                .putInt(footer + extension.size())
                .put(file, file.length - 4, 4)
                .array();
    }

    /** Empty where there is none, or one with a wrong checksum. */
    static Optional<ByteBuffer> find(KnownTail file) throws IOException {
        byte[] tail = file.tail();
        int end = tail.length - AFTER;
        ByteBuffer in = ByteBuffer.wrap(tail);
        if (end < FRAME
                || in.getInt(tail.length - 4) != PARQUET
                || in.getLong(end - 16) != OURS_HIGH
                || in.getLong(end - 8) != OURS_LOW) {
            return Optional.empty();
        }
        int length = in.getInt(end - 20);
        int checksum = in.getInt(end - FRAME);
        if (length < 0 || length > CONTENT_BYTES_MAX || length > file.length() - AFTER - FRAME) {
            return Optional.empty();
        }
        int start = end - FRAME - length;
        if (start < 0) {
            tail = file.read(file.length() - AFTER - FRAME - length, length);
            start = 0;
        }
        return checksum(tail, start, length) == checksum
                ? Optional.of(ByteBuffer.wrap(tail, start, length).slice())
                : Optional.empty();
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
