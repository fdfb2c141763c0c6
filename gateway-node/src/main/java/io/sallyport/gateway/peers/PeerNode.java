package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.trust.Trust;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One gateway node among its peers: the protocol, its links and its ledger, wired. */
public final class PeerNode implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
    private static final Duration JOIN_DEADLINE = Duration.ofSeconds(2);
    private static final Duration JOIN_PAUSE = Duration.ofMillis(200);

    /** Longer than a handshake takes; a peer that is stopped does not hinder a join. */
    private static final long APPROACH_MILLIS = 2_000;

    private static final long LEAVE_MILLIS = 1_000;
    private static final long STATUS_NANOS = 100_000_000L;

    /** Of many clients that move at once not each is named. */
    private static final long MOVES_TOLD_NANOS = 50_000_000L;

    private final PeerSettings settings;
    private final StoreClient store;
    private final Carriage carriage;
    private final LongSupplier catalogVersion;
    private final LongSupplier bootNanos;
    private final PeerEvents events;
    private final Mailbox mailbox;
    private final PeerLinks links;
    private final Desk desk = new Desk();
    private final EventLog eventLog = new EventLog(System::currentTimeMillis);
    private final CompletableFuture<Incarnation> joined = new CompletableFuture<>();
    private volatile PeerStatus status = PeerStatus.BEFORE_JOIN;
    private volatile @Nullable Incarnation life;
    private volatile boolean closed;
    private volatile boolean remains;

    /**
     * Starts nothing.
     *
     * @param trust what this node proves itself with
     * @param carriage the packets' side; only ever called on the thread that calls {@code
     *     keeping().turn()}
     * @param wakeup makes that thread call {@code turn} soon; called from any thread
     * @param catalogVersion what this node's packets obey by now; read on the worker thread
     * @param bootNanos a clock that goes on while the machine is suspended; read on the worker
     *     thread
     */
    public PeerNode(
            PeerSettings settings,
            Trust trust,
            StoreClient store,
            Carriage carriage,
            Runnable wakeup,
            LongSupplier catalogVersion,
            LongSupplier bootNanos,
            PeerEvents events) {
        this.settings = settings;
        this.store = store;
        this.carriage = carriage;
        mailbox = new Mailbox(wakeup, System::nanoTime);
        this.catalogVersion = catalogVersion;
        this.bootNanos = bootNanos;
        this.events = events;
        links = new PeerLinks(trust, settings.node(), settings.peers(), mailbox, System::nanoTime);
    }

    /**
     * Listens for peers, then joins: asks the store again and again until it answers. The worker
     * must be turning.
     *
     * @return completes with this life's number once the worker may open connections; exceptionally
     *     where another machine holds the node id
     * @throws java.io.UncheckedIOException where the peers' address cannot be bound
     */
    public CompletableFuture<Incarnation> start() {
        links.listen();
        Thread.ofVirtual().name("join").start(this::join);
        return joined;
    }

    private void join() {
        AllocatorCommand join =
                new AllocatorCommand.Join(
                        settings.node(),
                        settings.machine(),
                        settings.peers(),
                        settings.management());
        try {
            boolean approached = false;
            while (!closed && !joined.isDone()) {
                approached = approached || approach();
                long sentNanos = System.nanoTime();
                Outcome<AllocatorResult> outcome = store.submit(join, JOIN_DEADLINE).get();
                switch (outcome) {
                    case Outcome.Done<AllocatorResult>(AllocatorResult.Joined j) -> {
                        mailbox.execute(() -> begin(j, sentNanos));
                        return;
                    }
                    case Outcome.Done<AllocatorResult>(AllocatorResult.NodeTaken t) -> {
                        joined.completeExceptionally(
                                new IllegalStateException(
                                        "node id " + t.node() + " is held by another machine"));
                        return;
                    }
                    case Outcome.Done<AllocatorResult> d -> pause("store answered " + d.value());
                    case Outcome.Refused<AllocatorResult> r -> pause(r.reason());
                    case Outcome.Unknown<AllocatorResult> u -> pause(u.reason());
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            joined.completeExceptionally(e);
        }
    }

    /**
     * From its Join on all others wait until a member has told them what it has, so it has come to
     * their doors before.
     *
     * @return false where the store did not say who they are
     */
    private boolean approach() throws InterruptedException, ExecutionException {
        if (!(store.members(JOIN_DEADLINE).get()
                instanceof Outcome.Done<Membership>(Membership membership))) {
            return false;
        }
        List<Member> others =
                membership.live().stream()
                        .filter(member -> !member.node().equals(settings.node()))
                        .toList();
        CompletableFuture<Void> reached = new CompletableFuture<>();
        mailbox.execute(() -> links.approach(others).thenRun(() -> reached.complete(null)));
        reached.completeOnTimeout(null, APPROACH_MILLIS, TimeUnit.MILLISECONDS).get();
        return true;
    }

    private static void pause(String why) throws InterruptedException {
        LOG.info("join: no answer yet: {}", why);
        Thread.sleep(JOIN_PAUSE);
    }

    private void begin(AllocatorResult.Joined told, long sentNanos) {
        Incarnation incarnation = told.incarnation();
        Membership membership = told.membership();
        ConnectionProtocol protocol =
                new ConnectionProtocol(
                        incarnation,
                        membership,
                        settings.clusterId(),
                        settings.tuning(),
                        sentNanos,
                        new ConnectionProtocol.Ground(
                                store,
                                carriage,
                                links,
                                mailbox,
                                System::nanoTime,
                                new Entropy(new SecureRandom()),
                                catalogVersion,
                                Rules.ALL,
                                eventLog::shortage,
                                () ->
                                        events.fenced(
                                                "this life's horizon has passed, or it is dead")));
        List<Carriage.Inherited> inherited = carriage.inherit(bootNanos.getAsLong());
        protocol.inherit(inherited);
        if (!inherited.isEmpty()) {
            LOG.info("goes on with {} connections of its former life", inherited.size());
        }
        links.begin(incarnation, new Worker(protocol));
        links.reach(membership);
        life = incarnation;
        desk.begin(protocol, told.catalogVersion());
        status = protocol.status();
        LOG.info("joined as incarnation {} in epoch {}", incarnation, membership.epoch());
        joined.complete(incarnation);
    }

    private record Worker(ConnectionProtocol protocol) implements PeerLinks.Listener {
        @Override
        public void up(Incarnation peer) {
            protocol.up(peer);
        }

        @Override
        public void down(Incarnation peer) {
            protocol.down(peer);
        }

        @Override
        public void received(Incarnation from, Epoch epoch, List<Frame> frames) {
            protocol.received(from, epoch, frames);
        }
    }

    /**
     * This node saw nothing in these windows. Where no other live member did either, one of them is
     * told: this one's {@code nobodySaw}, on the worker thread, or another's. From any thread.
     *
     * @param unixSeconds now, by the clock that the windows go by
     */
    public void silent(List<IdleWindow> windows, long unixSeconds, Consumer<IdleWindow> nobodySaw) {
        mailbox.execute(() -> desk.silent(windows, unixSeconds, nobodySaw));
    }

    /** For the worker thread. Before the join everything is refused as NOT_ACTING. */
    public Keeping keeping() {
        return desk;
    }

    /** From any thread; {@link PeerStatus#BEFORE_JOIN} until the store has answered. */
    public PeerStatus status() {
        return status;
    }

    /** The newest shortages of ports or quota, the oldest first. From any thread. */
    public List<PeerEvent> recentEvents() {
        return eventLog.newest();
    }

    /** {@link #close} says nothing to the store, as a killed process does not. */
    public void remain() {
        remains = true;
    }

    /**
     * Leaves the cluster by its own word, unless {@link #remain} was said. Only after the worker
     * has stopped: what it carried is taken over by its peers at once.
     */
    @Override
    public void close() {
        closed = true;
        Incarnation leaving = life;
        if (leaving != null && !remains) {
            try {
                Outcome<AllocatorResult> left =
                        store.submit(
                                        new AllocatorCommand.Leave(leaving),
                                        Duration.ofMillis(LEAVE_MILLIS))
                                .get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
                tellPeers(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("leaving: the store did not answer; it will find out by itself");
            }
        }
        links.close();
    }

    /** They would hear of the new epoch with their next Renew; opens wait for it. */
    private void tellPeers(Outcome<AllocatorResult> left) {
        if (left
                instanceof
                Outcome.Done<AllocatorResult>(AllocatorResult.Renewed(Membership membership))) {
            links.farewell(membership.epoch(), new Frame.Notice(membership));
        }
    }

    /** Ends as a killed process does: no word to the store. */
    void kill() {
        closed = true;
        links.close();
    }

    /** What the worker calls: mail first, then the protocol, then the sessions. */
    private final class Desk implements Keeping {
        private @Nullable ConnectionProtocol protocol;
        private @Nullable Sleep sleep;
        private @Nullable EpochLog epochs;

        /** On an older catalog than it joined under this node acts not. */
        private long bornAt;

        private long movesToldNanos = Long.MIN_VALUE / 2;
        private long nextStatusNanos = Long.MIN_VALUE;

        @Override
        public void open(Wish wish, Waiter waiter) {
            if (protocol == null) {
                waiter.refused(Refusal.NOT_ACTING);
            } else {
                protocol.open(wish, waiter);
            }
        }

        @Override
        public int openAtOnce(Wish wish, boolean mayWait) {
            return protocol == null ? NOT_AT_ONCE : protocol.openAtOnce(wish, mayWait);
        }

        @Override
        public void find(InsideKey key, Waiter waiter) {
            if (protocol == null) {
                waiter.refused(Refusal.NOT_ACTING);
            } else {
                protocol.find(key, waiter);
            }
        }

        @Override
        public void find(OutsideKey key, Waiter waiter) {
            if (protocol == null) {
                waiter.refused(Refusal.NOT_ACTING);
            } else {
                protocol.find(key, waiter);
            }
        }

        @Override
        public void flagsSeen(ConnectionId id, int tcpFlagsOut, int tcpFlagsIn) {
            if (protocol != null) {
                protocol.flagsSeen(id, tcpFlagsOut, tcpFlagsIn);
            }
        }

        @Override
        public void moved(ConnectionId id, ClientPath path) {
            if (protocol != null) {
                long now = System.nanoTime();
                if (now - movesToldNanos >= MOVES_TOLD_NANOS) {
                    movesToldNanos = now;
                    LOG.info("connection {}: its client is now at {}", id, path);
                }
                protocol.moved(id, path);
            }
        }

        @Override
        public void endClaimed(ConnectionId id, boolean outward, int sequence, boolean reset) {
            if (protocol != null) {
                protocol.endClaimed(id, outward, sequence, reset);
            }
        }

        @Override
        public Numbers numbers(ConnectionId id) {
            return protocol == null ? Numbers.NONE : protocol.numbers(id);
        }

        @Override
        public void elsewhere(ConnectionId id, ClientPath path, int sequence, int ack) {
            if (protocol != null) {
                protocol.elsewhere(id, path, sequence, ack);
            }
        }

        @Override
        public void over(ConnectionId id) {
            if (protocol != null) {
                protocol.over(id);
            }
        }

        void silent(List<IdleWindow> windows, long unixSeconds, Consumer<IdleWindow> nobodySaw) {
            if (protocol != null) {
                protocol.silent(windows, unixSeconds, nobodySaw);
            }
        }

        void begin(ConnectionProtocol begun, long joinedUnder) {
            protocol = begun;
            bornAt = joinedUnder;
            sleep = new Sleep(bootNanos, System::nanoTime);
            epochs = begun.epochLog();
        }

        /** Asked before each batch of packets: whoever has slept may have been called dead. */
        @Override
        public boolean acting(long nowNanos) {
            if (protocol == null || sleep == null) {
                return false;
            }
            long slept = sleep.sinceLastLook();
            if (slept > 0) {
                LOG.warn("the machine slept for {} ms", slept / 1_000_000);
                protocol.slept(slept, nowNanos);
            }
            return protocol.acting(nowNanos) && catalogVersion.getAsLong() >= bornAt;
        }

        @Override
        public long actsUntilBootNanos() {
            // With the offset that the horizon has accounted for: sleep since then is no extension.
            return protocol == null
                            || sleep == null
                            || !protocol.isActing()
                            || catalogVersion.getAsLong() < bornAt
                    ? 0
                    : protocol.actsUntilNanos() + sleep.bootAheadNanos();
        }

        @Override
        public int turn(long nowNanos) {
            int done = mailbox.read();
            ConnectionProtocol current = protocol;
            if (current != null) {
                current.read(mailbox.lapped());
                if (epochs != null) {
                    epochs.turn(nowNanos);
                }
                done += current.turn(nowNanos);
                if (nextStatusNanos == Long.MIN_VALUE || nowNanos - nextStatusNanos >= 0) {
                    nextStatusNanos = nowNanos + STATUS_NANOS;
                    status = current.status();
                }
            }
            links.tend(nowNanos);
            return done;
        }
    }
}
