package io.sallyport.solo;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts the three processes, starts again what dies, stops them in order. Every child is started
 * by one platform thread that lives as long as this process: a child dies with its parent thread.
 */
final class Supervisor implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final long AGAIN_MILLIS_MIN = 500;
    private static final long AGAIN_MILLIS_MAX = 10_000;

    /** A process that ran for as long is no longer one that fails at its start. */
    private static final Duration STEADY = Duration.ofSeconds(60);

    private final StateDirectory state;
    private final Path home;
    private final Map<Role, Path> configs;
    private final Map<Role, Child> children = new EnumMap<>(Role.class);
    private final Map<Role, Long> again = new EnumMap<>(Role.class);
    private final ScheduledExecutorService spawner =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("spawner").factory());
    private boolean supervising;
    private boolean stopped;

    Supervisor(StateDirectory state, Path home, Map<Role, Path> configs) {
        this.state = state;
        this.home = home;
        this.configs = new EnumMap<>(configs);
    }

    /**
     * Starts all three and returns once all are ready.
     *
     * @throws SoloFailure naming the process that is not, and its log
     */
    void start() {
        killStale();
        List<CompletableFuture<Child>> started = new ArrayList<>();
        for (Role role : List.of(Role.STORE, Role.GATEWAY, Role.CONTROL)) {
            started.add(CompletableFuture.supplyAsync(() -> spawn(role), spawner));
        }
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        for (CompletableFuture<Child> one : started) {
            awaitReady(one.join(), deadline);
        }
        synchronized (this) {
            supervising = true;
        }
        started.forEach(one -> watch(one.join(), Instant.now()));
    }

    private void awaitReady(Child child, long deadline) {
        try {
            child.ready().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SoloFailure(
                    SoloFailure.FAILED,
                    child.role().label()
                            + " is not ready after "
                            + READY_WITHIN.toSeconds()
                            + " s; its log is "
                            + log(child.role()));
        } catch (ExecutionException e) {
            int code = child.exit().join();
            throw new SoloFailure(
                    code == SoloFailure.USAGE || code == SoloFailure.PORT_BUSY
                            ? code
                            : SoloFailure.FAILED,
                    "%s ended with %d: %s; its log is %s"
                            .formatted(
                                    child.role().label(),
                                    code,
                                    child.lastWords(),
                                    log(child.role())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SoloFailure(SoloFailure.FAILED, "interrupted");
        }
    }

    private Path log(Role role) {
        return state.resolve("logs/" + role.label() + ".log");
    }

    private synchronized Child spawn(Role role) {
        if (stopped) {
            throw new SoloFailure(SoloFailure.FAILED, "solo is stopping");
        }
        Path config = configs.get(role);
        if (config == null) {
            throw new IllegalStateException("no configuration for " + role);
        }
        Child child = Child.start(role, role.command(home, config), log(role));
        children.put(role, child);
        remember();
        return child;
    }

    private void watch(Child child, Instant since) {
        var unused = child.exit().thenAccept(code -> died(child, code, since));
    }

    private synchronized void died(Child child, int code, Instant since) {
        if (stopped || !supervising) {
            return;
        }
        boolean steady = since.plus(STEADY).isBefore(Instant.now());
        long wait =
                again.merge(
                        child.role(),
                        AGAIN_MILLIS_MIN,
                        (old, least) -> steady ? least : Math.min(old * 2, AGAIN_MILLIS_MAX));
        System.err.printf(
                "solo: %s ended with %d (%s); starting it again in %d ms%s%n",
                child.role().label(),
                code,
                log(child.role()),
                wait,
                child.role() == Role.GATEWAY
                        ? "; it was the only node, so its connections may be lost"
                        : "");
        var unused =
                spawner.schedule(
                        () -> {
                            if (!isStopped()) {
                                watch(spawn(child.role()), Instant.now());
                            }
                        },
                        wait,
                        TimeUnit.MILLISECONDS);
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** A child's line: role, and pid with start time, which together name a process for ever. */
    private void remember() {
        List<String> lines = new ArrayList<>();
        children.forEach((role, child) ->
                lines.add(role.label() + " " + child.handle().pid() + " " + born(child.handle())));
        state.write("processes", String.join("\n", lines));
    }

    private static long born(ProcessHandle handle) {
        return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Where setpriv is missing, children of a killed solo are still there. */
    private void killStale() {
        Optional<String> kept = state.read("processes");
        for (String line : kept.orElse("").lines().toList()) {
            String[] words = line.split(" ");
            ProcessHandle.of(Long.parseLong(words[1]))
                    .filter(handle -> born(handle) == Long.parseLong(words[2]))
                    .ifPresent(handle -> {
                        handle.destroyForcibly();
                        handle.onExit().join();
                    });
        }
    }

    /** Gateway first: packets stop before what they need does. */
    @Override
    public void close() {
        List<Child> toStop;
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            toStop = List.copyOf(children.values());
        }
        toStop.forEach(Child::stop);
        spawner.shutdownNow();
        state.write("processes", "");
    }
}
