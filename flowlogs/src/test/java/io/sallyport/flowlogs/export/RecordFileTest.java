package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {

    private static final List<String> RECORDS = List.of("a", "second one", "3".repeat(300), "4");

    @TempDir Path directory;

    private byte[] written() throws IOException {
        Path path = directory.resolve("whole");
        try (RecordFile file = RecordFile.create(path)) {
            for (String record : RECORDS) {
                file.add(record.getBytes(StandardCharsets.UTF_8));
                file.flush();
            }
            file.sync();
        }
        return Files.readAllBytes(path);
    }

    private List<String> read(byte[] bytes) throws IOException {
        Path path = directory.resolve("read");
        Files.write(path, bytes);
        return RecordFile.read(path).records().stream()
                .map(it -> new String(it, StandardCharsets.UTF_8))
                .toList();
    }

    private static int end(int records) {
        return RECORDS.subList(0, records).stream()
                .mapToInt(it -> it.length() + RecordFile.OVERHEAD)
                .sum();
    }

    @Test
    void cutAnywhereItKeepsExactlyTheWholeRecords() throws IOException {
        byte[] bytes = written();
        assertThat(bytes).hasSize(end(4));
        for (int length = 0; length <= bytes.length; length++) {
            int whole = 0;
            while (whole < 4 && end(whole + 1) <= length) {
                whole++;
            }
            assertThat(read(Arrays.copyOf(bytes, length)))
                    .as("cut at %d", length)
                    .isEqualTo(RECORDS.subList(0, whole));
        }
    }

    @Test
    void anyFlippedBitEndsWhatIsBelieved() throws IOException {
        byte[] bytes = written();
        for (int bit = 0; bit < bytes.length * 8; bit += 3) {
            byte[] broken = bytes.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            int before = 0;
            while (end(before + 1) <= bit / 8) {
                before++;
            }
            assertThat(read(broken)).as("bit %d", bit).isEqualTo(RECORDS.subList(0, before));
        }
    }
}
