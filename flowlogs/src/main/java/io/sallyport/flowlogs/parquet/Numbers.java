package io.sallyport.flowlogs.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Numbers that are not negative, in as many bytes as they need (ULEB128). */
final class Numbers {

    private Numbers() {}

    static void write(ByteArrayOutputStream out, long number) {
        long left = number;
        while (left > 0x7f) {
            out.write((int) left | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }

    /**
     * @throws java.nio.BufferUnderflowException where it does not end
     */
    static long read(ByteBuffer in) {
        long number = 0;
        int shift = 0;
        byte next = in.get();
        while (next < 0) {
            number |= (next & 0x7fL) << shift;
            shift += 7;
            next = in.get();
        }
        return number | (long) next << shift;
    }
}
