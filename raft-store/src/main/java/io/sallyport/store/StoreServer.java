package io.sallyport.store;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.front.CatalogWatch;
import io.sallyport.store.front.FrontServer;
import io.sallyport.store.front.StoreDesk;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.metrics.ManagementServer;
import io.sallyport.store.metrics.StoreMetrics;
import io.sallyport.store.raft.PortBusyException;
import io.sallyport.store.raft.RaftNode;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One store: its member of every Raft group, its front, its management address. */
public final class StoreServer implements AutoCloseable {

    private static final long RECENT_NANOS = 200_000_000L;

    private final Clock clock = Clock.systemUTC();
    private final StoreConfig config;
    private final Trust trust;
    private final StoreMetrics metrics = new StoreMetrics();
    private final CatalogWatch watch = new CatalogWatch();
    private final RaftNode raft;
    private final FrontServer front;
    private final ManagementServer management;
    private volatile @Nullable Seen seen;

    /**
     * Starts all of it; returns when clients are answered, if only that there is no leader yet.
     *
     * @param cut when the log is cut
     * @param fatal hears why this store cannot go on; it should end the process
     * @throws PortBusyException where an address is taken
     * @throws IOException where the directory does not hold a sound state
     * @throws io.sallyport.store.trust.TrustException where its certificate cannot be used
     */
    public StoreServer(StoreConfig config, RaftSettings.Cut cut, Consumer<Throwable> fatal)
            throws IOException {
        this.config = config;
        trust =
                Trust.open(
                                new MemberName(config.clusterId(), Role.STORE, config.storeId()),
                                config.tls())
                        .tell();
        raft =
                RaftNode.start(
                        new RaftSettings(
                                config.clusterId(),
                                config.storeId(),
                                config.directory(),
                                config.leaseGroups(),
                                config.raftPeers(),
                                config.frontPeers(),
                                config.join(),
                                config.transport() == StoreConfig.Transport.NETTY,
                                cut),
                        trust,
                        new Events(fatal),
                        clock);
        try {
            front = startFront();
        } catch (IOException e) {
            raft.close();
            throw new PortBusyException("front", config.front(), e);
        }
        try {
            management = new ManagementServer(config.management(), metrics, this::status);
        } catch (IOException e) {
            front.close();
            raft.close();
            throw new PortBusyException("management", config.management(), e);
        }
        metrics.watch(this::recent, 1 + raft.leaseGroups());
        metrics.watch(trust);
    }

    private FrontServer startFront() throws IOException {
        return FrontServer.start(config.storeId(), trust, config.front(), new Desk(), watch);
    }

    private final class Events implements RaftNode.Events {
        private final Consumer<Throwable> fatal;

        private Events(Consumer<Throwable> fatal) {
            this.fatal = fatal;
        }

        @Override
        public void changed(ControlMachine.View view) {
            watch.saw(view.catalog());
        }

        @Override
        public void committed(int group, int calls, long nanos) {
            metrics.committed(group, calls, nanos);
        }

        @Override
        public void doubted(int group, int calls) {
            metrics.doubted(group, calls);
        }

        @Override
        public void fatal(Throwable cause) {
            fatal.accept(cause);
        }
    }

    private final class Desk implements StoreDesk {
        @Override
        public int leaseGroups() {
            return raft.leaseGroups();
        }

        @Override
        public Stores stores() {
            return raft.stores();
        }

        @Override
        public void check(int group, ClientCall call) {
            raft.check(group, call);
        }

        @Override
        public CompletableFuture<Answer> submit(int group, ClientCall call) {
            return raft.submit(group, call);
        }

        @Override
        public ControlMachine.View view() {
            return raft.control().view();
        }

        @Override
        public OrphansPage orphans(int group, Optional<Orphan.Position> after) {
            return raft.lease(group).orphans(after);
        }

        @Override
        public StoreStatus status() {
            return StoreServer.this.status(StoreStatus.HOTTEST_MAX);
        }

        @Override
        public CompletableFuture<Answer> change(int group, Call.ChangeStores change) {
            return raft.change(group, change.add(), change.remove());
        }

        @Override
        public List<LeaseKey> wanted(Incarnation holder) {
            List<LeaseKey> keys = new ArrayList<>();
            for (int group = 1; group <= raft.leaseGroups(); group++) {
                keys.addAll(raft.lease(group).wanted(holder, Limits.WANTED_MAX - keys.size()));
            }
            return keys;
        }
    }

    /** How this store stands now, without its hottest destinations. From any thread. */
    public StoreStatus status() {
        return status(0);
    }

    private record Seen(StoreStatus status, long nanos) {}

    /** One look serves all figures of a scrape. */
    private StoreStatus recent() {
        long now = System.nanoTime();
        Seen last = seen;
        if (last == null || now - last.nanos > RECENT_NANOS) {
            last = new Seen(status(), now);
            seen = last;
        }
        return last.status;
    }

    /** Looks at every destination where {@code hottest} is not 0. */
    private StoreStatus status(int hottest) {
        ControlMachine.View view = raft.control().view();
        return new StoreStatus(
                config.storeId(),
                front.connections(),
                view.catalog().version(),
                view.catalog().resources().size(),
                raft.stores(),
                view.membership(),
                raft.status().stream().map(this::group).toList(),
                leases().flatMap(lease -> lease.fills().stream()).toList(),
                hottest == 0
                        ? List.of()
                        : leases().flatMap(lease -> lease.hottest(hottest).stream())
                                .sorted(Comparator.comparingInt(StoreStatus.Hot::ports).reversed())
                                .limit(hottest)
                                .toList());
    }

    private Stream<LeaseMachine> leases() {
        return IntStream.rangeClosed(1, raft.leaseGroups()).mapToObj(raft::lease);
    }

    private StoreStatus.Group group(RaftNode.Status status) {
        return new StoreStatus.Group(
                status.group(),
                status.role(),
                status.leader(),
                status.ready(),
                status.term(),
                status.committed(),
                status.applied(),
                status.logStart(),
                status.checkpoint(),
                status.checkpointMade()
                        .map(made -> Duration.between(made, clock.instant()).toSeconds())
                        .orElse(-1L),
                status.group() == 0
                        ? StoreStatus.Leases.NONE
                        : raft.lease(status.group()).leases());
    }

    /** Cuts clients off, makes a checkpoint, leaves the group for now. */
    @Override
    public void close() throws IOException {
        management.close();
        front.close();
        raft.close();
        metrics.close();
    }
}
