package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.text.StoredBytes;
import java.io.IOException;
import java.util.Arrays;

/** A file whose end was read: what is asked of that costs no request again. One thread. */
final class KnownTail implements StoredBytes {

    private final StoredBytes file;
    private final byte[] tail;

    /**
     * @param bytes of the end that is read, all of a shorter file
     */
    KnownTail(StoredBytes file, int bytes) throws IOException {
        this.file = file;
        int known = (int) Math.min(file.length(), bytes);
        tail = file.read(file.length() - known, known);
    }

    byte[] tail() {
        return tail;
    }

    @Override
    public long length() {
        return file.length();
    }

    @Override
    public byte[] read(long from, int length) throws IOException {
        long start = from - (file.length() - tail.length);
        return start < 0
                ? file.read(from, length)
                : Arrays.copyOfRange(tail, (int) start, (int) start + length);
    }
}
