package io.sallyport.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs TLC. Each claim gets a JVM of its own: TLC keeps its state in statics, and must not share a
 * heap with what started it.
 *
 * @param workers threads of TLC
 * @param heapMegabytes TLC keeps as much again outside the heap
 * @param patience a claim that takes longer is unfinished
 */
record Tlc(int workers, int heapMegabytes, Duration patience) {

    Verdict check(Claim claim) {
        try {
            Path room = Files.createTempDirectory("tlc");
            try {
                return run(claim, room);
            } finally {
                delete(room);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Verdict run(Claim claim, Path room) throws IOException {
        Files.writeString(room.resolve(claim.model() + ".tla"), Models.module(claim));
        Files.writeString(room.resolve(claim.model() + ".cfg"), Models.configuration(claim));
        Path output = room.resolve("output");
        long began = System.nanoTime();
        Process process =
                new ProcessBuilder(command(claim, room))
                        .directory(room.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean finished = await(process);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return Verdict.of(Files.readString(output), finished, took);
    }

    /** A model's end is not a deadlock, hence {@code -deadlock}, which turns that check off. */
    private List<String> command(Claim claim, Path room) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx" + heapMegabytes + "m",
                "-Djava.io.tmpdir=" + room,
                "-cp",
                System.getProperty("java.class.path"),
                "tlc2.TLC",
                "-workers",
                Integer.toString(workers),
                "-deadlock",
                "-metadir",
                room.resolve("states").toString(),
                claim.model() + ".tla");
    }

    private boolean await(Process process) {
        try {
            boolean finished = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
            if (!finished) {
                process.destroyForcibly().waitFor();
            }
            return finished;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void delete(Path room) throws IOException {
        try (Stream<Path> files = Files.walk(room)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
