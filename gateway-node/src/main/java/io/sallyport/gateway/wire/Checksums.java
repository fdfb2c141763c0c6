package io.sallyport.gateway.wire;

import java.lang.foreign.MemorySegment;

/**
 * The internet checksum. Sums are kept in a long that is folded late: carries of up to 2^32 words
 * fit. A delta is the sum of {@code ~old + new} over the changed 16-bit words (RFC 1624, equation
 * 3), so that a change is applied without looking at the rest of the packet, and two changes are
 * applied by adding their deltas.
 */
public final class Checksums {

    private Checksums() {}

    /** Sum of the words of a range; an odd last byte counts as the high one. */
    public static long sum(MemorySegment segment, long at, long length) {
        long sum = 0;
        long i = 0;
        for (; i + 8 <= length; i += 8) {
            long word = Octets.i64(segment, at + i);
            sum += (word >>> 32) + (word & 0xffff_ffffL);
        }
        for (; i + 2 <= length; i += 2) {
            sum += Octets.u16(segment, at + i);
        }
        return i < length ? sum + ((long) Octets.u8(segment, at + i) << 8) : sum;
    }

    /** Folded to 16 bits, not complemented. */
    public static int fold(long sum) {
        sum = (sum >>> 32) + (sum & 0xffff_ffffL);
        sum = (sum >>> 32) + (sum & 0xffff_ffffL);
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        return (int) sum;
    }

    /** What stands in a header whose words, without the checksum field, sum to this. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Sum of a 128-bit address; an IPv4-mapped one sums as its 32 bits. */
    public static long address(long high, long low) {
        if (high == 0 && low >>> 32 == 0xffffL) {
            return low & 0xffff_ffffL;
        }
        return (high >>> 32) + (high & 0xffff_ffffL) + (low >>> 32) + (low & 0xffff_ffffL);
    }

    /** Sum of the pseudo-header; the same for both families. */
    public static long pseudo(
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            int protocol,
            long length) {
        return address(sourceHigh, sourceLow) + address(targetHigh, targetLow) + protocol + length;
    }

    /** Delta of a 16-bit word. */
    public static long delta16(int before, int after) {
        return (~before & 0xffff) + (long) after;
    }

    /** Delta of an address. */
    public static long deltaAddress(
            long beforeHigh, long beforeLow, long afterHigh, long afterLow) {
        return (~fold(address(beforeHigh, beforeLow)) & 0xffff) + address(afterHigh, afterLow);
    }

    /** A checksum field after a change. */
    public static int apply(int checksum, long delta) {
        return finish((~checksum & 0xffff) + delta);
    }

    /** A field that holds the bare sum of the pseudo-header (the device completes it). */
    public static int applyPartial(int field, long delta) {
        return fold(field + delta);
    }
}
