package io.sallyport.flowlogs.lookup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Lines of a text object that hold one of some words; the others are only looked through. */
final class TextRecords {

    private static final int BUFFER = 1 << 18;

    private TextRecords() {}

    /**
     * @param words not empty; a line that holds several of them is given once for each
     */
    static void read(byte[] gzip, List<String> words, Consumer<String> out) throws IOException {
        List<byte[]> wanted =
                words.stream().map(it -> it.getBytes(StandardCharsets.UTF_8)).toList();
        byte[] buffer = new byte[BUFFER];
        int used = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip), BUFFER)) {
            int read = in.read(buffer, 0, buffer.length);
            while (read >= 0) {
                used += read;
                int whole = lastLineEnd(buffer, used);
                for (byte[] word : wanted) {
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

    private static void find(byte[] buffer, int end, byte[] word, Consumer<String> out) {
        int last = end - word.length;
        int at = 0;
        while (at <= last) {
            if (buffer[at] == word[0] && matches(buffer, at, word)) {
                int from = lineStart(buffer, at);
                int to = at;
                while (buffer[to] != '\n') {
                    to++;
                }
                out.accept(new String(buffer, from, to - from, StandardCharsets.UTF_8));
                at = to;
            }
            at++;
        }
    }

    private static int lineStart(byte[] buffer, int at) {
        int from = at;
        while (from > 0 && buffer[from - 1] != '\n') {
            from--;
        }
        return from;
    }

    private static boolean matches(byte[] buffer, int at, byte[] word) {
        for (int i = 1; i < word.length; i++) {
            if (buffer[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
