package io.sallyport.gateway.announce;

import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Announces each EIP on the outside subnet when it appears here, and again a little later, since
 * such frames may be lost and neighbours may hold the MAC of a former owner. An EIP that is routed
 * to the box needs none of this.
 */
public final class LinkAnnouncer implements AutoCloseable {

    private static final List<Duration> REPEATS =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));

    private final Consumer<IpAddress> announce;
    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("announce").daemon().factory());
    private final Set<IpAddress> announced = new HashSet<>();
    private Set<IpAddress> eips = Set.of();
    private List<IpPrefix> subnets = List.of();
    private boolean open;

    /**
     * @param announce sends one announcement; called on this class's own thread
     */
    public LinkAnnouncer(Consumer<IpAddress> announce) {
        this.announce = announce;
    }

    public synchronized void view(NodeView view) {
        eips = view.carried();
        announceNew();
    }

    /** The prefixes that are directly on the outside device. */
    public synchronized void subnets(List<IpPrefix> outside) {
        subnets = List.copyOf(outside);
        announceNew();
    }

    /** The node carries packets from now on: until here nothing was announced. */
    public synchronized void start() {
        open = true;
        announceNew();
    }

    private void announceNew() {
        if (!open) {
            return;
        }
        announced.retainAll(eips);
        for (IpAddress eip : eips) {
            if (subnets.stream().anyMatch(subnet -> subnet.contains(eip)) && announced.add(eip)) {
                for (Duration delay : REPEATS) {
                    later.schedule(
                            () -> announceIfStillHere(eip),
                            delay.toMillis(),
                            TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private void announceIfStillHere(IpAddress eip) {
        boolean here;
        synchronized (this) {
            here = announced.contains(eip);
        }
        if (here) {
            announce.accept(eip);
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
