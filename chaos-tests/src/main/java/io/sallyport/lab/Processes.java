package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts processes that outlive the lab's own, and finds them again: by pid and start time, and by
 * a mark in their environment that even a lost state file cannot take away.
 */
final class Processes {

    /** The environment variable by which a process belongs to a lab; its value is the prefix. */
    static final String MARK = "SALLYPORT_LAB";

    private final String prefix;

    Processes(String prefix) {
        this.prefix = prefix;
    }

    /**
     * A process of the lab.
     *
     * @param started ticks since boot (field 22 of /proc/pid/stat): tells it from a later process
     *     of the same pid
     * @param output its standard output, {@code log} its standard error
     */
    record Running(
            String name, long pid, long started, String output, String log, List<String> command) {

        Running {
            command = List.copyOf(command);
        }

        boolean isAlive() {
            return startTicks(pid).filter(ticks -> ticks == started).isPresent();
        }
    }

    /** Starts {@code command} inside a host, in a session of its own. */
    Running start(String name, Host host, List<String> command, Path directory) {
        Path output = directory.resolve(name + ".out");
        Path log = directory.resolve(name + ".log");
        try {
            Files.createDirectories(directory);
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    Stream.concat(
                                                    Stream.of("setsid"),
                                                    host.inside(command).stream())
                                            .toList())
                            .directory(directory.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put(MARK, prefix);
            Files.writeString(output, "");
            long pid = builder.start().pid();
            long started =
                    startTicks(pid)
                            .orElseThrow(() -> new LabFailure(name + " ended at once; see " + log));
            return new Running(name, pid, started, output.toString(), log.toString(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
    }

    /**
     * Waits for the line {@code ready ...} on its standard output.
     *
     * @return that line
     */
    static String awaitReady(Running process, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            try (Stream<String> lines = Files.lines(Path.of(process.output()))) {
                Optional<String> ready = lines.filter(l -> l.startsWith("ready ")).findFirst();
                if (ready.isPresent()) {
                    return ready.get();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (!alive) {
                throw new LabFailure(
                        "%s ended before it was ready; see %s%n%s"
                                .formatted(process.name(), process.log(), tail(process.log())));
            }
            if (System.nanoTime() > deadline) {
                throw new LabFailure(
                        "%s is not ready after %d s; see %s%n%s"
                                .formatted(
                                        process.name(),
                                        within.toSeconds(),
                                        process.log(),
                                        tail(process.log())));
            }
            pause(Duration.ofMillis(25));
        }
    }

    /** Every process that carries this lab's mark, whatever became of its files. */
    List<Long> marked() {
        byte[] mark = (MARK + "=" + prefix + "\0").getBytes(StandardCharsets.ISO_8859_1);
        String wanted = new String(mark, StandardCharsets.ISO_8859_1);
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != ProcessHandle.current().pid())
                .filter(pid -> environment(pid).contains(wanted))
                .toList();
    }

    /** Sends a signal: KILL, STOP, CONT, TERM. */
    static void signal(String signal, List<Long> pids) {
        switch (signal) {
            // At once: to start kill(1) takes as long, on a busy box, as what is measured then.
            case "KILL" -> handles(pids).forEach(ProcessHandle::destroyForcibly);
            case "TERM" -> handles(pids).forEach(ProcessHandle::destroy);
            default -> kill(signal, pids);
        }
    }

    private static List<ProcessHandle> handles(List<Long> pids) {
        return pids.stream().map(ProcessHandle::of).flatMap(Optional::stream).toList();
    }

    private static void kill(String signal, List<Long> pids) {
        if (pids.isEmpty()) {
            return;
        }
        List<String> command = new java.util.ArrayList<>(List.of("kill", "-s", signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        // Those that have ended meanwhile make kill(1) complain, which is no failure.
        Shell.run(command);
    }

    /** Kills everything that is marked and waits until it is gone. */
    void killAll() {
        for (int turn = 0; turn < 200; turn++) {
            List<Long> left = marked();
            if (left.isEmpty()) {
                return;
            }
            signal("KILL", left);
            pause(Duration.ofMillis(25));
        }
        throw new LabFailure("processes of lab " + prefix + " do not die: " + marked());
    }

    static String tail(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
        } catch (IOException e) {
            return "(" + file + " cannot be read: " + e.getMessage() + ")";
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }

    /** Empty if there is no such process or it is a zombie. */
    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name in parentheses may hold anything; fields count from behind it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") ? Optional.empty() : Optional.of(Long.valueOf(fields[19]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String environment(long pid) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc/" + pid + "/environ")),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It ended meanwhile, or it is not ours to read: then it is not ours to kill either.
            return "";
        }
    }
}
