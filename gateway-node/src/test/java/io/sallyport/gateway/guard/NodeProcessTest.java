package io.sallyport.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeProcessTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private @TempDir Path directory = Path.of("");

    private NodeProcess shell(String script) {
        return new NodeProcess(List.of("sh", "-c", script), 0, told::add);
    }

    @Test
    void aNodeThatDiesIsStartedAgainAndOneThatEndsWellIsNot() {
        Path once = directory.resolve("once");
        try (NodeProcess node =
                shell("test -e %1$s && exit 0; touch %1$s; exit 9".formatted(once))) {
            node.start();
            assertThat(node.ended().join()).isZero();
        }
        assertThat(told.stream().filter(line -> line.endsWith("started"))).hasSize(2);
        assertThat(told).anyMatch(line -> line.contains("ended with 9"));
    }

    @Test
    void aNodeWhoseConfigurationIsWrongIsNotStartedAgain() {
        try (NodeProcess node = shell("exit 2")) {
            node.start();
            assertThat(node.ended().join()).isEqualTo(2);
        }
    }

    @Test
    void theEndOfTheGuardEndsTheNodeToo() {
        Path running = directory.resolve("running");
        NodeProcess node = shell("touch " + running + "; exec sleep 600");
        node.start();
        await().until(() -> Files.exists(running));
        node.close();
        assertThat(node.ended().join()).isEqualTo(143);
    }

    @Test
    void aNodeThatRunsAlreadyIsWaitedFor() throws IOException {
        Process former = new ProcessBuilder("sleep", "600").start();
        try (NodeProcess node =
                new NodeProcess(List.of("sh", "-c", "exit 0"), former.pid(), told::add)) {
            node.start();
            assertThat(told).isEmpty();
            former.destroyForcibly();
            assertThat(node.ended().join()).isZero();
        }
    }
}
