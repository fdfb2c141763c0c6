package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time that others have used, from /proc, in nanoseconds. */
final class ProcessTime {

    private static final Path PROC = Path.of("/proc");

    private ProcessTime() {}

    /** All threads of a process that live. */
    static long of(long pid) {
        try (Stream<Path> threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.mapToLong(ProcessTime::running).sum();
        } catch (NoSuchFileException e) {
            throw new BenchFailure("process " + pid + " has ended", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel's threads that take over when a core has too much to do with packets. */
    static List<Path> packetThreads() {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .filter(entry -> name(entry).startsWith("ksoftirqd/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a thread has run; 0: it has ended. */
    static long running(Path thread) {
        try {
            String text = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (IOException e) {
            return 0;
        }
    }

    private static String name(Path entry) {
        try {
            return Files.readString(entry.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }
}
