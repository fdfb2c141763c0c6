package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The chaos suite against the lab, as short as it goes: every workload once, under faults by
 * chance. The same command runs for hours by hand.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class ChaosTest {

    private static final int MINUTES = 7;

    /** Nodes that start again, and a last run that had begun, on a box that is busy. */
    private static final int LATE_MINUTES = 8;

    @Test
    void everyWorkloadKeepsItsPromiseUnderFaultsByChance(SharedLab.UnderTest lab)
            throws IOException, InterruptedException {
        Path output = Path.of("target", "chaos-suite.log").toAbsolutePath();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx512m",
                                        "-Dsallyport.home=" + Installation.find().home(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "clojure.main",
                                        "-m",
                                        "sallyport.chaos.main",
                                        "suite",
                                        "--minutes",
                                        Integer.toString(MINUTES),
                                        "--id",
                                        lab.state.id(),
                                        "--lab-directory",
                                        lab.state.directory(),
                                        "--directory",
                                        Path.of("target", "chaos").toAbsolutePath().toString(),
                                        // What three cold stores and all nodes and clients of a
                                        // lab take on two busy cores is no property of ours.
                                        "--untimed"))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = process.waitFor(MINUTES + LATE_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        List<String> said = Files.readAllLines(output);
        said.forEach(System.out::println);
        assertThat(ended).as("ended in time; see %s", output).isTrue();
        assertThat(process.exitValue()).as("exit code; broken: %s", broken(said)).isZero();
    }

    /** What a broken promise is told by, in one line: a report of tests may show no more. */
    private static String broken(List<String> said) {
        return said.stream()
                .filter(line -> line.contains("INVALID") || line.contains("ERROR"))
                .map(String::strip)
                .collect(Collectors.joining("; "));
    }
}
