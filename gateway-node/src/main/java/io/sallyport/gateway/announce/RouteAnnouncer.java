package io.sallyport.gateway.announce;

import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpAddress;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a host route in the kernel for each EIP that this node carries, and for the tunnel's
 * address: what a BGP daemon beside the node announces. None before {@link #start}, none while the
 * node does not carry, nothing is touched while the guard bars it. Thread {@code routes} alone
 * changes the table; all methods return at once but {@link #close}.
 */
public final class RouteAnnouncer implements AutoCloseable {

    /** Whether this node carries, and how many others do. */
    public record Standing(boolean carrying, int others) {}

    private static final Logger LOG = LoggerFactory.getLogger(RouteAnnouncer.class);

    /** A node that carries no longer, or again, is noticed within this. */
    private static final long TICK_NANOS = 10_000_000;

    /** Who else changes the table (an operator, a restarted network service) is mended. */
    private static final long REPAIR_NANOS = 1_000_000_000;

    private final AnnounceSettings settings;
    private final RouteTable table;
    private final Supplier<Standing> standing;
    private final Pulse pulse;
    private final Thread thread = Thread.ofPlatform().name("routes").daemon().unstarted(this::run);
    private volatile Set<IpAddress> eips = Set.of();
    private volatile boolean started;
    private volatile boolean draining;
    private volatile boolean remains;
    private volatile boolean closed;

    /**
     * @param table closed with this
     * @param standing asked a hundred times a second, by this class's own thread
     */
    public RouteAnnouncer(
            AnnounceSettings settings, RouteTable table, Supplier<Standing> standing, Pulse pulse) {
        this.settings = settings;
        this.table = table;
        this.standing = standing;
        this.pulse = pulse;
        // What a killed life left goes until this one carries. Not that of a node that was alone:
        // its
        // kernel path forwards for it still, and nobody else would.
        if (pulse.others() > 0) {
            table.become(Set.of());
        }
        thread.start();
    }

    public void view(NodeView view) {
        eips = view.carried();
        LockSupport.unpark(thread);
    }

    /** The node carries packets from now on. */
    public void start() {
        started = true;
        LockSupport.unpark(thread);
    }

    /** Routers are to prefer others from now on. */
    public void drain() {
        draining = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        Set<HostRoute> told = Set.of();
        long next = System.nanoTime();
        boolean barred = false;
        boolean carried = false;
        while (!closed) {
            Standing now = standing.get();
            // Until then what a former life left, whose kernel path forwards, is not touched.
            carried |= started && now.carrying();
            boolean wasBarred = barred;
            barred = pulse.isBarred();
            Set<HostRoute> wanted = now.carrying() ? wanted() : Set.of();
            boolean due = wasBarred || !wanted.equals(told) || System.nanoTime() - next >= 0;
            if (carried) {
                // Before that it is what a former life knew, which counts for the routes it left.
                pulse.others(now.others());
            }
            if (carried && !barred && due) {
                next = System.nanoTime() + REPAIR_NANOS;
                told = wanted;
                become(wanted);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void become(Set<HostRoute> wanted) {
        try {
            if (!wanted.isEmpty()) {
                pulse.announces(true);
            }
            int changed = table.become(wanted);
            pulse.announces(!wanted.isEmpty());
            if (changed > 0) {
                LOG.info("{} routes are announced, after {} changes", wanted.size(), changed);
            }
        } catch (RuntimeException e) {
            // Tried again with the next repair.
            LOG.warn("routes cannot be announced: {}", e.getMessage());
        }
    }

    private Set<HostRoute> wanted() {
        if (draining && !settings.worsen()) {
            return Set.of();
        }
        int metric = draining ? settings.worseMetric() : settings.metric();
        Set<HostRoute> wanted =
                eips.stream().map(eip -> new HostRoute(eip, metric)).collect(Collectors.toSet());
        settings.tunnel().map(address -> new HostRoute(address, metric)).ifPresent(wanted::add);
        return wanted;
    }

    /** With {@link #close} the routes stay, for a kernel path that goes on. */
    public void remain() {
        remains = true;
    }

    /** All routes go, unless {@link #remain} was said. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            if (!remains) {
                table.become(Set.of());
            }
        } finally {
            table.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
