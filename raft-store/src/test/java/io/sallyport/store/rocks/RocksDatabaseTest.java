package io.sallyport.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.store.machine.StatePart;
import io.sallyport.store.machine.StateSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDatabaseTest {

    @TempDir private Path disk;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> rows(RocksDatabase database) throws IOException {
        List<String> rows = new ArrayList<>();
        database.read((part, key, value) -> {
            if (part != StatePart.META) {
                rows.add(
                        part
                                + " "
                                + new String(key, StandardCharsets.UTF_8)
                                + "="
                                + new String(value, StandardCharsets.UTF_8));
            }
        });
        return rows;
    }

    private static void write(
            RocksDatabase database, RocksDatabase.Covers covers, Consumer<StateSink> changes)
            throws IOException {
        boolean more =
                database.write(sink -> {
                    changes.accept(sink);
                    return false;
                });
        assertThat(more).isFalse();
        database.cover(covers);
    }

    @Test
    void rowsAndWhatTheyCoverComeBack() throws IOException {
        try (RocksDatabase database = RocksDatabase.open(disk.resolve("live"))) {
            assertThat(database.covers()).isEmpty();
            write(
                    database,
                    new RocksDatabase.Covers(2, 30),
                    sink -> {
                        sink.put(StatePart.CATALOG, bytes("a"), bytes("1"));
                        sink.put(StatePart.CLIENTS, bytes("a"), bytes("2"));
                        sink.put(StatePart.ALLOCATOR, bytes("gone"), bytes("3"));
                    });
            write(
                    database,
                    new RocksDatabase.Covers(2, 40),
                    sink -> sink.remove(StatePart.ALLOCATOR, bytes("gone")));
        }
        try (RocksDatabase database = RocksDatabase.open(disk.resolve("live"))) {
            assertThat(database.covers()).contains(new RocksDatabase.Covers(2, 40));
            assertThat(rows(database)).containsExactly("CATALOG a=1", "CLIENTS a=2");
        }
    }

    @Test
    void aCheckpointStaysAsItWas() throws IOException {
        try (RocksDatabase database = RocksDatabase.open(disk.resolve("live"))) {
            write(
                    database,
                    new RocksDatabase.Covers(1, 1),
                    sink -> sink.put(StatePart.CATALOG, bytes("a"), bytes("then")));
            database.checkpoint(disk.resolve("copy"));
            write(
                    database,
                    new RocksDatabase.Covers(1, 2),
                    sink -> sink.put(StatePart.CATALOG, bytes("a"), bytes("now")));
        }
        try (RocksDatabase copy = RocksDatabase.open(disk.resolve("copy"))) {
            assertThat(copy.covers()).contains(new RocksDatabase.Covers(1, 1));
            assertThat(rows(copy)).containsExactly("CATALOG a=then");
        }
    }

    @Test
    void twoProcessesDoNotShareADirectory() throws IOException {
        try (RocksDatabase held = RocksDatabase.open(disk.resolve("live"))) {
            assertThat(held.covers()).isEmpty();
            assertThatThrownBy(() -> RocksDatabase.open(disk.resolve("live")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("live");
        }
    }
}
