package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {

    @TempDir private Path disk;

    @BeforeEach
    void other() throws IOException {
        Files.writeString(disk.resolve("raft-meta"), "term=1");
    }

    private void whole(long first, long last) throws IOException {
        Files.writeString(disk.resolve("log_" + first + "-" + last), "unread");
    }

    private void open(long first, int entries) throws IOException {
        Files.write(
                disk.resolve("log_inprogress_" + first),
                new LogBytes().entries(entries, new Random(first), 200).padded(4_000));
    }

    private List<String> files() throws IOException {
        return Directories.children(disk).stream().map(p -> p.getFileName().toString()).toList();
    }

    @Test
    void aLogWithoutGapsStays() throws IOException {
        whole(0, 9);
        whole(10, 19);
        open(20, 5);
        LogFiles.mend(disk, 12);
        assertThat(files())
                .containsExactly("log_0-9", "log_10-19", "log_inprogress_20", "raft-meta");
    }

    @Test
    void filesBeforeAGapGoWhereTheCheckpointCoversThem() throws IOException {
        whole(0, 9);
        whole(30, 39);
        open(40, 5);
        LogFiles.mend(disk, 31);
        assertThat(files()).containsExactly("log_30-39", "log_inprogress_40", "raft-meta");
    }

    @Test
    void aGapThatNoCheckpointCoversIsNotWorkedWith() throws IOException {
        whole(0, 9);
        whole(30, 39);
        assertThatThrownBy(() -> LogFiles.mend(disk, 8))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lacks entry 10");
        assertThat(files()).contains("log_0-9");
        assertThatThrownBy(() -> LogFiles.mend(disk, 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lacks entry 21");
    }

    @Test
    void aLogWithoutItsCheckpointIsNotWorkedWith() throws IOException {
        whole(100, 109);
        assertThatThrownBy(() -> LogFiles.mend(disk, -1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lacks entry 0, and the latest checkpoint ends at -1");
    }

    @Test
    void aLogThatEndsBeforeTheCheckpointGoes() throws IOException {
        whole(0, 9);
        open(10, 5);
        LogFiles.mend(disk, 15);
        assertThat(files()).containsExactly("raft-meta");
    }

    @Test
    void aLogThatEndsWithTheCheckpointStays() throws IOException {
        open(10, 5);
        LogFiles.mend(disk, 14);
        assertThat(files()).containsExactly("log_inprogress_10", "raft-meta");
    }

    @Test
    void aFileWithoutAnEntryGoes() throws IOException {
        whole(0, 9);
        open(10, 0);
        LogFiles.mend(disk, 3);
        assertThat(files()).containsExactly("log_0-9", "raft-meta");
    }
}
