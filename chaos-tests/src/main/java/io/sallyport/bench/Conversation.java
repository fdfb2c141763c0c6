package io.sallyport.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One of the lab's tools in a network namespace: it is told lines and answers in lines. One thread.
 */
final class Conversation implements AutoCloseable {

    private final String name;
    private final Path errors;
    private final Process process;
    private final BufferedReader answers;

    /**
     * Returns when it has said that it is ready.
     *
     * @param inside what goes before its command
     * @param tool a class of the lab with a main method
     * @param errors what it complains of goes there
     */
    Conversation(List<String> inside, Path home, String tool, Path errors, String... arguments) {
        this.name = tool;
        this.errors = errors;
        try {
            process =
                    new ProcessBuilder(command(inside, home, tool, arguments))
                            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(tool + " cannot be started", e);
        }
        answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        answer("ready");
    }

    /** The command that runs one of the lab's tools in a namespace. */
    static List<String> command(List<String> inside, Path home, String tool, String... arguments) {
        Path launch = home.resolve("chaos-tests/launch");
        List<String> command = new ArrayList<>(inside);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@" + launch.resolve("common.args"),
                        "@" + launch.resolve("tool.args"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.sallyport.lab." + tool));
        command.addAll(List.of(arguments));
        return command;
    }

    void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new BenchFailure(name + " does not listen; see " + errors, e);
        }
    }

    /**
     * Waits for its next line, which must begin so.
     *
     * @return the line
     */
    String answer(String beginning) {
        try {
            String line = answers.readLine();
            if (line == null || !line.startsWith(beginning)) {
                throw new BenchFailure(
                        "%s said %s instead of %s; see %s"
                                .formatted(name, line, beginning, errors));
            }
            return line;
        } catch (IOException e) {
            throw new BenchFailure(name + " is not heard; see " + errors, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
