package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array for recvmmsg or sendmmsg, prepared once: message i has one piece of memory, or two, and
 * one address. {@code struct mmsghdr} of 64-bit Linux, 64 bytes:
 *
 * <pre>
 * 0 name 8 | 8 name length 4 | 16 iov 8 | 24 iov count 8 | 32 control 8 | 40 control length 8
 * 48 flags 4 | 56 transferred length 4
 * </pre>
 */
@HotPath
final class MessageBatch {

    static final int TRUNCATED = 0x20;
    static final int DONT_WAIT = 0x40;

    private static final int HEADER = 64;
    private static final int VECTOR = 16;

    /** Room for sockaddr_in6 (28) and sockaddr_ll (20). */
    static final int NAME = 32;

    final MemorySegment names;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final int nameLength;
    private final int size;
    private final int pieces;

    /** {@code nameLength} 0: messages carry no address. */
    MessageBatch(Arena arena, int size, int nameLength) {
        this(arena, size, nameLength, 1);
    }

    /** {@code pieces}: of each message, 1 or 2. */
    MessageBatch(Arena arena, int size, int nameLength, int pieces) {
        this.size = size;
        this.pieces = pieces;
        this.nameLength = nameLength;
        headers = arena.allocate((long) size * HEADER, 8);
        vectors = arena.allocate((long) size * pieces * VECTOR, 8);
        names = arena.allocate((long) size * NAME, 8);
        for (int i = 0; i < size; i++) {
            long header = (long) i * HEADER;
            headers.set(JAVA_LONG, header, nameLength == 0 ? 0 : names.address() + nameAt(i));
            headers.set(JAVA_INT, header + 8, nameLength);
            headers.set(JAVA_LONG, header + 16, vectors.address() + vectorAt(i));
            headers.set(JAVA_LONG, header + 24, pieces);
        }
    }

    int size() {
        return size;
    }

    static long nameAt(int index) {
        return (long) index * NAME;
    }

    private long vectorAt(int index) {
        return (long) index * pieces * VECTOR;
    }

    void piece(int index, long address, long length) {
        vectors.set(JAVA_LONG, vectorAt(index), address);
        vectors.set(JAVA_LONG, vectorAt(index) + 8, length);
    }

    /** Of messages of two. */
    void secondPiece(int index, long address, long length) {
        vectors.set(JAVA_LONG, vectorAt(index) + VECTOR, address);
        vectors.set(JAVA_LONG, vectorAt(index) + VECTOR + 8, length);
    }

    /** The kernel overwrites the name's length and flags: put them back before receiving. */
    void again(int count) {
        for (int i = 0; i < count; i++) {
            headers.set(JAVA_INT, (long) i * HEADER + 8, nameLength);
        }
    }

    int length(int index) {
        return headers.get(JAVA_INT, (long) index * HEADER + 56);
    }

    boolean truncated(int index) {
        return (headers.get(JAVA_INT, (long) index * HEADER + 48) & TRUNCATED) != 0;
    }

    long address(int index) {
        return headers.address() + (long) index * HEADER;
    }
}
