package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Ipv4;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Clients that appear behind other tunnel endpoints. What a client says comes by one node as long
 * as that one is up, and what it is answered by another: who forwards the answers knows of a move
 * by hearsay alone, as with routers that send each flow one way.
 */
final class SimRoaming {

    private static final long MOVE_NANOS = 60 * SimWorld.MS;
    private static final long WORD_NANOS = 300 * SimWorld.MS;
    private static final int ACK = 16;

    private final SimWorld world;

    /** Of each client that has moved. */
    private final Map<ConnectionId, Integer> places = new HashMap<>();

    private Supplier<Collection<Connection>> believed = List::of;
    private boolean moving = true;
    private long moves;

    SimRoaming(SimWorld world) {
        this.world = world;
    }

    /** They move for as long as there are faults, and speak on. */
    void start(SimLoad load) {
        believed = load::believed;
        world.every(MOVE_NANOS, this::move);
        world.every(WORD_NANOS, () -> List.copyOf(places.keySet()).forEach(this::word));
        world.at(world.scenario.loadNanos(), () -> moving = false);
    }

    /** How often a client was somewhere else. */
    long moves() {
        return moves;
    }

    private void move() {
        List<Connection> all = List.copyOf(believed.get());
        if (moving && !all.isEmpty()) {
            Connection any = all.get(world.random.nextInt(all.size()));
            places.merge(any.id(), 1, (before, one) -> (before + 1) % 3);
            moves++;
            word(any.id());
        }
    }

    private Optional<Connection> believed(ConnectionId id) {
        return believed.get().stream().filter(c -> c.id().equals(id)).findFirst();
    }

    private ClientPath place(ConnectionId id) {
        return new ClientPath(
                Optional.of(new Ipv4(0x0a63_0001 + places.getOrDefault(id, 0))), 1, 2);
    }

    private SimNode carrier(ConnectionId id, boolean fromInside) {
        int first = Math.floorMod(id.hashCode() + (fromInside ? 0 : 1), world.nodes.size());
        for (int i = 0; i < world.nodes.size(); i++) {
            SimNode node = world.nodes.get((first + i) % world.nodes.size());
            if (node.up()) {
                return node;
            }
        }
        return world.nodes.get(first);
    }

    /** A word and its answer. */
    private void word(ConnectionId id) {
        believed(id)
                .ifPresent(c -> {
                    pass(carrier(id, true), c, true);
                    pass(carrier(id, false), c, false);
                });
    }

    private void pass(SimNode node, Connection c, boolean fromInside) {
        if (!node.up()) {
            return;
        }
        if (node.packet(c.id(), fromInside, ACK)) {
            if (fromInside && !endpoint(node, c).equals(place(c.id()).tunnelEndpoint())) {
                node.carriageMoved(c.id(), place(c.id()));
                node.protocol().moved(c.id(), place(c.id()));
            }
            return;
        }
        Keeping.Waiter again =
                new Keeping.Waiter() {
                    @Override
                    public void ready(int slot) {}

                    @Override
                    public void refused(Keeping.Refusal refusal) {}
                };
        if (fromInside) {
            node.protocol().find(c.inside(), again);
        } else {
            node.protocol().find(c.outside(), again);
        }
    }

    private static Optional<IpAddress> endpoint(SimNode node, Connection c) {
        return requireNonNull(node.carriage().get(c.id())).connection.path().tunnelEndpoint();
    }

    /** No node forwards answers to another place than the client's. */
    void allArrive() {
        for (ConnectionId id : places.keySet()) {
            believed(id)
                    .ifPresent(c -> {
                        SimNode node = carrier(id, false);
                        SimNode seer = carrier(id, true);
                        if (node.carriage().get(id) != null
                                && seer.carriage().get(id) != null
                                && !endpoint(node, c).equals(place(id).tunnelEndpoint())) {
                            throw new SimCheck.Violation(
                                    node
                                            + " answers "
                                            + id
                                            + " at "
                                            + endpoint(node, c)
                                            + ", it is at "
                                            + place(id)
                                            + ", as "
                                            + seer
                                            + " knows");
                        }
                    });
        }
    }
}
