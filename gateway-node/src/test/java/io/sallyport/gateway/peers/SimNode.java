package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.PoolId;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.ports.ColdQuotas;
import io.sallyport.gateway.ports.LeaseSettings;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.machine.ControlMachine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One gateway node of the simulation: the real protocol, its own clock, turns, pauses, lives. */
final class SimNode implements Links, SimCarriage.Carrier {

    static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(2));

    private static final LeaseSettings LEASES =
            new LeaseSettings(
                    Duration.ofMillis(100),
                    Duration.ofMillis(100),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(20));

    private static final Duration JOIN_DEADLINE = Duration.ofSeconds(2);
    private static final long JOIN_PAUSE_NANOS = 200 * SimWorld.MS;

    final int number;
    final NodeId id;
    final SimClock clock;
    private final SimWorld world;
    private final Map<Incarnation, Object> sessions = new HashMap<>();
    private final Deque<Runnable> mail = new ArrayDeque<>();
    private Set<Incarnation> reached = Set.of();
    private @Nullable Incarnation life;
    private @Nullable ConnectionProtocol protocol;
    private @Nullable SimCarriage carriage;
    private int lives;
    private int boot;
    private long catalogVersion;

    /** Of each EIP that is attached, as of that version; and those that are open. */
    private final Map<IpAddress, Long> livesOf = new TreeMap<>();

    private final Set<IpAddress> open = new TreeSet<>();
    private int livesEnded;
    private int copies;
    private int copiesHeard;
    private long bornAt;
    private boolean paused;
    private boolean draining;
    private boolean starting;
    boolean reachesStore = true;

    SimNode(SimWorld world, int number) {
        this.world = world;
        this.number = number;
        clock = new SimClock(world.now());
        id = new NodeId("node-" + number);
        world.every(20 * SimWorld.MS, this::turn);
        world.every(250 * SimWorld.MS, this::readCatalog);
    }

    @Nullable Incarnation life() {
        return life;
    }

    /** Of the life that runs now. */
    ConnectionProtocol protocol() {
        return requireNonNull(protocol, "no life runs");
    }

    /** What its packets show of where the client is. */
    void carriageMoved(ConnectionId connection, ClientPath path) {
        carriage().moved(connection, path);
    }

    SimCarriage carriage() {
        return requireNonNull(carriage, "no life runs");
    }

    boolean up() {
        return protocol != null && !paused;
    }

    private long now() {
        return clock.at(world.now());
    }

    @Override
    public boolean forwards() {
        return up() && protocol().acting(now()) && (!world.moving() || catalogVersion >= bornAt);
    }

    @Override
    public boolean obeys(IpAddress eip, long poolGeneration) {
        Long life = livesOf.get(eip);
        return !world.moving()
                || life != null && (life == poolGeneration || world.moves.lookAtOwnersAlone());
    }

    @Override
    public boolean isOver(IpAddress eip, long poolGeneration) {
        return world.moving() && catalogVersion >= poolGeneration && !obeys(eip, poolGeneration);
    }

    @Override
    public int changes() {
        return (world.moving() ? livesEnded : 0) + copiesHeard;
    }

    @Override
    public int copies() {
        return copies;
    }

    /** The R of its gateway, as the catalog says it now. */
    void hearCopies() {
        copies = world.copies;
        copiesHeard++;
    }

    /** What the node would open from; empty where its gateway has no EIP, or not yet. */
    Optional<PoolId> pool(boolean ipv4) {
        IpAddress eip = world.founding.eip(ipv4);
        if (!world.moving()) {
            return Optional.of(new PoolId(eip, world.founding.generation(eip)));
        }
        Long life = livesOf.get(eip);
        return life != null && open.contains(eip)
                ? Optional.of(new PoolId(eip, life))
                : Optional.empty();
    }

    /** A packet of a connection; true when it was forwarded here. */
    boolean packet(ConnectionId connection, boolean fromInside, int flags) {
        SimCarriage.Entry entry = forwards() ? carriage().get(connection) : null;
        if (entry == null || entry.stopped) {
            return false;
        }
        Connection c = entry.connection;
        if (!obeys(c.eip(), c.poolGeneration())) {
            if (isOver(c.eip(), c.poolGeneration()) && entry.askedBy != catalogVersion) {
                entry.askedBy = catalogVersion;
                protocol().over(c.id());
            }
            return false;
        }
        world.check.forwarded(entry);
        world.tally.forwarded++;
        world.tally.happened(connection.sequence(), world.now());
        boolean news;
        if (fromInside) {
            entry.outNanos = now();
            news = (entry.flagsOut | flags) != entry.flagsOut;
            entry.flagsOut |= flags;
        } else {
            entry.inNanos = now();
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
        if (life == null && !starting) {
            starting = true;
            copies = world.copies;
            join(++lives, new SimClient(world, new Place(lives)));
        }
    }

    /** Again and again, until the store answers. */
    private void join(int mine, SimClient client) {
        long sent = now();
        client.submit(
                        new AllocatorCommand.Join(
                                id,
                                "machine-" + number + "/boot-" + boot,
                                Endpoint.parse("192.0.2.1:" + (1000 + number)),
                                Endpoint.parse("192.0.2.1:" + (2000 + number))),
                        JOIN_DEADLINE)
                .thenAccept(outcome -> {
                    if (mine != lives) {
                        return;
                    }
                    if (outcome
                            instanceof
                            Outcome.Done<AllocatorResult>(AllocatorResult.Joined joined)) {
                        bornAt = joined.catalogVersion();
                        begin(client, joined.incarnation(), joined.membership(), sent);
                    } else {
                        world.at(
                                JOIN_PAUSE_NANOS,
                                () -> {
                                    if (mine == lives) {
                                        join(mine, client);
                                    }
                                });
                    }
                });
    }

    private void begin(
            SimClient client, Incarnation incarnation, Membership membership, long sent) {
        life = incarnation;
        world.living.put(incarnation, this);
        starting = false;
        SimCarriage own = new SimCarriage(this, world.check, this::now);
        carriage = own;
        int mine = lives;
        protocol =
                new ConnectionProtocol(
                        incarnation,
                        membership,
                        "simulation",
                        new Tuning(world.timeouts, LEASES, ColdQuotas.NONE),
                        sent,
                        new ConnectionProtocol.Ground(
                                client,
                                own,
                                this,
                                task -> post(mine, task),
                                this::now,
                                new SplittableRandom(world.random.nextLong()),
                                () -> catalogVersion,
                                world.scenario.rules(),
                                (shortage, takers) -> {},
                                () -> world.at(0, () -> fenced(mine))));
    }

    /** Where this life's client of the store runs. */
    private final class Place implements SimClient.Place {
        private final int mine;

        Place(int mine) {
            this.mine = mine;
        }

        @Override
        public boolean gone() {
            return mine != lives;
        }

        @Override
        public boolean stands() {
            return paused;
        }

        @Override
        public boolean reaches(int store) {
            return reachesStore && !world.storeSilent;
        }
    }

    /** What its packets obey: the catalog as some store had it. */
    private void readCatalog() {
        SimStores.Store store = world.stores.anyStore();
        if (up() && reachesStore && !world.storeSilent && store.runs()) {
            ControlMachine.View view = store.control().view();
            if (view.index() > catalogVersion) {
                catalogVersion = view.index();
                obey(view.catalog());
            }
        }
    }

    private void obey(Catalog catalog) {
        Map<IpAddress, Long> now = new TreeMap<>();
        open.clear();
        for (Resource.ElasticIp eip : catalog.all(Resource.ElasticIp.class)) {
            if (eip.owner().isPresent()) {
                now.put(eip.address(), eip.poolGeneration());
            }
            if (eip.open()) {
                open.add(eip.address());
            }
        }
        if (!now.equals(livesOf)) {
            livesOf.clear();
            livesOf.putAll(now);
            livesEnded++;
        }
    }

    private void fenced(int of) {
        if (of == lives) {
            world.fault("fenced itself");
            crash();
            world.at(200 * SimWorld.MS, this::start);
        }
    }

    SimCarriage.Entry at(int slot) {
        return carriage().at(slot);
    }

    /** The process is gone. */
    void crash() {
        lives++;
        starting = false;
        Incarnation former = life;
        tallyLife();
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
        world.lastDeathNanos = world.now();
        if (former != null) {
            world.living.remove(former);
            world.network.breakAll(former);
        }
    }

    /** Adds what this life has counted; said once, when it or the run is over. */
    void tallyLife() {
        if (protocol != null) {
            world.tally.sought += protocol.counters().sought;
            world.tally.found += protocol.counters().found;
            world.tally.letGo += protocol.counters().letGo;
        }
    }

    /** The machine is gone, and will boot anew. */
    void powerLoss() {
        boot++;
        catalogVersion = 0;
        crash();
    }

    /** No process of it runs or is about to. */
    boolean isOff() {
        return life == null && !starting;
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
        try {
            while (up() && !mail.isEmpty()) {
                mail.remove().run();
                if (protocol != null) {
                    protocol().turn(now());
                }
            }
        } finally {
            draining = false;
        }
    }

    private void turn() {
        if (up()) {
            protocol().turn(now());
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

    void receive(Object session, Incarnation from, FrameCodec.Piece piece) {
        post(
                lives,
                () -> {
                    boolean counts =
                            sessions.get(from) == session
                                    || world.mutants.has(SimMutants.Switch.SESSIONS);
                    if (counts) {
                        world.tally.frames++;
                        protocol().received(from, piece.epoch(), piece.frames());
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

    List<SimCarriage.Entry> entries() {
        return carriage == null ? List.of() : carriage.entries();
    }
}
