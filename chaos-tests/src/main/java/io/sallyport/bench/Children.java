package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The processes of one contender; they die with this one. */
final class Children implements AutoCloseable {

    private static final int TAIL = 15;

    private final Path directory;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::killAll, "children");

    Children(Path directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a command; what it prints goes to {@code NAME.log} in the directory. */
    Process start(String name, List<String> command) {
        try {
            Files.createDirectories(directory);
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log(name).toFile())
                            .start();
            running.put(name, process);
            return process;
        } catch (IOException e) {
            throw new BenchFailure(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /**
     * Waits for a line in a child's log that begins so.
     *
     * @throws BenchFailure with the log's end where the child has ended before, or time is up
     */
    void awaitLine(String name, String beginning, Duration within) {
        long began = System.nanoTime();
        try {
            awaitTrue(
                    name + " is not ready",
                    () -> hasLine(name, beginning),
                    () -> isAlive(name),
                    within);
        } catch (BenchFailure e) {
            throw new BenchFailure(
                    "%s after %d s (%s); its log ends:%n%s"
                            .formatted(
                                    e.getMessage(),
                                    (System.nanoTime() - began) / 1_000_000_000L,
                                    isAlive(name) ? "it runs" : "it has ended",
                                    tail(name)),
                    e);
        }
    }

    /** Of the last that was started by that name. */
    long pid(String name) {
        Process process = running.get(name);
        if (process == null) {
            throw new BenchFailure(name + " was never started");
        }
        return process.pid();
    }

    boolean isAlive(String name) {
        Process process = running.get(name);
        return process != null && process.isAlive();
    }

    /** The last lines that a child has printed. */
    String tail(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name), StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private boolean hasLine(String name, String beginning) {
        try {
            return Files.readString(log(name), StandardCharsets.ISO_8859_1)
                    .lines()
                    .anyMatch(line -> line.startsWith(beginning));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitTrue(String what, BooleanSupplier condition, Duration within) {
        awaitTrue(
                what,
                condition,
                () -> running.values().stream().anyMatch(Process::isAlive),
                within);
    }

    private static void awaitTrue(
            String what, BooleanSupplier condition, BooleanSupplier isHope, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            boolean isOver = System.nanoTime() > deadline || !isHope.getAsBoolean();
            // What was waited for may be just that the last of them ended.
            if (isOver && !condition.getAsBoolean()) {
                throw new BenchFailure(what);
            }
            try {
                Thread.sleep(Duration.ofMillis(50));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchFailure("interrupted", e);
            }
        }
    }

    /** Ports that nobody listens on now. */
    static int[] freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        int[] ports = new int[count];
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports[i] = socket.getLocalPort();
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void killAll() {
        running.values().forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        killAll();
        for (Process process : running.values()) {
            try {
                process.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process ends already, and this is its end.
            return;
        }
    }
}
