package io.sallyport.flowlogs.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A line of a text without its end: from {@code start} to before {@code end}. */
public record TextLine(byte[] text, int start, int end) {

    /** All lines but the first, which names the columns. */
    public static List<TextLine> of(byte[] text) {
        List<TextLine> lines = new ArrayList<>();
        int start = end(text, 0) + 1;
        while (start < text.length) {
            int end = end(text, start);
            lines.add(new TextLine(text, start, end));
            start = end + 1;
        }
        return lines;
    }

    private static int end(byte[] text, int from) {
        int at = from;
        while (at < text.length && text[at] != '\n') {
            at++;
        }
        return at;
    }

    int length() {
        return end - start;
    }

    @Override
    public String toString() {
        return new String(text, start, length(), StandardCharsets.UTF_8);
    }
}
