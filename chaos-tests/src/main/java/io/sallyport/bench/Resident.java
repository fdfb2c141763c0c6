package io.sallyport.bench;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A platform thread that lives in one network namespace and on one core. */
final class Resident implements AutoCloseable {

    private final ExecutorService thread;

    /**
     * @param namespace the file that stands for it
     * @param core it runs on no other
     */
    Resident(String name, Path namespace, int core) {
        thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name(name).factory());
        run(() -> {
            NativeThread.enter(namespace);
            NativeThread.pin(core);
        });
    }

    <T> Future<T> start(Callable<T> task) {
        return thread.submit(task);
    }

    <T> T ask(Callable<T> task) {
        return result(start(task));
    }

    void run(Runnable task) {
        ask(Executors.callable(task));
    }

    /** What became of a task; its failure is the caller's. */
    static <T> T result(Future<T> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new BenchFailure(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
