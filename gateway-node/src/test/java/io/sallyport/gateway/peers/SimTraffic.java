package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients and servers behind routers that spread by hash (ECMP): which node meets a packet follows
 * from its addresses and ports alone, so the two directions of a connection meet two nodes, and
 * nearly all of them other ones once a node has gone.
 */
final class SimTraffic {

    private static final int ACK = 16;
    private static final int FIN_ACK = 17;
    private static final long SLICE_NANOS = 10 * SimWorld.MS;

    /** The last one to come is open by then. */
    private static final long OPEN_NANOS = 1_000 * SimWorld.MS;

    /** Packets of a connection, each way. */
    private static final int SLICES_PER_PACKET = 50;

    private final SimWorld world;
    private final SimLoad load;
    private final List<SimNode> announced;
    private List<Connection> connections = List.of();
    private int slice;

    SimTraffic(SimWorld world) {
        this.world = world;
        load = new SimLoad(world, 1, 2);
        announced = new ArrayList<>(world.nodes);
    }

    /** Their first packets come within that time. */
    void open(int count, long nanos) {
        for (int i = 0; i < count; i++) {
            InsideKey key = load.key(i);
            world.at(nanos * i / count, () -> load.open(out(key), key));
        }
        for (long end = world.now() + nanos + OPEN_NANOS; world.now() < end; ) {
            connections = List.copyOf(load.believed());
            run(SLICE_NANOS);
        }
        if (connections.size() != count) {
            throw new IllegalStateException(
                    "%d of %d are open: %s"
                            .formatted(connections.size(), count, world.tally.refusals));
        }
    }

    List<Connection> connections() {
        return connections;
    }

    /** The routers send it nothing more. */
    void withdraw(SimNode node) {
        announced.remove(node);
    }

    /** A packet each way every half second. */
    void run(long nanos) {
        for (long end = world.now() + nanos; world.now() < end; slice++) {
            for (int i = slice % SLICES_PER_PACKET;
                    i < connections.size();
                    i += SLICES_PER_PACKET) {
                packets(connections.get(i), ACK);
            }
            world.run(SLICE_NANOS);
        }
    }

    /** The last ones: TCP is finished by both sides, UDP falls silent. */
    void end() {
        connections.stream()
                .filter(c -> c.inside().protocol().number() == 6)
                .forEach(c -> packets(c, FIN_ACK));
    }

    private void packets(Connection c, int flags) {
        load.packet(out(c.inside()), c, true, flags);
        load.packet(in(c), c, false, flags);
    }

    private SimNode out(InsideKey key) {
        return at(key.client().port(), key.remote().port(), key.protocol().number());
    }

    private SimNode in(Connection c) {
        return at(c.inside().remote().port(), c.natPort(), c.inside().protocol().number());
    }

    private SimNode at(int sourcePort, int targetPort, int protocol) {
        long hash = ((long) protocol << 32 | (long) sourcePort << 16 | targetPort) + 1;
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return announced.get((int) Long.remainderUnsigned(hash ^ hash >>> 31, announced.size()));
    }
}
