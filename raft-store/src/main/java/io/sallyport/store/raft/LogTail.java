package io.sallyport.store.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The end of the log file that was being written when the process or the machine died.
 *
 * <pre>
 * | "RaftLog1" | entry ... | zeros, laid out in advance |
 * entry = | length, varint | entry of so many bytes | CRC-32C of all before, 4 |
 * </pre>
 *
 * <p>A write that was not synced may be there in part: some of its pages, in any order, and zeros
 * in the place of the others. Nothing of it was acknowledged, so it is cut off; Ratis would refuse
 * the file. A broken entry <em>without</em> a sector of zeros is none of ours: the disk changed
 * what it had kept, and what it changed may have been acknowledged. Then the store must not start.
 */
final class LogTail {

    static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

    /** What a disk writes whole or not at all, in bytes. */
    private static final int SECTOR = 512;

    private static final int CHECKSUM = Integer.BYTES;
    private static final int VARINT_MAX = 5;

    private final Path file;
    private final byte[] bytes;
    private int sound;
    private long entries;

    private LogTail(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Cuts off what was not written whole.
     *
     * @return how many whole entries the file has
     * @throws IOException where an entry is damaged, and not for want of its last write
     */
    static long mend(Path file) throws IOException {
        LogTail tail = new LogTail(file, Files.readAllBytes(file));
        if (tail.headed()) {
            tail.scan();
        }
        tail.cut();
        return tail.entries;
    }

    private boolean headed() throws IOException {
        int length = Math.min(HEADER.length, bytes.length);
        if (Arrays.equals(bytes, 0, length, HEADER, 0, length)) {
            return length == HEADER.length;
        }
        if (zeros(0, length)) {
            return false;
        }
        throw damaged(0);
    }

    private void scan() throws IOException {
        sound = HEADER.length;
        while (sound < bytes.length && bytes[sound] != 0) {
            int end = end(sound);
            if (end > bytes.length) {
                return;
            }
            if (!checked(sound, end)) {
                if (hasLostSector(sound, end)) {
                    return;
                }
                throw damaged(sound);
            }
            sound = end;
            entries++;
        }
        // An entry never begins with a zero, so here is the end, or a sector that was lost.
        if (!zeros(sound, bytes.length) && !zeros(sound, sectorEnd(sound))) {
            throw damaged(sound);
        }
    }

    /** Where the entry ends that begins here, if its length is to be believed. */
    private int end(int start) throws IOException {
        long length = 0;
        for (int i = 0; i < VARINT_MAX && start + i < bytes.length; i++) {
            byte next = bytes[start + i];
            length |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return (int) Math.min(start + i + 1 + length + CHECKSUM, Integer.MAX_VALUE);
            }
        }
        if (start + VARINT_MAX >= bytes.length) {
            return Integer.MAX_VALUE;
        }
        throw damaged(start);
    }

    private boolean checked(int start, int end) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, start, end - CHECKSUM - start);
        return ByteBuffer.wrap(bytes, end - CHECKSUM, CHECKSUM).getInt() == (int) sum.getValue();
    }

    private boolean hasLostSector(int start, int end) {
        for (int from = start; from < end; from = sectorEnd(from)) {
            if (zeros(from, Math.min(sectorEnd(from), end))) {
                return true;
            }
        }
        return false;
    }

    private static int sectorEnd(int offset) {
        return offset / SECTOR * SECTOR + SECTOR;
    }

    private boolean zeros(int from, int to) {
        for (int i = from; i < Math.min(to, bytes.length); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private IOException damaged(int offset) {
        return new IOException(
                "%s is damaged at byte %d, and not by a write that was cut short: the disk lost what it had kept"
                        .formatted(file, offset));
    }

    private void cut() throws IOException {
        if (sound == bytes.length) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(sound);
            channel.force(true);
        }
    }
}
