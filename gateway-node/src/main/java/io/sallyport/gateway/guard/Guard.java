package io.sallyport.gateway.guard;

import io.sallyport.gateway.announce.AnnounceSettings;
import io.sallyport.gateway.announce.RouteTable;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.io.WatchedProcess;
import io.sallyport.gateway.io.WatchedProcess.State;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a node a hundred times a second and takes its routes back when it ends, stops or hangs:
 * its kernel path goes on with what it knows, but nobody opens connections. Where other nodes
 * carry, routers are to send everything to them. A node that is alone keeps its routes until its
 * horizon: what its kernel still forwards has nowhere else to go. The node itself announces again,
 * once it turned without a gap for a while. One thread; {@link #stop} from any.
 */
final class Guard implements AutoCloseable {

    private static final int LOOK_MILLIS = (int) (FailureDetector.LOOK_NANOS / 1_000_000);

    /** A node that was stopped between asking and changing its routes may do so as it wakes. */
    private static final int LOOKS_PER_SWEEP = 5;

    private final AnnounceSettings settings;
    private final Pulse pulse;
    private final RouteTable routes;
    private final LongSupplier bootNanos;
    private final Consumer<String> told;
    private final FailureDetector detector;
    private @Nullable WatchedProcess watched;
    private long process;
    private boolean ended;
    private long looks;
    private long withdrawals;
    private boolean left;
    private boolean takes;
    private boolean past;
    private long lastTurn;
    private long lastBeats;
    private volatile boolean stopped;

    /**
     * @param pulse the node's; the caller's to close, like the routes
     * @param bootNanos CLOCK_BOOTTIME
     * @param told hears what the guard does, a line each
     */
    Guard(
            AnnounceSettings settings,
            Pulse pulse,
            RouteTable routes,
            LongSupplier bootNanos,
            Consumer<String> told) {
        this.settings = settings;
        this.pulse = pulse;
        this.routes = routes;
        this.bootNanos = bootNanos;
        this.told = told;
        lastTurn = System.nanoTime();
        lastBeats = pulse.beats();
        detector = new FailureDetector(lastTurn, lastBeats);
        // A former guard's word, which nobody else could take back: this one judges for itself.
        pulse.bar(false);
    }

    /** Until it is stopped. */
    void run() throws InterruptedException {
        // What is first done when it counts takes ten times as long: nothing changes by this.
        routes.become(Set.copyOf(routes.list()));
        while (!stopped) {
            look();
        }
    }

    void stop() {
        stopped = true;
    }

    private void look() throws InterruptedException {
        follow();
        State state = wait(watched);
        long now = System.nanoTime();
        long beats = pulse.beats();
        if (beats != lastBeats) {
            lastTurn = now;
            lastBeats = beats;
        }
        pulse.guardLooked(bootNanos.getAsLong(), withdrawals);
        if (!pulse.announces()) {
            // It is starting, or there is none, or it went of its own will.
            detector.begin(now, beats);
            comeBack();
        } else if (!detector.look(now, beats, state, this::isStarved)) {
            leave(now);
        } else {
            comeBack();
        }
    }

    /** Watches the process that is the node now. */
    private void follow() {
        long newest = pulse.process();
        if (newest != process) {
            closeWatched();
            process = newest;
            ended = false;
            watched = newest == 0 ? null : WatchedProcess.of(newest).orElse(null);
        }
    }

    private State wait(@Nullable WatchedProcess node) throws InterruptedException {
        if (node == null || ended) {
            Thread.sleep(LOOK_MILLIS);
            return State.ENDED;
        }
        ended = node.endsWithin(LOOK_MILLIS);
        return ended ? State.ENDED : node.state();
    }

    private boolean isStarved() {
        WatchedProcess node = watched;
        return node != null && node.isStarved();
    }

    private void leave(long now) {
        if (!left) {
            left = true;
            past = false;
            // Before it is asked: what is told next must not be announced again.
            pulse.bar(true);
            long others = pulse.others();
            takes = settings.worsen() || others > 0;
            int changed = takes ? takeBack() : 0;
            withdrawals++;
            told.accept(
                    "node %d %s, its worker turned last %d ms ago; %s"
                            .formatted(
                                    process,
                                    detector.why(),
                                    (now - lastTurn) / 1_000_000,
                                    deed(changed, others)));
        }
        boolean wasPast = past;
        past = bootNanos.getAsLong() >= pulse.actsUntil();
        if (past && !wasPast) {
            told.accept("node %d may not act any longer: its routes go".formatted(process));
            takeBack();
        } else if ((takes || past) && ++looks % LOOKS_PER_SWEEP == 0) {
            takeBack();
        }
    }

    private String deed(int changed, long others) {
        String time = "%d others carry".formatted(others);
        if (!takes) {
            return "nobody else carries: its routes stay until its horizon";
        }
        return settings.worsen()
                ? "%d changes worsened its routes, %s".formatted(changed, time)
                : "%d routes withdrawn, %s".formatted(changed, time);
    }

    private int takeBack() {
        try {
            return routes.become(past || !settings.worsen() ? Set.of() : worse());
        } catch (RuntimeException e) {
            // Tried again with the next sweep.
            told.accept("routes cannot be taken back: " + e.getMessage());
            return 0;
        }
    }

    private Set<HostRoute> worse() {
        return routes.list().stream()
                .map(route -> new HostRoute(route.address(), settings.worseMetric()))
                .collect(Collectors.toSet());
    }

    private void comeBack() {
        if (left) {
            left = false;
            pulse.bar(false);
            told.accept("node %d may announce again".formatted(process));
        }
    }

    private void closeWatched() {
        WatchedProcess node = watched;
        if (node != null) {
            node.close();
        }
    }

    @Override
    public void close() {
        closeWatched();
    }
}
