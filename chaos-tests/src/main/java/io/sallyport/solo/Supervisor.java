package io.sallyport.solo;

import java.io.IOException;
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

    /**
     * Who has served for as long does not fail at its start, and is started again at once: what the
     * kernel forwards for a gateway meanwhile stops at its horizon.
     */
    private static final Duration STEADY = Duration.ofSeconds(1);

    private static final Duration LEAVING = Duration.ofSeconds(30);

    /** Where the gateway process keeps its name until nothing of it is left on the box. */
    private static final String GATEWAY_LOCK = "gateway/lock";

    /** What tells it that its end is for good. */
    private static final String GATEWAY_LEAVES = "gateway/leave";

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
        started.forEach(one -> watch(one.join()));
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

    private void watch(Child child) {
        var unused = child.exit().thenAccept(code -> died(child, code));
    }

    private synchronized void died(Child child, int code) {
        if (stopped || !supervising) {
            return;
        }
        long wait = pause(child);
        System.err.printf(
                "solo: %s ended with %d (%s); starting it again in %d ms%s%n",
                child.role().label(),
                code,
                log(child.role()),
                wait,
                child.role() == Role.GATEWAY
                        ? "; the kernel forwards its connections until its horizon, 15 s at most;"
                                + " others, and all where it had no kernel path, may be lost"
                        : "");
        var unused =
                spawner.schedule(
                        () -> {
                            if (!isStopped()) {
                                watch(spawn(child.role()));
                            }
                        },
                        wait,
                        TimeUnit.MILLISECONDS);
    }

    private long pause(Child child) {
        if (child.served(STEADY)) {
            again.remove(child.role());
            return 0;
        }
        return again.merge(
                child.role(),
                AGAIN_MILLIS_MIN,
                (last, least) -> Math.min(last * 2, AGAIN_MILLIS_MAX));
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
        state.write(GATEWAY_LEAVES, "");
        for (Child child : toStop) {
            child.stop();
            if (child.role() == Role.GATEWAY) {
                clearGateway();
            }
        }
        spawner.shutdownNow();
        state.write("processes", "");
    }

    /**
     * Where it was dead, was killed, or was told to end by another before this word, the gateway
     * has left its programs for a next one, which will not come.
     */
    private void clearGateway() {
        Path config = configs.get(Role.GATEWAY);
        if (config == null || state.read(GATEWAY_LOCK).orElse("").isEmpty()) {
            return;
        }
        try {
            Process leaving =
                    new ProcessBuilder(Role.GATEWAY.leaving(home, config))
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(log(Role.GATEWAY).toFile()))
                            .start();
            if (!leaving.waitFor(LEAVING.toSeconds(), TimeUnit.SECONDS)) {
                leaving.destroyForcibly();
            }
            if (!leaving.isAlive() && leaving.exitValue() == 0) {
                return;
            }
        } catch (IOException e) {
            System.err.println("solo: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println(
                "solo: something of the gateway may be left on this box ("
                        + log(Role.GATEWAY)
                        + "); ./sallyport gateway leave --config "
                        + config
                        + " removes it");
    }
}
