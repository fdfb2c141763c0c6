package io.sallyport.flowlogs.text;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Which member of a gzip file holds what: in the extra field of a last member that is empty, where
 * other readers find nothing (RFC 1952, sections 2.2 and 2.3.1.1).
 *
 * <pre>
 * last member: | 1f 8b 08 04 | 0:32 | 00 ff | n+4:16 | 'S' 'P' n:16 | index, n bytes | 03 00 | 0:64 |
 * index:       | entry | entry | ... | CRC32C of the entries:32 | n:32 | "SPI1" |
 * entry:       | bytes of the member:32 | has gaps:8 | first port:32 | a:8 | first address, a bytes |
 * </pre>
 *
 * gzip's own numbers are little-endian, those of the index big-endian.
 */
record MemberIndex(List<Member> members) {

    /** From the end of a file, what surely holds the last member. */
    static final int TAIL_BYTES = (1 << 16) + 64;

    /** Members of which the entries surely fit into an extra field. */
    static final int MEMBERS_MAX = 1000;

    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int MAGIC = 0x53504931;
    private static final int AFTER_INDEX = 10;
    private static final int CLOSING = 12;
    private static final int HEAD_BYTES = HEAD.length + 6;

    /**
     * @param first key of its first line
     * @param gaps whether a line says that records are missing
     */
    record Member(int bytes, boolean gaps, NatKey first) {}

    /** A part of a file that is whole members. */
    record Range(long from, int length) {}

    MemberIndex {
        members = List.copyOf(members);
    }

    byte[] encode() {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(entries)) {
            for (Member member : members) {
                NatKey first = member.first;
                out.writeInt(member.bytes);
                out.writeBoolean(member.gaps);
                out.writeInt(first.port());
                out.writeByte(first.end() - first.start());
                out.write(first.text(), first.start(), first.end() - first.start());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        int length = entries.size() + CLOSING;
        if (length + 4 > 0xffff) {
            throw new IllegalStateException(members.size() + " members in one index");
        }
        return ByteBuffer.allocate(HEAD_BYTES + length + AFTER_INDEX)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEAD)
                .putShort((short) (length + 4))
                .put((byte) 'S')
                .put((byte) 'P')
                .putShort((short) length)
                .order(ByteOrder.BIG_ENDIAN)
                .put(entries.toByteArray())
                .putInt(checksum(entries.toByteArray(), 0, entries.size()))
                .putInt(length)
                .putInt(MAGIC)
                .put((byte) 3) // an empty, last block of deflate; its checksum and length are 0
                .array();
    }

    /**
     * @param tail the last {@link #TAIL_BYTES} of a file, or all of it
     * @param fileBytes length of the file
     * @return empty where the file has no index, or one that is not about all of it
     */
    static Optional<MemberIndex> find(byte[] tail, long fileBytes) {
        int end = tail.length - AFTER_INDEX;
        if (end < HEAD_BYTES + CLOSING) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(tail);
        int length = in.getInt(end - 8);
        int start = end - length;
        if (in.getInt(end - 4) != MAGIC
                || length < CLOSING
                || start < HEAD_BYTES
                || in.getInt(end - CLOSING) != checksum(tail, start, length - CLOSING)) {
            return Optional.empty();
        }
        List<Member> members = new ArrayList<>();
        long bytes = HEAD_BYTES + length + AFTER_INDEX;
        try {
            in.position(start).limit(end - CLOSING);
            while (in.hasRemaining()) {
                Member member = member(in, tail);
                members.add(member);
                bytes += member.bytes;
            }
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
        // Two files put together are a good gzip file, of which the second's index knows a part.
        return bytes == fileBytes ? Optional.of(new MemberIndex(members)) : Optional.empty();
    }

    private static Member member(ByteBuffer in, byte[] tail) {
        int bytes = in.getInt();
        boolean gaps = in.get() != 0;
        int port = in.getInt();
        int length = Byte.toUnsignedInt(in.get());
        int from = in.position();
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(from + length);
        return new Member(bytes, gaps, new NatKey(tail, from, from + length, port));
    }

    /** What may hold lines of that key, or say that records are missing; in the file's order. */
    List<Range> holding(NatKey key) {
        List<Range> ranges = new ArrayList<>();
        long from = 0;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            boolean last = i + 1 == members.size();
            boolean holds =
                    NatKey.ORDER.compare(member.first, key) <= 0
                            && (last || NatKey.ORDER.compare(key, members.get(i + 1).first) <= 0);
            if (holds || member.gaps) {
                add(ranges, new Range(from, member.bytes));
            }
            from += member.bytes;
        }
        return ranges;
    }

    private static void add(List<Range> ranges, Range next) {
        if (!ranges.isEmpty() && ranges.getLast().from + ranges.getLast().length == next.from) {
            Range before = ranges.removeLast();
            ranges.add(new Range(before.from, before.length + next.length));
        } else {
            ranges.add(next);
        }
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
