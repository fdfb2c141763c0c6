package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded runs of the whole protocol, and of the stores' half, under faults. A failure names its
 * seed; {@code ./sallyport simulate --seeds N --size short} runs only that one.
 */
class ProtocolSimulationTest {

    private static final double SECONDS =
            Double.parseDouble(System.getProperty("simulation.seconds", "60"));

    /** New ones with every run of the tests. */
    @Test
    void newSeedsViolateNothing() {
        long first = 1_000_000 + System.currentTimeMillis() / 1_000 % 1_000_000_000L * 1_000;
        System.out.println("simulation: new seeds from " + first);
        int failed =
                Simulate.run(
                        "--seeds",
                        first + "-" + (first + 1_000_000),
                        "--size",
                        "short",
                        "--minutes",
                        Double.toString(SECONDS / 60),
                        "--threads",
                        "2");
        assertThat(failed).as("see above which seed").isZero();
    }

    /** Each with what it once showed: half, size, seed. */
    @Test
    void seedsThatOnceFailedFailNoMore() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        getClass().getResourceAsStream("/simulation/seeds.txt")),
                                StandardCharsets.UTF_8))) {
            List<String[]> seeds =
                    lines.lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(line -> line.split(" +", 4))
                            .toList();
            assertThat(seeds).isNotEmpty();
            for (String[] words : seeds) {
                SimScenario scenario =
                        SimScenario.of(
                                Long.parseLong(words[2]), SimScenario.Size.valueOf(words[1]));
                SimRun run =
                        words[0].equals(Simulate.STORES)
                                ? SimStoreRun.of(scenario)
                                : SimRun.of(scenario);
                assertThat(run.violation()).as(String.join(" ", words)).isNull();
            }
        }
    }

    @Test
    void aSeedReplaysItsRun() {
        for (long seed = 1; seed <= 5; seed++) {
            SimScenario scenario = SimScenario.of(seed, SimScenario.Size.SHORT);
            long once = SimRun.of(scenario).tally().digest;
            assertThat(SimRun.of(scenario).tally().digest).as("seed %d", seed).isEqualTo(once);
        }
    }

    @Test
    void whatWasDoneIsRememberedAndNotDoneAgain(@TempDir Path directory) throws Exception {
        String state = directory.resolve("state").toString();
        String[] arguments = {
            "--seeds", "1-3", "--size", "short", "--threads", "1", "--state", state
        };
        assertThat(Simulate.run(arguments)).isZero();
        SimJournal first = new SimJournal(Path.of(state));
        assertThat(first.tally(Simulate.PROTOCOL).seeds).isEqualTo(3);
        assertThat(Simulate.run(arguments)).isZero();
        assertThat(new SimJournal(Path.of(state)).operations()).isEqualTo(first.operations());
    }
}
