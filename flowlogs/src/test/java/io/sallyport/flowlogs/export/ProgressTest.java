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
                                Optional.of(new Gap(5, 9)),
                                FlowLogId.random(),
                                Optional.empty()));
        new Progress(true, 1, Map.of()).write(directory);
        progress.write(directory);
        assertThat(Progress.read(directory)).contains(progress);
    }

    @Test
    void namesAFileThatIsNotItsOwn() throws IOException {
        Files.writeString(directory.resolve("progress"), "running soon\n");
        assertThatThrownBy(() -> Progress.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("progress is not a progress file");
    }
}
