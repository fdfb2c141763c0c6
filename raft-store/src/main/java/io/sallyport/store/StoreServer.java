package io.sallyport.store;

import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.front.CatalogWatch;
import io.sallyport.store.front.FrontServer;
import io.sallyport.store.front.StoreDesk;
import io.sallyport.store.machine.StoreMachine;
import io.sallyport.store.metrics.ManagementServer;
import io.sallyport.store.metrics.StoreMetrics;
import io.sallyport.store.metrics.StoreReport;
import io.sallyport.store.raft.PortBusyException;
import io.sallyport.store.raft.RaftNode;
import io.sallyport.store.raft.RaftSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One store: its member of the Raft group, its front, its management address. */
public final class StoreServer implements AutoCloseable {

    private final StoreConfig config;
    private final StoreMetrics metrics = new StoreMetrics();
    private final CatalogWatch watch = new CatalogWatch();
    private final RaftNode raft;
    private final FrontServer front;
    private final ManagementServer management;

    /**
     * Starts all of it; returns when clients are answered, if only that there is no leader yet.
     *
     * @param cut when the log is cut
     * @param fatal hears why this store cannot go on; it should end the process
     * @throws PortBusyException where an address is taken
     * @throws IOException where the directory does not hold a sound state
     */
    public StoreServer(StoreConfig config, RaftSettings.Cut cut, Consumer<Throwable> fatal)
            throws IOException {
        this.config = config;
        raft =
                RaftNode.start(
                        new RaftSettings(
                                config.clusterId(),
                                config.storeId(),
                                config.directory(),
                                config.raftPeers(),
                                config.transport() == StoreConfig.Transport.NETTY,
                                cut),
                        new Events(fatal),
                        Clock.systemUTC());
        try {
            front = startFront();
        } catch (IOException e) {
            raft.close();
            throw new PortBusyException("front", config.front(), e);
        }
        try {
            management = new ManagementServer(config.management(), metrics, this::report);
        } catch (IOException e) {
            front.close();
            raft.close();
            throw new PortBusyException("management", config.management(), e);
        }
        metrics.watch(this::report);
    }

    private FrontServer startFront() throws IOException {
        return FrontServer.start(
                config.storeId(), config.clusterId(), config.front(), new Desk(), watch);
    }

    private final class Events implements RaftNode.Events {
        private final Consumer<Throwable> fatal;

        private Events(Consumer<Throwable> fatal) {
            this.fatal = fatal;
        }

        @Override
        public void changed(StoreMachine.View view) {
            watch.saw(view.catalog());
        }

        @Override
        public void committed(int calls, long nanos) {
            metrics.committed(calls, nanos);
        }

        @Override
        public void doubted(int calls) {
            metrics.doubted(calls);
        }

        @Override
        public void fatal(Throwable cause) {
            fatal.accept(cause);
        }
    }

    private final class Desk implements StoreDesk {
        @Override
        public CompletableFuture<Answer> submit(ClientCall call) {
            return raft.submit(call);
        }

        @Override
        public StoreMachine.View view() {
            return raft.machine().view();
        }

        @Override
        public OrphansPage orphans(Optional<Orphan.Position> after) {
            return raft.machine().orphans(after);
        }
    }

    /** How this store stands now. From any thread. */
    public StoreReport report() {
        RaftNode.Status status = raft.status();
        StoreMachine machine = raft.machine();
        StoreMachine.View view = machine.view();
        return new StoreReport(
                config.storeId(),
                status.role(),
                status.leader(),
                status.ready(),
                status.term(),
                status.applied(),
                status.logStart(),
                status.checkpoint(),
                view.catalog().version(),
                view.catalog().resources().size(),
                machine.destinations(),
                front.connections(),
                view.membership());
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
