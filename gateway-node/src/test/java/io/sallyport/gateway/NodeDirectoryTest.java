package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDirectoryTest {

    @Test
    void isHeldByOneProcessAtATime(@TempDir Path path) {
        try (NodeDirectory first = NodeDirectory.open(path.resolve("node"))) {
            assertThat(first.spool()).isEqualTo(path.resolve("node").resolve("spool"));
            assertThatThrownBy(() -> NodeDirectory.open(path.resolve("node")))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("is in use by another process");
        }
        NodeDirectory.open(path.resolve("node")).close();
    }

    @Test
    void saysUntilItHasLeftThatSomethingOfItMayBeOnTheBox(@TempDir Path path) throws IOException {
        Path lock = path.resolve("lock");
        NodeDirectory.open(path).close();
        assertThat(lock).content().startsWith(ProcessHandle.current().pid() + " ");
        try (NodeDirectory directory = NodeDirectory.open(path)) {
            directory.leave();
        }
        assertThat(lock).isEmptyFile();
    }

    @Test
    void hearsOnlyWhatItsOwnProcessIsTold(@TempDir Path path) throws IOException {
        try (NodeDirectory directory = NodeDirectory.open(path)) {
            assertThat(directory.isToLeave()).isFalse();
            Files.writeString(path.resolve("leave"), "");
            assertThat(directory.isToLeave()).isTrue();
        }
        try (NodeDirectory next = NodeDirectory.open(path)) {
            assertThat(next.isToLeave()).as("said to the life before").isFalse();
        }
    }

    @Test
    void namesTheMachineTheSameInEveryLife(@TempDir Path path) {
        String first;
        try (NodeDirectory directory = NodeDirectory.open(path)) {
            first = directory.machine();
        }
        try (NodeDirectory directory = NodeDirectory.open(path)) {
            assertThat(directory.machine()).isEqualTo(first).isNotBlank();
        }
    }
}
