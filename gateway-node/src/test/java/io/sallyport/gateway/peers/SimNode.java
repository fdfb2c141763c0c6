package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.ports.ColdQuotas;
import io.sallyport.gateway.ports.LeaseSettings;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One gateway node of the simulation: the real protocol, its own clock turns, pauses, lives. */
final class SimNode implements Links, SimCarriage.Carrier {

    static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(2));

    private static final Tuning TUNING =
            new Tuning(
                    TIMEOUTS,
                    new LeaseSettings(
                            Duration.ofMillis(100),
                            Duration.ofMillis(100),
                            Duration.ofMillis(200),
                            Duration.ofSeconds(20)),
                    ColdQuotas.NONE);

    final int number;
    final NodeId id;
    private final SimWorld world;
    private final Map<Incarnation, Object> sessions = new HashMap<>();
    private final Deque<Runnable> mail = new ArrayDeque<>();
    private Set<Incarnation> reached = Set.of();
    private @Nullable Incarnation life;
    private @Nullable ConnectionProtocol protocol;
    private @Nullable SimCarriage carriage;
    private int lives;
    private boolean paused;
    private boolean draining;
    private boolean starting;
    boolean reachesStore = true;

    SimNode(SimWorld world, int number) {
        this.world = world;
        this.number = number;
        id = new NodeId("node-" + number);
        world.every(20 * SimWorld.MS, this::turn);
    }

    @Nullable Incarnation life() {
        return life;
    }

    /** Of the life that runs now. */
    ConnectionProtocol protocol() {
        return requireNonNull(protocol, "no life runs");
    }

    private SimCarriage carriage() {
        return requireNonNull(carriage, "no life runs");
    }

    boolean up() {
        return protocol != null && !paused;
    }

    @Override
    public boolean forwards() {
        return up() && protocol().acting(world.now());
    }

    /** A packet of a connection; true when it was forwarded here. */
    boolean packet(ConnectionId connection, boolean fromInside, int flags) {
        SimCarriage.Entry entry = forwards() ? carriage().get(connection) : null;
        if (entry == null || entry.stopped) {
            return false;
        }
        world.check.forwarded(entry);
        world.tally.packets++;
        boolean news;
        if (fromInside) {
            entry.outNanos = world.now();
            news = (entry.flagsOut | flags) != entry.flagsOut;
            entry.flagsOut |= flags;
        } else {
            entry.inNanos = world.now();
            news = (entry.flagsIn | flags) != entry.flagsIn;
            entry.flagsIn |= flags;
        }
        if (news && (flags & 5) != 0) {
            protocol().flagsSeen(connection, entry.flagsOut, entry.flagsIn);
        }
        return true;
    }

    /** Once at a time: a node directory has one process. */
    void start() {
        if (life != null || starting) {
            return;
        }
        starting = true;
        int mine = ++lives;
        long sent = world.now();
        world.submit(
                        new AllocatorCommand.Join(
                                id,
                                "machine-" + number,
                                Endpoint.parse("192.0.2.1:" + (1000 + number)),
                                Endpoint.parse("192.0.2.1:" + (2000 + number))),
                        Duration.ofSeconds(60),
                        true)
                .thenAccept(outcome -> {
                    if (mine == lives
                            && outcome
                                    instanceof
                                    Outcome.Done<AllocatorResult>(AllocatorResult.Joined joined)) {
                        begin(joined.incarnation(), joined.membership(), sent);
                    }
                });
    }

    private void begin(Incarnation incarnation, Membership membership, long sent) {
        life = incarnation;
        starting = false;
        SimCarriage own = new SimCarriage(this, world.check);
        carriage = own;
        int mine = lives;
        protocol =
                new ConnectionProtocol(
                        incarnation,
                        membership,
                        "simulation",
                        TUNING,
                        sent,
                        new ConnectionProtocol.Ground(
                                new Store(),
                                own,
                                this,
                                task -> post(mine, task),
                                world::now,
                                new SplittableRandom(world.random.nextLong()),
                                () -> 0,
                                world.rules,
                                (shortage, takers) -> {},
                                () -> world.at(0, () -> fenced(mine))));
    }

    private void fenced(int of) {
        if (of == lives) {
            crash();
            world.at(200 * SimWorld.MS, this::start);
        }
    }

    SimCarriage.Entry at(int slot) {
        return carriage().at(slot);
    }

    void crash() {
        lives++;
        starting = false;
        Incarnation former = life;
        life = null;
        protocol = null;
        if (carriage != null) {
            carriage.vanish();
        }
        carriage = null;
        sessions.clear();
        mail.clear();
        reached = Set.of();
        paused = false;
        if (former != null) {
            world.network.breakAll(former);
        }
    }

    void pause() {
        paused = true;
    }

    void resume() {
        if (paused) {
            paused = false;
            drain();
        }
    }

    private void post(int of, Runnable task) {
        if (of == lives) {
            mail.add(task);
            if (!paused && !draining) {
                drain();
            }
        }
    }

    private void drain() {
        draining = true;
        while (up() && !mail.isEmpty()) {
            mail.remove().run();
            if (protocol != null) {
                protocol().turn(world.now());
            }
        }
        draining = false;
    }

    private void turn() {
        if (up()) {
            protocol().turn(world.now());
        }
    }

    // The network's side.

    void up(Incarnation peer, Object session) {
        post(
                lives,
                () -> {
                    if (sessions.put(peer, session) != null) {
                        protocol().down(peer);
                    }
                    protocol().up(peer);
                });
    }

    void down(Incarnation peer, Object session) {
        post(
                lives,
                () -> {
                    if (sessions.remove(peer, session)) {
                        protocol().down(peer);
                    }
                });
    }

    void receive(Object session, Incarnation from, FrameCodec.Envelope envelope) {
        post(
                lives,
                () -> {
                    if (sessions.get(from) == session) {
                        world.tally.frames++;
                        protocol().received(from, envelope.epoch(), envelope.frame());
                    }
                });
    }

    boolean reaches(Incarnation peer) {
        return reached.contains(peer);
    }

    @Override
    public boolean isUp(Incarnation peer) {
        return sessions.containsKey(peer);
    }

    @Override
    public void send(Incarnation peer, Epoch epoch, Frame frame) {
        Object session = sessions.get(peer);
        if (session != null && life != null) {
            world.network.send(session, life, peer, epoch, frame);
        }
    }

    @Override
    public void reach(Membership membership) {
        reached = SimNetwork.reached(membership);
    }

    @Override
    public String toString() {
        return id + "/" + life;
    }

    private final class Store implements StoreClient {
        @Override
        public CompletableFuture<Outcome<AllocatorResult>> submit(
                AllocatorCommand command, Duration deadline) {
            return world.submit(command, deadline, reachesStore);
        }

        @Override
        public CompletableFuture<Outcome<CatalogResult>> submit(
                CatalogCommand command, Duration deadline) {
            return CompletableFuture.completedFuture(new Outcome.Refused<>("not simulated"));
        }

        @Override
        public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
            return CompletableFuture.completedFuture(new Outcome.Refused<>("not simulated"));
        }

        @Override
        public CompletableFuture<Outcome<OrphansPage>> orphans(
                int group, Optional<Orphan.Position> after, Duration deadline) {
            CompletableFuture<Outcome<OrphansPage>> answer = new CompletableFuture<>();
            world.at(
                    SimWorld.MS,
                    () -> answer.complete(new Outcome.Done<>(world.store.orphans(after))));
            return answer;
        }

        @Override
        public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
                Incarnation holder, Duration deadline) {
            return CompletableFuture.completedFuture(new Outcome.Done<>(List.of()));
        }

        @Override
        public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
            return CompletableFuture.completedFuture(new Outcome.Done<>(world.store.membership()));
        }

        @Override
        public void close() {}
    }

    List<SimCarriage.Entry> entries() {
        return carriage == null ? List.of() : carriage.entries();
    }
}
