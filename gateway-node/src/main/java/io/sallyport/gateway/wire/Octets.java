package io.sallyport.gateway.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers in network order at any offset of a segment. */
public final class Octets {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Octets() {}

    public static int u8(MemorySegment segment, long at) {
        return segment.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    public static int u16(MemorySegment segment, long at) {
        return segment.get(SHORT, at) & 0xffff;
    }

    /** 32 bits as they are; {@link #u32} zero-extends them. */
    public static int i32(MemorySegment segment, long at) {
        return segment.get(INT, at);
    }

    public static long u32(MemorySegment segment, long at) {
        return segment.get(INT, at) & 0xffff_ffffL;
    }

    public static long i64(MemorySegment segment, long at) {
        return segment.get(LONG, at);
    }

    /** 48 bits: a MAC. */
    public static long u48(MemorySegment segment, long at) {
        return (long) u16(segment, at) << 32 | u32(segment, at + 2);
    }

    public static void put8(MemorySegment segment, long at, int value) {
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    public static void put16(MemorySegment segment, long at, int value) {
        segment.set(SHORT, at, (short) value);
    }

    public static void put32(MemorySegment segment, long at, int value) {
        segment.set(INT, at, value);
    }

    public static void put48(MemorySegment segment, long at, long value) {
        put16(segment, at, (int) (value >>> 32));
        put32(segment, at + 2, (int) value);
    }

    public static void put64(MemorySegment segment, long at, long value) {
        segment.set(LONG, at, value);
    }
}
