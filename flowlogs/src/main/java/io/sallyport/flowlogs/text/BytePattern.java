package io.sallyport.flowlogs.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds a word among bytes as Horspool does ("Practical fast searching in strings", 1980): it looks
 * at the byte where the word would end, and mostly jumps as far as the word is long.
 */
public final class BytePattern {

    private final byte[] word;
    private final int[] jump = new int[256];

    /**
     * @param text not empty
     */
    public BytePattern(String text) {
        word = text.getBytes(StandardCharsets.UTF_8);
        Arrays.fill(jump, word.length);
        for (int i = 0; i < word.length - 1; i++) {
            jump[word[i] & 0xff] = word.length - 1 - i;
        }
    }

    /**
     * Where the word is next, wholly between {@code from} and before {@code until}; -1 for nowhere.
     */
    public int next(byte[] bytes, int from, int until) {
        int last = word.length - 1;
        byte ending = word[last];
        int at = from + last;
        while (at < until) {
            byte there = bytes[at];
            if (there == ending && matches(bytes, at - last)) {
                return at - last;
            }
            at += jump[there & 0xff];
        }
        return -1;
    }

    private boolean matches(byte[] bytes, int at) {
        for (int i = word.length - 2; i >= 0; i--) {
            if (bytes[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
