package io.sallyport.store.raft.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * What one group is sent, in the order in which it came, whoever sent it. What may wait goes to
 * other threads, one piece at a time, and what comes after it waits behind it. On the loop.
 */
final class Lane {

    private final Executor loop;
    private final Executor workers;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    Lane(Executor loop, Executor workers) {
        this.loop = loop;
        this.workers = workers;
    }

    /** Whether nothing is before what comes now. */
    boolean free() {
        return !busy;
    }

    /** Runs on another thread when all that came before has run. */
    void later(Runnable piece) {
        waiting.add(piece);
        next();
    }

    private void next() {
        Runnable piece = busy ? null : waiting.poll();
        if (piece == null) {
            return;
        }
        busy = true;
        workers.execute(() -> {
            try {
                piece.run();
            } finally {
                loop.execute(this::done);
            }
        });
    }

    private void done() {
        busy = false;
        next();
    }
}
