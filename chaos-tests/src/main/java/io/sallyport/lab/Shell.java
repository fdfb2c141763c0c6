package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs the box's own tools (ip, nft, ethtool, curl) to their end; any thread. */
final class Shell {

    /** What a command said. */
    record Result(List<String> command, int exit, String output, String errors) {

        boolean ok() {
            return exit == 0;
        }

        /**
         * The output of a command that must succeed.
         *
         * @throws LabFailure with the command and what it printed
         */
        String orFail() {
            if (!ok()) {
                throw new LabFailure(
                        "`%s` ended with %d: %s"
                                .formatted(
                                        String.join(" ", command),
                                        exit,
                                        (errors + output).strip()));
            }
            return output;
        }
    }

    private Shell() {}

    static Result run(String... command) {
        return run(List.of(command), "");
    }

    static Result run(List<String> command) {
        return run(command, "");
    }

    /** Runs it with {@code input} as its standard input. */
    static Result run(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).start();
            CompletableFuture<String> output = reading(process.getInputStream());
            CompletableFuture<String> errors = reading(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it had read everything; its exit code and errors tell why.
                if (process.waitFor() == 0) {
                    throw e;
                }
            }
            return new Result(command, process.waitFor(), output.join(), errors.join());
        } catch (IOException e) {
            throw new LabFailure("`%s` cannot run".formatted(String.join(" ", command)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure(
                    "interrupted while `%s` ran".formatted(String.join(" ", command)), e);
        } catch (CompletionException e) {
            throw new LabFailure("`%s` cannot be read".formatted(String.join(" ", command)), e);
        }
    }

    private static CompletableFuture<String> reading(java.io.InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }
}
