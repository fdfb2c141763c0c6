package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What passes a device of a host, as tcpdump's lines; sequence numbers are the segments' own. */
final class Tcpdump implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path seen;
    private final Process process;

    /**
     * Returns when it sees all.
     *
     * @param device {@code any} for all of them
     * @param seen the file that its lines go to
     */
    Tcpdump(Host host, String device, String filter, Path seen) {
        this.seen = seen;
        try {
            process =
                    new ProcessBuilder(
                                    host.inside(
                                            "tcpdump", "-i", device, "-nn", "-tt", "-S", "-l",
                                            filter))
                            .redirectErrorStream(true)
                            .redirectOutput(seen.toFile())
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + READY.toNanos();
        while (!text().contains("listening on")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new LabFailure("tcpdump does not listen: " + text());
            }
            Processes.pause(LOOK);
        }
    }

    /** All until now. */
    String text() {
        try {
            return Files.readString(seen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
