package io.sallyport.flowlogs.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePatternTest {

    @Test
    void aWordIsWhereStringsFindIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = word(random, random.nextInt(40));
            String word = word(random, 1 + random.nextInt(5));
            int from = random.nextInt(text.length() + 1);
            int until = from + random.nextInt(text.length() - from + 1);
            int found = text.substring(from, until).indexOf(word);
            assertThat(
                            new BytePattern(word)
                                    .next(text.getBytes(StandardCharsets.UTF_8), from, until))
                    .as("seed %d: %s in %s, %d to %d", seed, word, text, from, until)
                    .isEqualTo(found < 0 ? -1 : from + found);
        }
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
