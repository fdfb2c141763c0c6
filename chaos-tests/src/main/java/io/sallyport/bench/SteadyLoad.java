package io.sallyport.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * So many allocations a second, in the background, until it is closed; waits for the last answers.
 */
final class SteadyLoad implements AutoCloseable {

    /** While nobody answers no more than this many wait. */
    private static final int OPEN_MAX = 8_000;

    private final StoreContender node;
    private final int rate;
    private final int destinations;
    private final Acknowledged acknowledged;
    private final AtomicLong unknown;
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "steady-load");
    private volatile boolean ends;

    SteadyLoad(
            StoreContender node,
            int rate,
            int destinations,
            Acknowledged acknowledged,
            AtomicLong unknown) {
        this.node = node;
        this.rate = rate;
        this.destinations = destinations;
        this.acknowledged = acknowledged;
        this.unknown = unknown;
    }

    void start() {
        thread.start();
    }

    private void run() {
        long due = System.nanoTime();
        for (int number = 0; !ends; number++) {
            while (!ends && (System.nanoTime() < due || open.get() >= OPEN_MAX)) {
                LockSupport.parkNanos(50_000);
            }
            // What a stall held back is not made up for: the rate is a rate, not a debt.
            due = Math.max(due + 1_000_000_000L / rate, System.nanoTime() - 10_000_000L);
            int destination = number % destinations;
            open.incrementAndGet();
            var unused =
                    node.take(destination)
                            .whenComplete((port, problem) -> {
                                if (problem == null) {
                                    acknowledged.granted(destination, port);
                                } else {
                                    unknown.incrementAndGet();
                                }
                                open.decrementAndGet();
                            });
        }
    }

    @Override
    public void close() {
        ends = true;
        while (open.get() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
