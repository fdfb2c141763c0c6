package io.sallyport.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the box's own tools (ip, nft, ethtool, iperf3) to its end. */
final class Tool {

    private Tool() {}

    /**
     * @return what it printed on either stream
     * @throws BenchFailure with the command and what it printed where it did not end with 0
     */
    static String run(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchFailure(
                        "`%s` ended with %d: %s"
                                .formatted(
                                        String.join(" ", command),
                                        process.exitValue(),
                                        output.strip()));
            }
            return output;
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
