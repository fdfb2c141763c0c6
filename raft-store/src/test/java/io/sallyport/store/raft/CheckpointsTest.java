package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.store.machine.StatePart;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    @TempDir private Path group;

    @BeforeEach
    void format() throws IOException {
        Files.createDirectory(group.resolve("current"));
    }

    /** As Ratis gives it to a state machine that starts. */
    private record Storage(Path root) implements RaftStorage {
        @Override
        public void initialize() {}

        @Override
        public RaftStorageDirectory getStorageDir() {
            return new RaftStorageDirectory() {
                @Override
                public File getRoot() {
                    return root.toFile();
                }

                @Override
                public boolean isHealthy() {
                    return true;
                }
            };
        }

        @Override
        public RaftStorageMetadataFile getMetadataFile() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CorruptionPolicy getLogCorruptionPolicy() {
            return CorruptionPolicy.EXCEPTION;
        }

        @Override
        public void close() {}
    }

    private Checkpoints started() throws IOException {
        Checkpoints checkpoints = new Checkpoints();
        checkpoints.init(new Storage(group));
        return checkpoints;
    }

    private static void put(RocksDatabase database, String key) throws IOException {
        boolean more =
                database.write(sink -> {
                    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
                    sink.put(StatePart.ALLOCATOR, bytes, bytes);
                    return false;
                });
        assertThat(more).isFalse();
    }

    private static void publish(Checkpoints checkpoints, RocksDatabase live, long index)
            throws IOException {
        live.cover(new RocksDatabase.Covers(1, index));
        checkpoints.publish(live, TermIndex.valueOf(1, index), milestone -> {});
    }

    private static List<String> rows(RocksDatabase database) throws IOException {
        List<String> rows = new ArrayList<>();
        database.read((part, key, value) -> {
            if (part != StatePart.META) {
                rows.add(new String(key, StandardCharsets.UTF_8));
            }
        });
        return rows;
    }

    private List<String> names(String directory) throws IOException {
        return Directories.children(group.resolve(directory)).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    @Test
    void aNewGroupHasNothing() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            assertThat(checkpoints.getLatestSnapshot()).isNull();
            assertThat(checkpoints.covered().getIndex()).isEqualTo(-1);
            assertThat(rows(live)).isEmpty();
        }
    }

    @Test
    void rowsOfACheckpointThatWasNotFinishedDoNotCount() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            put(live, "kept");
            publish(checkpoints, live, 10);
            put(live, "never covered");
            // Closing puts it into a file, as a full buffer would have done.
        }
        Checkpoints again = started();
        try (RocksDatabase live = again.open()) {
            assertThat(again.covered()).isEqualTo(TermIndex.valueOf(1, 10));
            assertThat(rows(live)).containsExactly("kept");
        }
    }

    @Test
    void aCopyWithoutItsNameIsForgotten() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            put(live, "a");
            publish(checkpoints, live, 10);
            live.checkpoint(group.resolve("checkpoint.making"));
        }
        Checkpoints again = started();
        assertThat(group.resolve("checkpoint.making")).doesNotExist();
        assertThat(again.covered().getIndex()).isEqualTo(10);
    }

    @Test
    void theLatestTwoAreKept() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            for (int index = 8; index < 13; index++) {
                put(live, "row " + index);
                publish(checkpoints, live, index);
            }
            assertThat(names("sm")).containsExactly("checkpoint.1_11", "checkpoint.1_12");
            assertThat(checkpoints.covered().getIndex()).isEqualTo(12);
        }
    }

    @Test
    void aDeathBetweenTheRenamesOfAReceivedCheckpointLeavesOurOwn() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            put(live, "ours");
            publish(checkpoints, live, 10);
        }
        Files.move(group.resolve("sm"), group.resolve("sm.tmp20261121_070000_000"));
        Files.createDirectories(group.resolve("tmp/snapshot-1/checkpoint.1_99"));
        Checkpoints again = started();
        try (RocksDatabase live = again.open()) {
            assertThat(again.covered().getIndex()).isEqualTo(10);
            assertThat(rows(live)).containsExactly("ours");
        }
        assertThat(group.resolve("tmp")).doesNotExist();
    }

    @Test
    void aDeathAfterTheRenamesLeavesWhatWasReceived() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            put(live, "ours");
            publish(checkpoints, live, 10);
            Files.move(group.resolve("sm"), group.resolve("sm.tmp20261121_070000_000"));
            put(live, "theirs");
            publish(checkpoints, live, 20);
        }
        for (Path file : Directories.children(group.resolve("sm/checkpoint.1_20"))) {
            Files.writeString(Path.of(file + ".md5"), "a digest that Ratis leaves");
        }
        Checkpoints again = started();
        try (RocksDatabase live = again.open()) {
            assertThat(again.covered().getIndex()).isEqualTo(20);
            assertThat(rows(live)).containsExactly("ours", "theirs");
        }
        assertThat(names("")).noneMatch(name -> name.startsWith("sm.tmp"));
        assertThat(Objects.requireNonNull(again.getLatestSnapshot()).getFiles())
                .isNotEmpty()
                .noneMatch(file -> file.getPath().toString().endsWith(".md5"));
    }

    @Test
    void aCopyThatIsNotWhatItsNameSaysIsNotWorkedWith() throws IOException {
        Checkpoints checkpoints = started();
        try (RocksDatabase live = checkpoints.open()) {
            put(live, "a");
            publish(checkpoints, live, 10);
        }
        Files.move(group.resolve("sm/checkpoint.1_10"), group.resolve("sm/checkpoint.1_11"));
        Checkpoints again = started();
        assertThatThrownBy(again::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint.1_11");
    }
}
