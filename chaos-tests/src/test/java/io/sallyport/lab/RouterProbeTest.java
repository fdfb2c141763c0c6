package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Installation.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router finds dead and stopped nodes by itself, and takes them back. */
@Tag("privileged")
class RouterProbeTest {

    private final Topology topology =
            new Topology("p" + ProcessHandle.current().pid() % 10_000_000, 1, 3, 1, 1);
    private final Processes processes = new Processes(topology.prefix());
    private final List<Processes.Running> nodes = new ArrayList<>();
    private @TempDir Path temporary = Path.of("");

    @BeforeEach
    void routerWithThreeNodes() {
        new Network(topology).build();
        for (int n = 1; n <= 3; n++) {
            nodes.add(answering(n));
        }
        nodes.forEach(node -> Processes.awaitReady(node, Duration.ofSeconds(90)));
        List<String> command = new ArrayList<>(Installation.find().command(Role.PROBE));
        command.addAll(List.of(topology.id(), "3", topology.underlay().word()));
        Processes.awaitReady(
                processes.start("probe", topology.router(), command, temporary.resolve("lab")),
                Duration.ofSeconds(90));
    }

    @AfterEach
    void down() {
        Lab.down(topology.id(), temporary.resolve("lab"));
    }

    @Test
    void aDeadNodeIsLeftOutInBothDirectionsAndComesBack() {
        awaitSpreadOver("1", "2", "3");
        Processes.signal("KILL", List.of(nodes.get(1).pid()));
        awaitSpreadOver("1", "3");
        Processes.awaitReady(answering(2), Duration.ofSeconds(90));
        awaitSpreadOver("1", "2", "3");
    }

    @Test
    void aStoppedNodeIsLeftOutUntilItGoesOn() {
        awaitSpreadOver("1", "2", "3");
        Processes.signal("STOP", List.of(nodes.getFirst().pid()));
        awaitSpreadOver("2", "3");
        Processes.signal("CONT", List.of(nodes.getFirst().pid()));
        awaitSpreadOver("1", "2", "3");
    }

    @Test
    void withNobodyLeftTheLastRoutesStay() {
        awaitSpreadOver("1", "2", "3");
        Processes.signal("STOP", nodes.subList(0, 2).stream().map(p -> p.pid()).toList());
        awaitSpreadOver("3");
        Processes.signal("KILL", List.of(nodes.get(2).pid()));
        Processes.signal("CONT", List.of(nodes.getFirst().pid()));
        awaitSpreadOver("1");
    }

    private Processes.Running answering(int n) {
        Host host = topology.gateway(n);
        Path classes = Installation.find().home().resolve("chaos-tests/target");
        return processes.start(
                host.name(),
                host,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes.resolve("test-classes") + ":" + classes.resolve("classes"),
                        "io.sallyport.lab.AnsweringNode",
                        host.address()),
                temporary.resolve("lab"));
    }

    private void awaitSpreadOver(String... numbers) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    assertThat(via(topology.underlay().tunnelAddress, "-u"))
                            .containsExactly(numbers);
                    assertThat(via(Topology.EIP_POOL, "-o")).containsExactly(numbers);
                    assertThat(via(Topology.EIP_POOL_V6, "-o")).containsExactly(numbers);
                });
    }

    private List<String> via(String prefix, String kind) {
        String routes =
                Shell.run(topology.router().inside("ip", "route", "show", prefix)).orFail()
                        + Shell.run(topology.router().inside("ip", "-6", "route", "show", prefix))
                                .output();
        return java.util.regex.Pattern.compile("dev gw-(\\d)" + kind)
                .matcher(routes)
                .results()
                .map(match -> match.group(1))
                .sorted()
                .toList();
    }
}
