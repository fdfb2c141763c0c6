package io.sallyport.flowlogs.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.Column;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.text.JoinedLines;
import io.sallyport.flowlogs.text.JoinedLines.Counted;
import io.sallyport.flowlogs.text.StoredBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortRowsTest {

    private static final List<String> COLUMNS =
            JoinedFormat.INSTANCE.columns().stream().map(Column::name).toList();

    /** More than two groups of rows. */
    private static final int MANY = 2 * Limits.ROWS_TOGETHER + 1000;

    /** From the end of a file: what follows the index' bytes. */
    private static final int AFTER_INDEX = 9 + 24;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private static byte[] file(List<String> lines) throws IOException {
        return ParquetLines.of(JoinedFormat.INSTANCE, JoinedLines.text(lines));
    }

    private static List<String> ask(StoredBytes file, String eip, int port) throws IOException {
        List<String> found = new ArrayList<>();
        PortRows.read(file, COLUMNS, eip, port, values -> found.add(String.join(" ", values)));
        return found;
    }

    private void askForMany(byte[] file, List<String> lines, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            String eip = i % 9 == 0 ? "2001:db8::7" : "198.51.100." + random.nextInt(10);
            int port = 1020 + random.nextInt(310);
            assertThat(ask(new Counted(file), eip, port))
                    .as("seed %d: %s %d", seed, eip, port)
                    .containsExactlyInAnyOrderElementsOf(JoinedLines.about(lines, eip, port));
        }
    }

    @Test
    void rowsAboutAPortAreFoundAndThoseOfWhatIsMissing() throws Exception {
        for (int count : new int[] {1, 700, MANY}) {
            List<String> lines = JoinedLines.random(random, count);
            askForMany(file(lines), lines, 40);
        }
    }

    @Test
    void aPortWithMoreRowsThanAGroupIsFoundWhole() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : JoinedLines.random(random, MANY)) {
            lines.add(line.replaceFirst(" 198\\.51\\.100\\.\\d \\d+ ", " 198.51.100.3 1100 "));
        }
        Collections.shuffle(lines, random);
        assertThat(ask(new Counted(file(lines)), "198.51.100.3", 1100))
                .hasSizeGreaterThan(Limits.ROWS_TOGETHER)
                .containsExactlyInAnyOrderElementsOf(
                        JoinedLines.about(lines, "198.51.100.3", 1100));
    }

    @Test
    void aSmallPartOfALargeFileIsRead() throws Exception {
        List<String> lines =
                JoinedLines.random(random, 12 * Limits.ROWS_TOGETHER).stream()
                        .filter(it -> !it.endsWith("SKIPDATA"))
                        .map(it ->
                                it.replace(
                                        " 40 0 0 ",
                                        " " + random.nextLong(Long.MAX_VALUE) + " 0 0 "))
                        .toList();
        Counted counted = new Counted(file(lines));
        assertThat(ask(counted, "198.51.100.3", 1100)).isNotEmpty();
        assertThat(counted.requests).isEqualTo(2);
        assertThat(counted.read).isLessThan(FooterExtension.TAIL_BYTES + counted.length() / 10);
    }

    @Test
    void aSmallFileIsReadOnce() throws Exception {
        List<String> lines = JoinedLines.random(random, 500);
        Counted counted = new Counted(file(lines));
        assertThat(ask(counted, "198.51.100.3", 1100))
                .containsExactlyInAnyOrderElementsOf(
                        JoinedLines.about(lines, "198.51.100.3", 1100));
        assertThat(counted.requests).isEqualTo(1);
    }

    private static KnownTail tail(byte[] file) throws IOException {
        return new KnownTail(new Counted(file), FooterExtension.TAIL_BYTES);
    }

    /** Such as nodes wrote before there was one. */
    @Test
    void aFileWithoutAnIndexIsReadAsOthersAre() throws Exception {
        List<String> lines = JoinedLines.random(random, MANY);
        byte[] file = file(lines);
        file[file.length - AFTER_INDEX + 8] ^= 1; // no index of ours
        assertThat(FooterExtension.find(tail(file))).isEmpty();
        askForMany(file, lines, 10);
    }

    @Test
    void aRottenIndexIsNotBelieved() throws Exception {
        List<String> lines = JoinedLines.random(random, 3000);
        byte[] file = file(lines);
        for (int i = 0; i < 100; i++) {
            byte[] rotten = file.clone();
            int at = file.length - AFTER_INDEX - 1 - random.nextInt(200);
            rotten[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(FooterExtension.find(tail(rotten))).as("byte %d", at).isEmpty();
        }
    }

    @Test
    void pagesThatAreNoneAreNamedAsSuch() throws Exception {
        byte[] file = file(JoinedLines.random(random, 3000));
        Arrays.fill(file, 4, file.length / 2, (byte) 0x55);
        assertThatThrownBy(() -> ask(new Counted(file), "198.51.100.3", 1100))
                .isInstanceOf(IOException.class);
    }
}
