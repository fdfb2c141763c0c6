package io.sallyport.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads a contender: so many requests open at any time (closed loop), or so many a second whatever
 * comes of them (open loop). A latency in an open loop counts from when the request was due, so
 * that a stall is not hidden by the requests that it held back (coordinated omission).
 */
final class Load {

    private static final Duration STUCK = Duration.ofSeconds(60);

    private final Contender contender;
    private final int ports;
    private final long destinations;
    private final AtomicLong next;
    private final AtomicLong granted = new AtomicLong();
    private final AtomicInteger measured = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile long[] nanos = new long[1 << 16];

    /**
     * @param ports of each request
     * @param destinations how many are used in turn
     * @param next the number of the next request; goes on over loads, so that fills grow evenly
     */
    Load(Contender contender, int ports, long destinations, AtomicLong next) {
        this.contender = contender;
        this.ports = ports;
        this.destinations = destinations;
        this.next = next;
    }

    /** Keeps {@code open} requests open for a while. */
    Sample closed(int open, Duration time) {
        long began = System.nanoTime();
        long end = began + time.toNanos();
        CountDownLatch chains = new CountDownLatch(open);
        for (int i = 0; i < open; i++) {
            link(end, chains);
        }
        await(chains);
        return sample(began);
    }

    private void link(long end, CountDownLatch chains) {
        long began = System.nanoTime();
        if (began >= end || failure.get() != null) {
            chains.countDown();
            return;
        }
        var unused =
                request()
                        .whenComplete((count, problem) -> {
                            done(began, count, problem);
                            link(end, chains);
                        });
    }

    private CompletableFuture<Integer> request() {
        return contender.allocate(next.getAndIncrement() % destinations, ports);
    }

    private void done(long began, Integer count, Throwable problem) {
        if (problem != null) {
            failure.compareAndSet(null, problem);
            return;
        }
        granted.addAndGet(count);
        record(System.nanoTime() - began);
    }

    /** Contenders answer on one thread each; the lock is never fought for. */
    private synchronized void record(long latency) {
        int at = measured.getAndIncrement();
        if (at == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * at);
        }
        nanos[at] = latency;
    }

    /**
     * Sends {@code perSecond} requests a second for a while, then waits for what is open.
     *
     * @param openMax a contender that falls so far behind gets no more; what it did not get counts
     *     as late as the others
     */
    Sample open(int perSecond, Duration time, int openMax) {
        long began = System.nanoTime();
        long count = perSecond * time.toNanos() / 1_000_000_000L;
        AtomicInteger open = new AtomicInteger();
        for (long i = 0; i < count && failure.get() == null; i++) {
            long due = began + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(50_000);
            }
            while (open.get() >= openMax && failure.get() == null) {
                LockSupport.parkNanos(50_000);
            }
            open.incrementAndGet();
            var unused =
                    request()
                            .whenComplete((granted, problem) -> {
                                done(due, granted, problem);
                                open.decrementAndGet();
                            });
        }
        long deadline = System.nanoTime() + STUCK.toNanos();
        while (open.get() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(200_000);
        }
        return sample(began);
    }

    private void await(CountDownLatch chains) {
        try {
            if (!chains.await(STUCK.toSeconds(), TimeUnit.SECONDS)) {
                throw new BenchFailure(contender.name() + " does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted", e);
        }
    }

    private synchronized Sample sample(long began) {
        Throwable problem = failure.get();
        if (problem != null) {
            throw new BenchFailure(contender.name() + ": " + problem.getMessage(), problem);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return Sample.of(granted.get(), seconds, nanos, measured.get());
    }
}
