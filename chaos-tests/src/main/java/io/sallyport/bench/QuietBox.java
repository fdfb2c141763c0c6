package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Waits until the processors have little to do, so that what one contender does to recover is not
 * measured as the other's. One thread.
 */
final class QuietBox {

    /** Of all processors, in {@link #LOOK}: less than three quarters of one are busy. */
    private static final double IDLE = 1 - 0.75 / Runtime.getRuntime().availableProcessors();

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofSeconds(60);

    private QuietBox() {}

    /**
     * @return which part of the processors' time was idle when it went on, 0 to 1; few only where a
     *     minute was not enough
     */
    static double await() {
        long deadline = System.nanoTime() + MOST.toNanos();
        double idle;
        do {
            idle = idle();
        } while (idle < IDLE && System.nanoTime() < deadline);
        return idle;
    }

    private static double idle() {
        long[] before = ticks();
        LabBoxes.pause(LOOK.toMillis());
        long[] after = ticks();
        long all = Arrays.stream(after).sum() - Arrays.stream(before).sum();
        return all == 0 ? 0 : (double) (after[3] - before[3]) / all;
    }

    /** User, nice, system, idle and the rest of all processors since boot (proc_stat(5)). */
    private static long[] ticks() {
        try {
            String all = Files.readAllLines(Path.of("/proc/stat")).getFirst();
            return Arrays.stream(all.split(" +"))
                    .skip(1)
                    .limit(8)
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
