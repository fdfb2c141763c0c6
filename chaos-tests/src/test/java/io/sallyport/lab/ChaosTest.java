package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The chaos workloads against the lab, briefly; the same commands run for hours by hand. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class ChaosTest {

    @Test
    void noTwoLiveConnectionsShareAnOutsideEndWhileNodesAndStoresDie(SharedLab.UnderTest lab)
            throws Exception {
        run(lab, "unique-ports", 40);
    }

    @Test
    void longConnectionsOutliveOneGatewayNodeAfterTheOther(SharedLab.UnderTest lab)
            throws Exception {
        run(lab, "surviving-connections", 30);
    }

    @Test
    void oneInsideTupleHasOneOutsideEndWhicheverNodesMeetIt(SharedLab.UnderTest lab)
            throws Exception {
        run(lab, "open-once", 20);
    }

    private static void run(SharedLab.UnderTest lab, String workload, int seconds)
            throws IOException, InterruptedException {
        Path output = Path.of("target", "chaos-" + workload + ".log").toAbsolutePath();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Dsallyport.home=" + Installation.find().home(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "clojure.main",
                                        "-m",
                                        "sallyport.chaos.main",
                                        "run",
                                        "--workload",
                                        workload,
                                        "--minutes",
                                        Double.toString(seconds / 60.0),
                                        "--id",
                                        lab.state.id(),
                                        "--lab-directory",
                                        lab.state.directory(),
                                        "--directory",
                                        Path.of("target", "chaos").toAbsolutePath().toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = process.waitFor(seconds + 180L, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Processes.tail(output.toString());
        System.out.println(said);
        assertThat(ended).as("ended in time; see %s", output).isTrue();
        assertThat(process.exitValue()).as("verdict of %s: %s", workload, said).isZero();
    }
}
