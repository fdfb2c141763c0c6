package io.sallyport.flowlogs.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.text.JoinedLines.Counted;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class JoinedTextTest {

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private static List<String> ask(StoredBytes file, String eip, int port) throws IOException {
        List<String> found = new ArrayList<>();
        JoinedText.read(file, eip, port, found::add);
        return found;
    }

    private void askForMany(byte[] file, List<String> lines) throws IOException {
        for (int i = 0; i < 60; i++) {
            String eip = i % 9 == 0 ? "2001:db8::7" : "198.51.100." + random.nextInt(10);
            int port = 1020 + random.nextInt(310);
            assertThat(ask(new Counted(file), eip, port))
                    .as("seed %d: %s %d", seed, eip, port)
                    .containsExactlyInAnyOrderElementsOf(JoinedLines.about(lines, eip, port));
        }
    }

    @Test
    void everybodyElseReadsOneTextInTheOrderOfAddressAndPort() throws Exception {
        List<String> lines = JoinedLines.random(random, 5000);
        byte[] file = JoinedText.gzip(JoinedLines.text(lines));
        List<String> read;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            read = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        assertThat(read.getFirst()).startsWith("version account-id ");
        assertThat(read.subList(1, read.size()))
                .containsExactlyInAnyOrderElementsOf(lines)
                .isSortedAccordingTo((one, other) ->
                        NatKey.ORDER.compare(NatKey.of(line(one)), NatKey.of(line(other))));
    }

    private static TextLine line(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new TextLine(bytes, 0, bytes.length);
    }

    @Test
    void linesAboutAPortAreFoundAndThoseOfWhatIsMissing() throws Exception {
        for (int count : new int[] {0, 1, 700, 20_000}) {
            List<String> lines = JoinedLines.random(random, count);
            askForMany(JoinedText.gzip(JoinedLines.text(lines)), lines);
        }
    }

    @Test
    void aSmallPartOfALargeFileIsRead() throws Exception {
        List<String> lines =
                JoinedLines.random(random, 100_000).stream()
                        .filter(it -> !it.endsWith("SKIPDATA"))
                        .toList();
        byte[] file = noise(lines);
        Counted counted = new Counted(file);
        assertThat(ask(counted, "198.51.100.3", 1100)).isNotEmpty();
        assertThat(counted.requests).isEqualTo(2);
        assertThat(counted.read).isLessThan(file.length / 5);
    }

    /** Lines that compress as badly as real ones. */
    private byte[] noise(List<String> lines) throws IOException {
        return JoinedText.gzip(
                JoinedLines.text(
                        lines.stream()
                                .map(it ->
                                        it.replace(
                                                " 40 0 0 ",
                                                " " + random.nextLong(Long.MAX_VALUE) + " 0 0 "))
                                .toList()));
    }

    @Test
    void aFileWithoutAnIndexIsLookedThrough() throws Exception {
        List<String> lines = JoinedLines.random(random, 20_000);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(file)) {
            out.write(JoinedLines.text(lines));
        }
        askForMany(file.toByteArray(), lines);
    }

    @Test
    void filesPutTogetherAreLookedThroughAllOfThem() throws Exception {
        List<String> lines = JoinedLines.random(random, 20_000);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(JoinedText.gzip(JoinedLines.text(lines.subList(0, 12_000))));
        file.writeBytes(JoinedText.gzip(JoinedLines.text(lines.subList(12_000, 20_000))));
        askForMany(file.toByteArray(), lines);
    }

    @Test
    void aRottenIndexIsNotBelieved() throws Exception {
        List<String> lines = JoinedLines.random(random, 20_000);
        byte[] file = JoinedText.gzip(JoinedLines.text(lines));
        int tail = 200;
        for (int i = 0; i < 100; i++) {
            byte[] rotten = file.clone();
            rotten[file.length - 1 - random.nextInt(tail)] ^= (byte) (1 << random.nextInt(8));
            byte[] end =
                    Arrays.copyOfRange(
                            rotten,
                            Math.max(0, rotten.length - MemberIndex.TAIL_BYTES),
                            rotten.length);
            // What is not noticed stands behind the index, where it says nothing.
            MemberIndex.find(end, rotten.length)
                    .ifPresent(index ->
                            assertThat(Arrays.mismatch(rotten, file))
                                    .isGreaterThanOrEqualTo(file.length - 10));
        }
    }
}
