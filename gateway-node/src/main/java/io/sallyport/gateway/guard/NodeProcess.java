package io.sallyport.gateway.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts the node and starts it again when it ends: one second later at first, then twice as long
 * each time, 30 s at most. Not after it ended well, by SIGTERM, or for its configuration. Thread
 * {@code starter}.
 */
final class NodeProcess implements AutoCloseable {

    private static final int ENDED_WELL = 0;
    private static final int TERMINATED = 143;
    private static final int BAD_CONFIGURATION = 2;
    private static final long PAUSE_MILLIS = 1000;
    private static final long PAUSE_MILLIS_MAX = 30_000;

    /** One that lived longer than this was no false start. */
    private static final long LIVED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<String> command;
    private final long former;
    private final Consumer<String> told;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Thread thread = Thread.ofPlatform().name("starter").unstarted(this::run);
    private boolean stopping;
    private @Nullable Process process;

    /**
     * @param former pid of a node that runs already, of a guard that has died; 0: none. It is
     *     waited for
     */
    NodeProcess(List<String> command, long former, Consumer<String> told) {
        this.command = List.copyOf(command);
        this.former = former;
        this.told = told;
    }

    void start() {
        thread.start();
    }

    /** With the exit code, once it is not started again. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    private void run() {
        try {
            ProcessHandle.of(former).ifPresent(handle -> handle.onExit().join());
            long pause = PAUSE_MILLIS;
            while (true) {
                long start = System.nanoTime();
                Process started = begin();
                if (started == null) {
                    ended.complete(ENDED_WELL);
                    return;
                }
                int exit = started.waitFor();
                if (isStopping()
                        || exit == ENDED_WELL
                        || exit == TERMINATED
                        || exit == BAD_CONFIGURATION) {
                    ended.complete(exit);
                    return;
                }
                pause =
                        System.nanoTime() - start > LIVED_NANOS
                                ? PAUSE_MILLIS
                                : Math.min(2 * pause, PAUSE_MILLIS_MAX);
                told.accept(
                        "node %d ended with %d; the next starts in %d ms"
                                .formatted(started.pid(), exit, pause));
                pause(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended.completeExceptionally(e);
        } catch (UncheckedIOException e) {
            told.accept(String.valueOf(e.getMessage()));
            ended.complete(1);
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized void pause(long millis) throws InterruptedException {
        if (!stopping) {
            wait(millis);
        }
    }

    private synchronized @Nullable Process begin() {
        if (stopping) {
            return null;
        }
        try {
            Process started = new ProcessBuilder(command).inheritIO().start();
            process = started;
            told.accept("node %d started".formatted(started.pid()));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("the node cannot be started", e);
        }
    }

    /** SIGTERM to the node; returns at once. */
    @Override
    public synchronized void close() {
        stopping = true;
        notifyAll();
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }
}
