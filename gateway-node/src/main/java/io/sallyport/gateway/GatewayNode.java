package io.sallyport.gateway;

import io.sallyport.gateway.announce.AnnounceSettings;
import io.sallyport.gateway.announce.LinkAnnouncer;
import io.sallyport.gateway.announce.RouteAnnouncer;
import io.sallyport.gateway.announce.RouteTable;
import io.sallyport.gateway.config.GatewayConfig;
import io.sallyport.gateway.dataplane.Counters;
import io.sallyport.gateway.dataplane.DataPlane;
import io.sallyport.gateway.dataplane.DataPlaneSettings;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.BoxGuard;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.management.ManagementServer;
import io.sallyport.gateway.management.ProbeResponder;
import io.sallyport.gateway.metrics.NodeMetrics;
import io.sallyport.gateway.neighbours.KernelNeighbours;
import io.sallyport.gateway.peers.PeerNode;
import io.sallyport.gateway.peers.PeerSettings;
import io.sallyport.gateway.peers.Tuning;
import io.sallyport.gateway.ports.ColdQuotas;
import io.sallyport.gateway.ports.LeaseSettings;
import io.sallyport.gateway.view.BoxAddress;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.gateway.view.ViewFollower;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.client.CatalogFeed;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway node: its rooms, put together in the order in which they need each other. {@link
 * #start} brings it up; {@link #close} takes down in reverse whatever came up, so that a start that
 * fails half-way leaves nothing behind.
 */
final class GatewayNode implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayNode.class);
    private static final long TELL_MILLIS = 5000;

    private final GatewayConfig config;
    private final Trust trust;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Departure departure = new Departure();
    private final CompletableFuture<StartFailure> ended = new CompletableFuture<>();
    private final ViewFollower follower = new ViewFollower(new Obeying());
    private final FlowLogging flowLogs;
    private final BoxGuard guard;
    private final KernelNeighbours neighbours;
    private final KernelPath kernel;
    private final PeerNode peers;
    private final DataPlane dataPlane;
    private final LinkAnnouncer announcer;
    private final StoreClient store;
    private final NodeMetrics metrics;
    private final NodeStatus status;
    private final Optional<ProbeResponder> probe;
    private final Optional<RouteAnnouncer> routes;
    private final Pulse pulse;

    /**
     * Takes the node's directory, arms the guard, binds the management and probe addresses; carries
     * nothing yet.
     *
     * @param trust what it proves itself with
     * @param store closed with the node
     * @throws StartFailure saying what is in the way
     */
    GatewayNode(GatewayConfig config, Trust trust, StoreClient store) {
        this.config = config;
        this.trust = trust;
        this.store = opened(store);
        try {
            NodeDirectory directory = opened(NodeDirectory.open(config.directory()));
            pulse = opened(pulse());
            metrics = opened(new NodeMetrics(config.nodeId()));
            flowLogs =
                    opened(new FlowLogging(config.nodeId(), directory.spool(), config.flowLogs()));
            // Before those who tell it of routes and addresses: it is closed after them.
            kernel = opened(KernelPath.open(config));
            kernel.path().ifPresent(path -> departure.mayStay(directory, path));
            flowLogs.remember(kernel.path());
            neighbours = opened(outside());
            guard = opened(armGuard());
            // The peers close after the worker: their Leave says that it has stopped.
            dataPlane =
                    new DataPlane(
                            dataPlaneSettings(),
                            neighbours,
                            flowLogs.sink(),
                            kernel.path().orElse(null),
                            pulse);
            flowLogs.start();
            kernel.path()
                    .ifPresent(path ->
                            neighbours.number(
                                    path.outsideHopsFirst(),
                                    path.outsideHopsMost(),
                                    path::outsideHop,
                                    dataPlane::rejudge));
            peers =
                    opened(
                            new PeerNode(
                                    peerSettings(directory.machine()),
                                    trust,
                                    store,
                                    dataPlane.carriage(),
                                    dataPlane::wakeup,
                                    follower::appliedVersion,
                                    new BootClock(),
                                    this::fenced));
            flowLogs.ask(peers::silent);
            opened(dataPlane);
            announcer = opened(new LinkAnnouncer(dataPlane::announce));
            status =
                    new NodeStatus(
                            config.nodeId(),
                            peers,
                            dataPlane,
                            follower,
                            metrics,
                            new KernelReport(config, kernel, dataPlane.counters()),
                            pulse);
            metrics.packets(dataPlane.counters()).peers(peers::status).kernel(kernel.path());
            metrics.gauge(
                    "sallyport.catalog.version", "What packets obey", follower::appliedVersion);
            metrics.gauge(
                    "sallyport.guarded",
                    "1 while a guard looks on",
                    () -> status.isGuarded() ? 1 : 0);
            metrics.counter(
                    "sallyport.guard.withdrawals",
                    "How often this node's guard took its routes back",
                    pulse::withdrawals);
            metrics.trust(trust);
            flowLogs.measure(metrics);
            opened(management());
            probe = probe();
            routes = routes();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private synchronized <T extends AutoCloseable> T opened(T part) {
        running.push(part);
        return part;
    }

    private BoxGuard armGuard() {
        try {
            return BoxGuard.arm(
                    config.nodeId(), kernel.insideDevices(config), config.outsideInterface());
        } catch (IllegalStateException e) {
            throw new StartFailure(StartFailure.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private KernelNeighbours outside() {
        try {
            return new KernelNeighbours(config.outsideInterface(), this::boxChanged);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(
                    StartFailure.CONFIGURATION,
                    "config: outside.interface="
                            + config.outsideInterface()
                            + ": "
                            + e.getMessage());
        }
    }

    private DataPlaneSettings dataPlaneSettings() {
        return new DataPlaneSettings(
                config.tunnel(),
                config.insideInterfaces(),
                config.outsideInterface(),
                config.insideMtu(),
                config.connectionsMax());
    }

    private PeerSettings peerSettings(String machine) {
        GatewayConfig.Timeouts timeouts = config.timeouts();
        GatewayConfig.Ports ports = config.ports();
        return new PeerSettings(
                config.clusterId(),
                config.nodeId(),
                machine,
                config.peers(),
                config.management(),
                new Tuning(
                        new io.sallyport.gateway.peers.Timeouts(
                                timeouts.tcpEstablished(),
                                timeouts.tcpTransitory(),
                                timeouts.tcpHalfOpen(),
                                timeouts.tcpClosing(),
                                timeouts.udp(),
                                timeouts.icmp()),
                        new LeaseSettings(
                                ports.coolingFin(),
                                ports.coolingRst(),
                                ports.coolingIdle(),
                                ports.unspent()),
                        new ColdQuotas(ports.clientColdPerSecond(), ports.tenantColdPerSecond())));
    }

    private ManagementServer management() {
        try {
            return new ManagementServer(config.management(), status);
        } catch (IOException e) {
            throw StartFailure.busy("management.listen", config.management(), e);
        }
    }

    private Optional<ProbeResponder> probe() {
        if (config.probe().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    opened(new ProbeResponder(config.probe().get(), status::isCarrying)));
        } catch (IOException e) {
            throw StartFailure.busy("probe.listen", config.probe().get(), e);
        }
    }

    /** Shared with a guard where there are routes that it could take back. */
    private Pulse pulse() {
        if (config.announce().table() == 0) {
            return Pulse.unshared();
        }
        try {
            return Pulse.open(config.pulse());
        } catch (UncheckedIOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "guard.pulse=" + config.pulse() + " cannot be used: " + e.getCause());
        }
    }

    private Optional<RouteAnnouncer> routes() {
        pulse.begin();
        // As soon as the routes are gone there is nothing to be taken back.
        opened(pulse::end);
        if (config.announce().table() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    opened(
                            new RouteAnnouncer(
                                    AnnounceSettings.of(config),
                                    RouteTable.kernel(config.announce().table()),
                                    status::standing,
                                    pulse)));
        } catch (UncheckedIOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "announce.table=" + config.announce().table() + ": " + e.getMessage());
        }
    }

    /**
     * Catches up with the catalog, opens the doors, joins the cluster; returns once packets are
     * carried. While a store or a majority is missing it says every five seconds for whom it waits.
     */
    Incarnation start() throws InterruptedException {
        trust.tell();
        kernel.tell(config);
        neighbours.start();
        CatalogFeed catalogs = opened(CatalogFeed.follow(store, this::catalogCame));
        metrics.counter(
                "sallyport.catalog.unanswered",
                "Catalog questions that no store answered",
                catalogs::failures);
        while (!follower.awaitFirst(TELL_MILLIS)) {
            throwIfEnded();
            LOG.warn("waits for a catalog from any store of {}", stores());
        }
        try {
            dataPlane.start(peers.keeping(), this::workerDied);
        } catch (UncheckedIOException e) {
            throw new StartFailure(StartFailure.FAILED, String.valueOf(e.getMessage()));
        }
        Incarnation incarnation = join();
        kernel.tellTakenOver();
        departure.joined(
                peers::status, () -> dataPlane.counters().value(Counters.Name.CONNECTIONS));
        status.ready();
        announcer.start();
        probe.ifPresent(ProbeResponder::start);
        routes.ifPresent(RouteAnnouncer::start);
        return incarnation;
    }

    private Incarnation join() throws InterruptedException {
        CompletableFuture<Incarnation> joined;
        try {
            joined = peers.start();
        } catch (UncheckedIOException e) {
            throw StartFailure.busy("peers.listen", config.peers(), e);
        }
        while (true) {
            try {
                return joined.get(TELL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throwIfEnded();
                LOG.warn("waits to join: no answer from a leader of the stores {}", stores());
            } catch (ExecutionException e) {
                throw new StartFailure(
                        StartFailure.FAILED, "the store refuses this node: " + e.getMessage());
            }
        }
    }

    private void throwIfEnded() {
        if (ended.isDone()) {
            throw ended.join();
        }
    }

    private String stores() {
        return config.stores().entrySet().stream()
                .map(store -> store.getKey() + "=" + store.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** Completes when the node cannot go on, with the reason. */
    CompletableFuture<StartFailure> ended() {
        return ended;
    }

    private void fenced(String why) {
        ended.complete(new StartFailure(StartFailure.FENCED, "this node is fenced: " + why));
    }

    private void workerDied(Throwable cause) {
        LOG.error("the worker died", cause);
        ended.complete(new StartFailure(StartFailure.FAILED, "the worker died: " + cause));
    }

    private void catalogCame(Catalog catalog) {
        try {
            follower.catalog(catalog);
        } catch (RuntimeException e) {
            // A view that cannot be obeyed (nft refuses the EIPs) must not be half obeyed.
            LOG.error("catalog version {} cannot be obeyed", catalog.version(), e);
            ended.complete(
                    new StartFailure(
                            StartFailure.FAILED,
                            "the catalog cannot be obeyed: " + e.getMessage()));
        }
    }

    private void boxChanged(KernelNeighbours.Box box) {
        dataPlane.localAddresses(
                box.addresses().stream().map(BoxAddress::address).collect(Collectors.toSet()));
        announcer.subnets(box.outsideSubnets());
        follower.own(box.addresses());
    }

    /** The order in which a view is obeyed: the box's stack lets go of an EIP before we take it. */
    private final class Obeying implements ViewFollower.Obeying {

        @Override
        public void prepare(NodeView view) {
            guard.eips(view.carried());
        }

        @Override
        public void swap(NodeView view, Runnable applied) {
            dataPlane.view(view, applied);
        }

        @Override
        public void follow(
                Catalog catalog, NodeView view, Function<GatewayId, Optional<Integer>> index) {
            flowLogs.follow(catalog, index);
            announcer.view(view);
            routes.ifPresent(announced -> announced.view(view));
        }
    }

    /**
     * A short drain, then everything in reverse; where it {@link Departure#stays}, its kernel path
     * and its place among its peers are left as they are. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        // What could not be obeyed, or has no right to act, must not go on without this process.
        if (!running.isEmpty() && !ended.isDone() && departure.stays()) {
            LOG.info("{}", departure.farewell(config));
            running.forEach(GatewayNode::remain);
        } else {
            // Routers first: what they still send is forwarded while the peers come to terms.
            running.forEach(GatewayNode::drain);
            long drained = System.nanoTime();
            departure.awaitHandover();
            if (running.stream().anyMatch(GatewayNode::isToldToRouters)) {
                departure.awaitQuiet(this::forwarded, drained);
            }
        }
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The rest is closed all the same: a stuck part must not keep the guard or the
                // lock.
                LOG.warn("closing {} failed", part.getClass().getSimpleName(), e);
            }
        }
    }

    private static void remain(AutoCloseable part) {
        switch (part) {
            case FlowLogging one -> one.remain();
            case KernelPath one -> one.path().ifPresent(FastPath::remain);
            case BoxGuard one -> one.remain();
            case PeerNode one -> one.remain();
            case RouteAnnouncer one -> one.remain();
            case Pulse one -> one.remain();
            default -> {} // The others leave nothing behind in any case.
        }
    }

    private static void drain(AutoCloseable part) {
        switch (part) {
            case ProbeResponder one -> one.fallSilent();
            case RouteAnnouncer one -> one.drain();
            case NodeDirectory one -> one.leave();
            default -> {} // The others end with close.
        }
    }

    private static boolean isToldToRouters(AutoCloseable part) {
        return part instanceof ProbeResponder || part instanceof RouteAnnouncer;
    }

    /** By the node and its kernel path together. */
    private long forwarded() {
        Counters counted = dataPlane.counters();
        return counted.value(Counters.Name.PACKETS_OUT) + counted.value(Counters.Name.PACKETS_IN);
    }
}
