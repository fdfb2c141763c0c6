package io.sallyport.gateway.neighbours;

import io.sallyport.gateway.dataplane.NextHops;
import io.sallyport.gateway.io.Netlink;
import io.sallyport.gateway.io.Netlink.Address;
import io.sallyport.gateway.io.Netlink.Link;
import io.sallyport.gateway.io.Netlink.Neighbour;
import io.sallyport.gateway.io.Netlink.Route;
import io.sallyport.gateway.io.NetlinkEvents;
import io.sallyport.gateway.view.BoxAddress;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link RouteSnapshot} of the outside device fresh. The worker asks {@link #macFor} and
 * {@link #mtuFor}; a MAC that it misses is asked of the kernel, whose own ARP and neighbour
 * discovery finds it and whose static entries are honoured. Thread {@code neighbours} reads the
 * tables and publishes, thread {@code netlink-events} wakes it when the kernel tells of a change.
 */
public final class KernelNeighbours implements NextHops, AutoCloseable {

    /**
     * What the box itself owns.
     *
     * @param addresses of all its interfaces
     * @param outsideSubnets prefixes that are directly on the outside device
     */
    public record Box(List<BoxAddress> addresses, List<IpPrefix> outsideSubnets) {

        public static final Box EMPTY = new Box(List.of(), List.of());

        public Box {
            addresses = List.copyOf(addresses);
            outsideSubnets = List.copyOf(outsideSubnets);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(KernelNeighbours.class);

    /** Everything is read again at least as often, should an event have been lost. */
    private static final long RELOAD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Changes that come faster are read together. */
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How often the kernel is told that a MAC is in use, so that it notices when it is stale. */
    private static final long USE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A neighbour that was missed is kept in use for as long. */
    private static final long WANTED_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int WANTED_MAX = 4096;

    private static final int EVENT_WAIT_MILLIS = 200;

    private final String outside;
    private final Consumer<Box> boxChanged;
    private final Netlink netlink = new Netlink();
    private final NetlinkEvents events = new NetlinkEvents(EVENT_WAIT_MILLIS);
    private final MissRing misses = new MissRing();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Map<IpAddress, Long> wantedUntil = new HashMap<>();
    private final Thread resolver =
            Thread.ofPlatform().name("neighbours").daemon().unstarted(this::resolve);
    private final Thread listener =
            Thread.ofPlatform().name("netlink-events").daemon().unstarted(this::listen);
    private volatile @Nullable HopNumbers numbers;
    private volatile Runnable routesChanged = () -> {};
    private volatile RouteSnapshot snapshot = RouteSnapshot.EMPTY;
    private Ways ways = new Ways(-1, 0, List.of());
    private volatile boolean closed;
    private volatile Box box = Box.EMPTY;
    private int link = -1;
    private Map<IpAddress, Neighbour> table = Map.of();

    /**
     * Reads the kernel's tables once; then {@link #start}.
     *
     * @param boxChanged is told the box's own addresses by {@link #start}, and when they change by
     *     a cold thread
     * @throws IllegalArgumentException where there is no such device
     */
    public KernelNeighbours(String outside, Consumer<Box> boxChanged) {
        this.outside = outside;
        this.boxChanged = boxChanged;
        if (!reload()) {
            close();
            throw new IllegalArgumentException("no network device is called " + outside);
        }
    }

    /** Is told, by a cold thread, where the packets of a {@link #numberOf} number go. */
    public interface HopListener {

        /**
         * @param mac negative: not known now
         * @param mtu longest IP packet on that way in bytes
         */
        void changed(int number, long mac, int mtu);
    }

    /**
     * Next hops have numbers from now on. Before {@link #start}.
     *
     * @param first the first number, above 0
     * @param most how many there are
     * @param onRoutes is told, by a cold thread, when destinations may have another next hop
     */
    public void number(int first, int most, HopListener onHop, Runnable onRoutes) {
        numbers = new HopNumbers(first, most, onHop);
        routesChanged = onRoutes;
    }

    public void start() {
        boxChanged.accept(box);
        listener.start();
        resolver.start();
    }

    /** The box's own addresses as last read. Any thread. */
    public Box box() {
        return box;
    }

    @Override
    @HotPath
    public long macFor(long high, long low) {
        return macFor(high, low, true);
    }

    @Override
    public long knownMac(long high, long low) {
        return macFor(high, low, false);
    }

    @HotPath
    private long macFor(long high, long low, boolean find) {
        RouteSnapshot routes = snapshot;
        int route = routes.route(high, low);
        int hop = route < 0 ? -1 : routes.hop(route, high, low);
        if (hop < 0) {
            return UNRESOLVED;
        }
        boolean onLink = routes.onLink(hop);
        long neighbourHigh = onLink ? high : routes.hopHigh(hop);
        long neighbourLow = onLink ? low : routes.hopLow(hop);
        long mac = routes.mac(neighbourHigh, neighbourLow);
        if (mac != AddressMap.MISSING) {
            return mac;
        }
        if (find) {
            misses.note(neighbourHigh, neighbourLow);
            LockSupport.unpark(resolver);
        }
        return UNRESOLVED;
    }

    @Override
    @HotPath
    public int mtuFor(long high, long low) {
        RouteSnapshot routes = snapshot;
        return routes.mtu(routes.route(high, low));
    }

    @Override
    @HotPath
    public int numberOf(long high, long low) {
        HopNumbers hops = numbers;
        if (hops == null) {
            return 0;
        }
        RouteSnapshot now = snapshot;
        int route = now.route(high, low);
        int hop = route < 0 ? -1 : now.hop(route, high, low);
        if (hop < 0) {
            return 0;
        }
        boolean onLink = now.onLink(hop);
        int before = hops.count();
        int number =
                hops.of(
                        onLink ? high : now.hopHigh(hop),
                        onLink ? low : now.hopLow(hop),
                        now.mtu(route));
        if (hops.count() != before) {
            LockSupport.unpark(resolver);
        }
        return number;
    }

    private void listen() {
        while (!closed) {
            if (events.await()) {
                changed.set(true);
                LockSupport.unpark(resolver);
            }
        }
    }

    private void resolve() {
        long loaded = System.nanoTime();
        long used = loaded - USE_NANOS;
        while (!closed) {
            long now = System.nanoTime();
            try {
                for (IpAddress missed : misses.drain()) {
                    // Beyond the bound a neighbour is still resolved, only not kept in use: a
                    // client that scans an outside subnet must not grow this without end.
                    if (wantedUntil.size() < WANTED_MAX || wantedUntil.containsKey(missed)) {
                        wantedUntil.put(missed, now + WANTED_NANOS);
                    }
                    use(missed);
                }
                if (now - loaded >= (changed.get() ? SETTLE_NANOS : RELOAD_NANOS)) {
                    changed.set(false);
                    reload();
                    loaded = now;
                }
                HopNumbers hops = numbers;
                if (hops != null) {
                    hops.refresh(snapshot);
                }
                if (now - used >= USE_NANOS) {
                    wantedUntil.values().removeIf(until -> until - now < 0);
                    Set<IpAddress> inUse = new HashSet<>(snapshot.routers());
                    inUse.addAll(wantedUntil.keySet());
                    if (hops != null) {
                        inUse.addAll(hops.neighbours());
                    }
                    inUse.forEach(this::use);
                    used = now;
                }
            } catch (RuntimeException e) {
                // The last snapshot stays in force; the next turn tries again.
                LOG.warn("reading routes and neighbours failed", e);
                loaded = now;
            }
            LockSupport.parkNanos(changed.get() ? SETTLE_NANOS : Math.min(RELOAD_NANOS, USE_NANOS));
        }
    }

    private void use(IpAddress neighbour) {
        Neighbour known = table.get(neighbour);
        if (link >= 0 && (known == null || !known.permanent())) {
            netlink.use(link, neighbour, known != null);
        }
    }

    /** False where the outside device is not there; then nothing goes out. */
    private boolean reload() {
        List<Link> links = netlink.links();
        Link found =
                links.stream().filter(one -> one.name().equals(outside)).findAny().orElse(null);
        List<Address> addresses = netlink.addresses();
        if (found == null) {
            link = -1;
            table = Map.of();
            snapshot = RouteSnapshot.EMPTY;
        } else {
            link = found.index();
            List<Neighbour> all = netlink.neighbours();
            table = new HashMap<>();
            all.stream()
                    .filter(one -> one.link() == link)
                    .forEach(one -> table.put(one.address(), one));
            List<Route> allRoutes = netlink.routes();
            snapshot = RouteSnapshot.of(found, allRoutes, all);
            compare(found, allRoutes);
        }
        Box fresh = box(links, addresses);
        if (!fresh.equals(box)) {
            box = fresh;
            if (resolver.isAlive()) {
                boxChanged.accept(fresh);
            }
        }
        return found != null;
    }

    /** What decides a destination's next hop, without the neighbours' MACs. */
    private record Ways(int link, int mtu, List<Route> routes) {}

    private void compare(Link outsideLink, List<Route> routes) {
        List<Route> here =
                routes.stream()
                        .filter(route ->
                                route.hops().isEmpty()
                                        || route.hops().stream()
                                                .anyMatch(hop -> hop.link() == outsideLink.index()))
                        .toList();
        Ways fresh = new Ways(outsideLink.index(), outsideLink.mtu(), here);
        if (!fresh.equals(ways)) {
            ways = fresh;
            if (resolver.isAlive()) {
                routesChanged.run();
            }
        }
    }

    private Box box(List<Link> links, List<Address> addresses) {
        Map<Integer, String> names = new HashMap<>();
        links.forEach(one -> names.put(one.index(), one.name()));
        return new Box(
                addresses.stream()
                        .map(one ->
                                new BoxAddress(
                                        one.address(),
                                        one.prefixLength(),
                                        names.getOrDefault(one.link(), "?")))
                        .toList(),
                addresses.stream()
                        .filter(one -> one.link() == link)
                        .map(one -> new IpPrefix(one.address(), one.prefixLength()))
                        .distinct()
                        .toList());
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (resolver.isAlive()) {
                LockSupport.unpark(resolver);
                resolver.join();
                listener.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
        netlink.close();
    }
}
