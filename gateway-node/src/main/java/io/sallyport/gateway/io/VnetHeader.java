package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct virtio_net_hdr}, in the machine's byte order: what the kernel has left to do on a
 * packet (checksum, cutting into segments).
 *
 * <pre>
 * flags 1 | gso type 1 | header length 2 | gso size 2 | checksum start 2 | checksum offset 2
 * </pre>
 */
@HotPath
final class VnetHeader {

    static final int BYTES = 10;

    private VnetHeader() {}

    static void read(MemorySegment memory, long at, Frame frame) {
        frame.offloadFlags = memory.get(JAVA_BYTE, at) & Frame.NEEDS_CHECKSUM;
        frame.gsoType = memory.get(JAVA_BYTE, at + 1) & 0xff;
        frame.headerLength = memory.get(JAVA_SHORT_UNALIGNED, at + 2) & 0xffff;
        frame.gsoSize = memory.get(JAVA_SHORT_UNALIGNED, at + 4) & 0xffff;
        frame.checksumStart = memory.get(JAVA_SHORT_UNALIGNED, at + 6) & 0xffff;
        frame.checksumOffset = memory.get(JAVA_SHORT_UNALIGNED, at + 8) & 0xffff;
    }

    static void write(MemorySegment memory, long at, Frame frame) {
        memory.set(JAVA_BYTE, at, (byte) frame.offloadFlags);
        memory.set(JAVA_BYTE, at + 1, (byte) frame.gsoType);
        memory.set(JAVA_SHORT_UNALIGNED, at + 2, (short) frame.headerLength);
        memory.set(JAVA_SHORT_UNALIGNED, at + 4, (short) frame.gsoSize);
        memory.set(JAVA_SHORT_UNALIGNED, at + 6, (short) frame.checksumStart);
        memory.set(JAVA_SHORT_UNALIGNED, at + 8, (short) frame.checksumOffset);
    }
}
