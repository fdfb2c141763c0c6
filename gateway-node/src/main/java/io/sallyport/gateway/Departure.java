package io.sallyport.gateway;

import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.peers.PeerStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node's process ends. Where peers live, it leaves: they take over at once. Where none does,
 * what it carries would be lost, so it ends as if it were killed: it stays a member, its pinned
 * kernel path forwards until the horizon, and whoever starts it again before that loses nothing.
 * The operator's word for an end that is for good is {@link LeaveCommand}. Any thread.
 */
final class Departure {

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    private static final long HANDOVER_NANOS = 5_000_000_000L;
    private static final long LOOK_NANOS = 10_000_000L;

    /** A router that probes every 25 ms, or hears it by BGP, has moved this node's packets. */
    private static final long DRAIN_NANOS = 250_000_000L;

    /** What the kernel forwarded is counted some times in that. */
    private static final long QUIET_NANOS = 150_000_000L;

    /** Who still sends here then does not go by what it was told. */
    private static final long DRAIN_NANOS_MAX = 3_000_000_000L;

    private final BootClock clock = new BootClock();
    private volatile @Nullable NodeDirectory directory;
    private volatile @Nullable FastPath path;
    private volatile @Nullable Supplier<PeerStatus> peers;
    private volatile @Nullable LongSupplier connections;

    /** There is a kernel path. Before this, and without it, nothing could stay. */
    void mayStay(NodeDirectory node, FastPath kernel) {
        directory = node;
        path = kernel;
    }

    /**
     * This life is a member; before, it has nothing of its own, but may have taken over what a
     * former life had.
     */
    void joined(Supplier<PeerStatus> status, LongSupplier carried) {
        connections = carried;
        peers = status;
    }

    boolean stays() {
        NodeDirectory node = directory;
        FastPath kernel = path;
        return node != null
                && kernel != null
                && kernel.isPinned()
                && leftNanos(kernel) > 0
                && !node.isToLeave()
                && isAllThereIs(kernel);
    }

    /** Whether connections go on here, and nobody else has them. */
    private boolean isAllThereIs(FastPath kernel) {
        Supplier<PeerStatus> status = peers;
        LongSupplier carried = connections;
        if (status == null || carried == null) {
            return kernel.isInherited();
        }
        PeerStatus now = status.get();
        return now.live() && now.membership().live().size() == 1 && carried.getAsLong() > 0;
    }

    /**
     * Where it leaves: a peer that has just come may not have its copies yet of what this node
     * carries. It forwards meanwhile; where the peers do not come to terms it leaves all the same.
     */
    void awaitHandover() {
        long deadline = System.nanoTime() + HANDOVER_NANOS;
        Supplier<PeerStatus> status = peers;
        while (status != null
                && status.get().acting()
                && status.get().membership().live().size() > 1
                && !status.get().settled()) {
            if (System.nanoTime() > deadline) {
                LOG.warn("leaves before its peers have told each other all that they hold");
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * Since the routers were told: on a busy box they take long, and what they send to one who has
     * left is lost. So it forwards until nothing comes any more, where there is another way.
     *
     * @param packets forwarded so far
     */
    void awaitQuiet(LongSupplier packets, long drainedNanos) {
        Supplier<PeerStatus> status = peers;
        boolean alone = status == null || status.get().membership().live().size() < 2;
        long most = alone ? DRAIN_NANOS : DRAIN_NANOS_MAX;
        long known = packets.getAsLong();
        long since = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            long current = packets.getAsLong();
            if (current != known) {
                known = current;
                since = now;
            }
            boolean quiet = now - drainedNanos >= DRAIN_NANOS && now - since >= QUIET_NANOS;
            if (quiet || now - drainedNanos >= most) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private long leftNanos(FastPath kernel) {
        return kernel.actsUntil() - clock.getAsLong();
    }

    /** For the log; where it {@link #stays}. */
    String farewell(GatewayConfig config) {
        FastPath kernel = path;
        LongSupplier carried = connections;
        long left = kernel == null ? 0 : leftNanos(kernel);
        return ("stays a member, for no live peer has its connections (%d): programs and maps stay"
                        + " in %s and forward until %s, %.1f s from now; started again by then it"
                        + " goes on with them, and ./sallyport gateway leave removes them")
                .formatted(
                        carried == null ? 0 : carried.getAsLong(),
                        config.kernel().pins().resolve(config.nodeId().value()),
                        Instant.now().plusNanos(left).truncatedTo(ChronoUnit.MILLIS),
                        left / 1e9);
    }
}
