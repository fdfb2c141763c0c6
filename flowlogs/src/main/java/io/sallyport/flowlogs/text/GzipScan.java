package io.sallyport.flowlogs.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Lines within gzip that hold one of some words; the others are only looked through. */
final class GzipScan {

    private static final int BUFFER = 1 << 17;

    private GzipScan() {}

    /**
     * @param gzip members; is closed
     * @param words not empty; a line that holds several of them is given once for each
     */
    static void read(InputStream gzip, List<BytePattern> words, Consumer<String> out)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        int used = 0;
        try (InputStream in = new GZIPInputStream(gzip, BUFFER)) {
            int read = in.read(buffer, 0, buffer.length);
            while (read >= 0) {
                used += read;
                int whole = lastLineEnd(buffer, used);
                for (BytePattern word : words) {
                    find(buffer, whole, word, out);
                }
                System.arraycopy(buffer, whole, buffer, 0, used - whole);
                used -= whole;
                if (used == buffer.length) {
                    throw new IOException("a line without an end");
                }
                read = in.read(buffer, used, buffer.length - used);
            }
        }
    }

    private static int lastLineEnd(byte[] buffer, int used) {
        int at = used;
        while (at > 0 && buffer[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    private static void find(byte[] buffer, int end, BytePattern word, Consumer<String> out) {
        int at = word.next(buffer, 0, end);
        while (at >= 0) {
            int from = at;
            while (from > 0 && buffer[from - 1] != '\n') {
                from--;
            }
            int to = at;
            while (buffer[to] != '\n') {
                to++;
            }
            out.accept(new String(buffer, from, to - from, StandardCharsets.UTF_8));
            at = word.next(buffer, to, end);
        }
    }
}
