package io.sallyport.store.raft;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** A log file as Ratis writes it, with entries of arbitrary content. */
final class LogBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Where each entry ends; the first is where the header does. */
    final List<Integer> ends = new ArrayList<>();

    LogBytes() {
        out.writeBytes(LogTail.HEADER);
        ends.add(out.size());
    }

    LogBytes entries(int count, Random random, int most) {
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[1 + random.nextInt(most)];
            random.nextBytes(content);
            entry(content);
        }
        return this;
    }

    private void entry(byte[] content) {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        int left = content.length;
        for (; left > 0x7f; left >>>= 7) {
            framed.write(left & 0x7f | 0x80);
        }
        framed.write(left);
        framed.writeBytes(content);
        CRC32C sum = new CRC32C();
        sum.update(framed.toByteArray());
        out.writeBytes(framed.toByteArray());
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        ends.add(out.size());
    }

    /** With zeros after it, as laid out in advance. */
    byte[] padded(int zeros) {
        byte[] whole = new byte[out.size() + zeros];
        System.arraycopy(out.toByteArray(), 0, whole, 0, out.size());
        return whole;
    }
}
