package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {

    @TempDir Path directory;

    @Test
    void readsWhatWasWrittenLast() throws IOException {
        assertThat(Progress.read(directory)).isEmpty();
        Progress progress =
                new Progress(
                        false,
                        1234,
                        Map.of(
                                Sample.FLOW_LOG,
                                new Progress.Told(1234, Optional.of(new Gap(5, 9))),
                                FlowLogId.random(),
                                new Progress.Told(1234, Optional.empty()),
                                FlowLogId.random(),
                                new Progress.Told(600, Optional.of(new Gap(3, 4))),
                                FlowLogId.random(),
                                new Progress.Told(600, Optional.empty())),
                        Optional.of(new Progress.Ledger("run-1", 3, 99, Map.of(7L, 70L, 5L, 50L))));
        new Progress(true, 1, Map.of(), Optional.empty()).write(directory);
        progress.write(directory);
        assertThat(Progress.read(directory)).contains(progress);
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereLongerWindows() throws IOException {
        Files.writeString(
                directory.resolve("progress"),
                "running 60\nfl-00000000000000001\nfl-00000000000000002 7 8\n");
        assertThat(Progress.read(directory))
                .contains(
                        new Progress(
                                false,
                                60,
                                Map.of(
                                        new FlowLogId("fl-00000000000000001"),
                                        new Progress.Told(60, Optional.empty()),
                                        new FlowLogId("fl-00000000000000002"),
                                        new Progress.Told(60, Optional.of(new Gap(7, 8)))),
                                Optional.empty()));
    }

    @Test
    void namesAFileThatIsNotItsOwn() throws IOException {
        Files.writeString(directory.resolve("progress"), "running soon\n");
        assertThatThrownBy(() -> Progress.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("progress is not a progress file");
    }
}
