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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The processes of one contender; they die with this one. */
final class Children implements AutoCloseable {

    private final Path directory;
    private final List<Process> running = new ArrayList<>();
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
            running.add(process);
            return process;
        } catch (IOException e) {
            throw new BenchFailure(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** Waits for a line in a child's log that begins so. */
    void awaitLine(String name, String beginning, Duration within) {
        awaitTrue(name + " is not ready; see " + log(name), () -> hasLine(name, beginning), within);
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
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || running.stream().noneMatch(Process::isAlive)) {
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
        running.forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        killAll();
        for (Process process : running) {
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
