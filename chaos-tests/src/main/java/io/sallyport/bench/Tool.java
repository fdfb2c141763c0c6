package io.sallyport.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the box's own tools (ip, nft, ethtool, iperf3) to its end. */
final class Tool {

    private Tool() {}

    private record Outcome(int status, String output) {}

    /**
     * @return what it printed on either stream
     * @throws BenchFailure with the command and what it printed where it did not end with 0
     */
    static String run(List<String> command, String input) {
        Outcome outcome = outcome(command, input);
        if (outcome.status() != 0) {
            throw new BenchFailure(
                    "`%s` ended with %d: %s"
                            .formatted(
                                    String.join(" ", command),
                                    outcome.status(),
                                    outcome.output().strip()));
        }
        return outcome.output();
    }

    /** What a command printed on either stream, however it ended. */
    static String said(List<String> command) {
        return outcome(command, "").output();
    }

    private static Outcome outcome(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new BenchFailure("`%s` cannot run".formatted(String.join(" ", command)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    static String run(String... command) {
        return run(List.of(command), "");
    }

    /** Many lines for one {@code ip}, which is quicker than as many processes. */
    static void batch(List<String> command, List<String> lines) {
        run(command, String.join("\n", lines) + "\n");
    }
}
