package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.PoolId;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Clients and servers of the simulation: opens, packets both ways at any node, FIN and RST. */
final class SimLoad {

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int FIRST_PORT = 80;
    private static final IpAddress CLIENT_4 = IpAddress.parse("10.0.0.5");
    private static final IpAddress CLIENT_6 = IpAddress.parse("fd00::5");
    private static final IpAddress REMOTE_4 = IpAddress.parse("203.0.113.9");
    private static final IpAddress REMOTE_6 = IpAddress.parse("2001:db8::9");
    private static final int COPIES = 2;
    private static final int NUMBERS_APART = 1 << 20;

    /** In how many turns a client opens, and in how many of these it is no repeated SYN. */
    private static final double OPENS = 0.3;

    private static final double ANEW = 0.06;

    private static final ClientPath PATH = new ClientPath(Optional.empty(), 1, 2);

    private final SimWorld world;
    private final int keys;
    private final int destinations;
    private boolean running;

    /** Connections that some client believes in, and where each stands in the list. */
    private final List<Connection> believed = new ArrayList<>();

    private final Map<ConnectionId, Integer> places = new HashMap<>();

    /** Which stream of its tuple a client is at: its SYN says so by its number. */
    private final Map<InsideKey, Integer> streams = new HashMap<>();

    SimLoad(SimWorld world, int keys, int destinations) {
        this.world = world;
        this.keys = keys;
        this.destinations = destinations;
    }

    /** Every destination that the clients talk to. */
    static List<LeaseKey> destinations(SimFounding founding, int count) {
        List<LeaseKey> all = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            IpAddress eip = founding.eip(ipv4);
            for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
                for (int i = 0; i < count; i++) {
                    IpAddress remote = ipv4 ? REMOTE_4 : REMOTE_6;
                    all.add(
                            new LeaseKey(
                                    eip,
                                    founding.generation(eip),
                                    new Destination(protocol, remote, FIRST_PORT + i)));
                }
            }
        }
        return all;
    }

    void start(long periodNanos) {
        running = true;
        tick(periodNanos);
    }

    void stop() {
        running = false;
    }

    Collection<Connection> believed() {
        return List.copyOf(believed);
    }

    private void believe(Connection c) {
        if (places.putIfAbsent(c.id(), believed.size()) == null) {
            believed.add(c);
        }
    }

    private void forget(ConnectionId id) {
        Integer place = places.remove(id);
        if (place != null) {
            Connection last = believed.removeLast();
            if (place < believed.size()) {
                believed.set(place, last);
                places.put(last.id(), place);
            }
        }
    }

    private void tick(long periodNanos) {
        if (!running) {
            return;
        }
        double choice = world.random.nextDouble();
        if (choice < OPENS) {
            InsideKey key = key(world.random.nextInt(keys));
            if (choice < ANEW) {
                beginsAnew(key);
            }
            open(world.anyNode(), key);
        } else {
            anyPacket();
        }
        world.at((long) (2 * periodNanos * world.random.nextDouble()), () -> tick(periodNanos));
    }

    /** One in five is IPv6, one in three UDP. */
    InsideKey key(int number) {
        boolean ipv4 = number % 5 != 4;
        Protocol protocol = number % 3 == 0 ? Protocol.UDP : Protocol.TCP;
        Endpoint client = new Endpoint(ipv4 ? CLIENT_4 : CLIENT_6, 5000 + number);
        Endpoint remote =
                new Endpoint(ipv4 ? REMOTE_4 : REMOTE_6, FIRST_PORT + number / 3 % destinations);
        return new InsideKey(7, protocol, client, remote);
    }

    /** Its client has done with what was there, and its next SYN is another's. */
    void beginsAnew(InsideKey key) {
        streams.merge(key, 1, Integer::sum);
        List<ConnectionId> old =
                believed.stream().filter(c -> c.inside().equals(key)).map(Connection::id).toList();
        old.forEach(this::forget);
    }

    Keeping.Wish wish(InsideKey key) {
        IpAddress eip = world.founding.eip(key.client().address().isV4());
        PoolId pool = new PoolId(eip, world.founding.generation(eip));
        return wish(key, pool, COPIES, stream(key));
    }

    static Keeping.Wish wish(InsideKey key, PoolId pool) {
        return wish(key, pool, COPIES, 0);
    }

    private int stream(InsideKey key) {
        return streams.getOrDefault(key, 0);
    }

    private static Keeping.Wish wish(InsideKey key, PoolId pool, int copies, int stream) {
        return new Keeping.Wish(
                SimFounding.GATEWAY,
                SimFounding.TENANT,
                key,
                pool.eip(),
                pool.generation(),
                copies,
                PATH,
                key.protocol().equals(Protocol.TCP)
                        ? Numbers.afterSyn(stream * NUMBERS_APART)
                        : Numbers.NONE);
    }

    static Connection connection(InsideKey inside, int natPort) {
        return new Connection(
                new ConnectionId(1, natPort),
                SimFounding.GATEWAY,
                inside,
                SharedStore.POOL.eip(),
                SharedStore.POOL.generation(),
                natPort,
                new Epoch(1, 1),
                new Incarnation(1),
                1,
                PATH);
    }

    void open(SimNode node, InsideKey key) {
        Optional<PoolId> pool = node.pool(key.client().address().isV4());
        if (!node.up() || pool.isEmpty() || world.moving() && !node.forwards()) {
            return;
        }
        int copies = node.copies() == 0 ? COPIES : node.copies();
        Keeping.Wish wish = wish(key, pool.get(), copies, stream(key));
        world.tally.opens++;
        Keeping.Waiter waiter =
                new Keeping.Waiter() {
                    @Override
                    public void ready(int slot) {
                        world.tally.opened++;
                        Connection c = node.at(slot).connection;
                        believe(c);
                        node.packet(c.id(), true, SYN);
                    }

                    @Override
                    public void refused(Keeping.Refusal refusal) {
                        SimTally.count(world.tally.refusals, "open " + refusal);
                    }
                };
        int slot = node.protocol().openAtOnce(wish, true);
        if (slot == Keeping.NOT_AT_ONCE) {
            node.protocol().open(wish, waiter);
        } else {
            world.tally.atOnce++;
            waiter.ready(slot);
        }
    }

    private void anyPacket() {
        if (believed.isEmpty()) {
            return;
        }
        Connection c = believed.get(world.random.nextInt(believed.size()));
        double end = world.random.nextDouble();
        int flags = end < 0.05 ? FIN | ACK : end < 0.06 ? RST : ACK;
        packet(world.anyNode(), c, world.random.nextBoolean(), flags);
        if (world.random.nextDouble() < 0.03) {
            forget(c.id());
        }
    }

    void packet(SimNode node, Connection c, boolean fromInside, int flags) {
        if (!node.up() || world.moving() && !node.forwards()) {
            return;
        }
        if (fromInside && c.inside().protocol().equals(Protocol.UDP)) {
            datagram(node, c, flags);
            return;
        }
        if ((flags & (FIN | RST)) == 0) {
            world.tally.packets++;
        } else {
            world.tally.ends++;
        }
        if (node.packet(c.id(), fromInside, flags)) {
            return;
        }
        Keeping.Waiter waiter =
                new Keeping.Waiter() {
                    @Override
                    public void ready(int slot) {
                        node.packet(c.id(), fromInside, flags);
                    }

                    @Override
                    public void refused(Keeping.Refusal refusal) {
                        if (refusal == Keeping.Refusal.UNKNOWN_CONNECTION) {
                            forget(c.id());
                        }
                        SimTally.count(world.tally.refusals, "find " + refusal);
                    }
                };
        if (fromInside) {
            node.protocol().find(c.inside(), waiter);
        } else {
            node.protocol().find(c.outside(), waiter);
        }
    }

    /** Nobody can tell whether it is the first of its flow: where nothing is known, it opens. */
    private void datagram(SimNode node, Connection c, int flags) {
        if (node.packet(c.id(), true, flags)) {
            world.tally.packets++;
        } else {
            open(node, c.inside());
        }
    }
}
