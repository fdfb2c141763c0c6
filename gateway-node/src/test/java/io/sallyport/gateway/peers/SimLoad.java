package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Clients and servers of the simulation: opens, packets both ways at any node, FIN and RST. */
final class SimLoad {

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final TenantId TENANT = new TenantId("123456789012");
    private static final GatewayId GATEWAY = new GatewayId("nat-0123456789abcdef0");
    private static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    private static final ClientPath PATH = new ClientPath(Optional.empty(), 1, 2);

    private final SimWorld world;
    private final int keys;
    private final int destinations;
    private boolean running;

    /** Connections that some client believes in, by identity. */
    final Map<ConnectionId, Connection> believed = new LinkedHashMap<>();

    final Map<Keeping.Refusal, Integer> refusals = new LinkedHashMap<>();

    SimLoad(SimWorld world, int keys, int destinations) {
        this.world = world;
        this.keys = keys;
        this.destinations = destinations;
    }

    void start(long periodNanos) {
        running = true;
        tick(periodNanos);
    }

    void stop() {
        running = false;
    }

    private void tick(long periodNanos) {
        if (!running) {
            return;
        }
        double choice = world.random.nextDouble();
        if (choice < 0.3) {
            open(world.anyNode(), key(world.random.nextInt(keys)));
        } else {
            anyPacket();
        }
        world.at((long) (2 * periodNanos * world.random.nextDouble()), () -> tick(periodNanos));
    }

    InsideKey key(int number) {
        Protocol protocol = number % 3 == 0 ? Protocol.UDP : Protocol.TCP;
        Endpoint client = new Endpoint(IpAddress.parse("10.0.0.5"), 5000 + number);
        Endpoint remote =
                new Endpoint(IpAddress.parse("203.0.113.9"), 80 + number / 3 % destinations);
        return new InsideKey(7, protocol, client, remote);
    }

    static Connection connection(InsideKey inside, int natPort) {
        return new Connection(
                new ConnectionId(1, natPort),
                GATEWAY,
                inside,
                EIP,
                1,
                natPort,
                new Epoch(1, 1),
                new Incarnation(1),
                1,
                PATH);
    }

    static Keeping.Wish wish(InsideKey key) {
        return new Keeping.Wish(GATEWAY, TENANT, key, EIP, 1, 2, PATH);
    }

    void open(SimNode node, InsideKey key) {
        if (!node.up()) {
            return;
        }
        world.tally.opens++;
        node.protocol()
                .open(
                        wish(key),
                        new Keeping.Waiter() {
                            @Override
                            public void ready(int slot) {
                                world.tally.openAnswers++;
                                Connection c = node.at(slot).connection;
                                believed.put(c.id(), c);
                                node.packet(c.id(), true, SYN);
                            }

                            @Override
                            public void refused(Keeping.Refusal refusal) {
                                refusals.merge(refusal, 1, Integer::sum);
                            }
                        });
    }

    private void anyPacket() {
        if (believed.isEmpty()) {
            return;
        }
        int chosen = world.random.nextInt(believed.size());
        Connection c = believed.values().stream().skip(chosen).findFirst().orElseThrow();
        double end = world.random.nextDouble();
        int flags = end < 0.05 ? FIN | ACK : end < 0.06 ? RST : ACK;
        packet(world.anyNode(), c, world.random.nextBoolean(), flags);
        if (world.random.nextDouble() < 0.03) {
            believed.remove(c.id());
        }
    }

    void packet(SimNode node, Connection c, boolean fromInside, int flags) {
        if (!node.up() || node.packet(c.id(), fromInside, flags)) {
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
                            believed.remove(c.id());
                        }
                        refusals.merge(refusal, 1, Integer::sum);
                    }
                };
        if (fromInside) {
            node.protocol().find(c.inside(), waiter);
        } else {
            node.protocol().find(c.outside(), waiter);
        }
    }
}
