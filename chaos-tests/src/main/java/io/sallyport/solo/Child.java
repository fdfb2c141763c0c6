package io.sallyport.solo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One running process. It dies with the thread that started it (PR_SET_PDEATHSIG, by setpriv), so
 * that a solo that is killed with -9 leaves no process behind: {@link #start} must be called by a
 * thread that lives as long as solo does.
 */
final class Child {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final int STOP_SECONDS = 15;

    private final Role role;
    private final Process process;
    private final Path log;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private volatile long readyNanos;

    private Child(Role role, Process process, Path log) {
        this.role = role;
        this.process = process;
        this.log = log;
    }

    static Child start(Role role, List<String> command, Path log) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            whole.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL"));
        }
        whole.addAll(command);
        try {
            Process process =
                    new ProcessBuilder(whole)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            Child child = new Child(role, process, log);
            Thread.ofPlatform().daemon().name("out-" + role.label()).start(child::read);
            return child;
        } catch (IOException e) {
            throw new SoloFailure(SoloFailure.FAILED, "cannot start " + role.label() + ": " + e);
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                Files.writeString(
                        log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.startsWith("ready ")) {
                    readyNanos = System.nanoTime();
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        } finally {
            ready.completeExceptionally(new IllegalStateException("ended before it was ready"));
        }
    }

    Role role() {
        return role;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Completes with its ready line; exceptionally where it ended first. */
    CompletableFuture<String> ready() {
        return ready;
    }

    /** Whether it has been ready for so long. */
    boolean served(Duration least) {
        return ready.isDone()
                && !ready.isCompletedExceptionally()
                && System.nanoTime() - readyNanos >= least.toNanos();
    }

    CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** SIGTERM, and SIGKILL where that does not end it in time. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The last line of its log that is not of a stack trace. */
    String lastWords() {
        try {
            List<String> lines =
                    Files.readAllLines(log).stream()
                            .filter(line -> !line.isBlank() && !line.startsWith("\t"))
                            .toList();
            return lines.isEmpty() ? "no output" : lines.getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
