package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client uses its tuple again while the carriers that met the old stream's FINs cannot say so:
 * its SYN must not pass by the old mapping, which ends when they can. Simulated time.
 */
class ReusedTupleTest {

    private static final int CONNECTIONS = 90;
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final long SECOND = 1_000 * SimWorld.MS;

    private final Map<InsideKey, ConnectionId> ready = new HashMap<>();

    /**
     * @param outward who met the client's FIN: the node that the SYN comes to (0), or one of those
     *     who cannot be heard
     */
    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "3,0", "1,2", "2,2", "3,2"})
    void aSynOfAFinishedStreamDoesNotPassByItsMapping(long seed, int outward) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 256));
        world.timeouts = Timeouts.DEFAULT;
        world.start();
        SimNode asker = world.nodes.getFirst();
        SimNode inward = world.nodes.get(1);
        SimNode client = world.nodes.get(outward);
        SimLoad load = new SimLoad(world, CONNECTIONS, 1);
        for (int i = 0; i < CONNECTIONS; i++) {
            if (i % 3 != 0) { // TCP
                load.open(asker, load.key(i));
            }
        }
        world.run(SECOND);
        List<Connection> old = List.copyOf(load.believed());
        assertThat(old).hasSize(CONNECTIONS * 2 / 3);
        for (Connection c : old) {
            load.packet(inward, c, false, SYN | ACK);
            load.packet(client, c, true, ACK);
        }
        // Homes hear of a handshake after a quarter of the time that half open ones have.
        world.run(10 * SECOND);

        for (SimNode other : world.nodes) {
            world.network.cut(inward, other);
            world.network.cut(client, other);
        }
        world.run(SECOND / 10);
        for (Connection c : old) {
            load.packet(inward, c, false, FIN | ACK);
            load.packet(client, c, true, FIN | ACK);
        }
        world.run(SECOND / 50);
        for (Connection c : old) {
            syn(world, asker, c.inside(), load);
        }
        world.run(SECOND / 10);
        world.network.heal();
        world.run(20 * SECOND);

        for (Connection c : old) {
            assertThat(ready.get(c.inside())).as("%s", c.inside()).isNotEqualTo(c.id());
        }
        // Who says it again opens another.
        for (Connection c : old) {
            syn(world, asker, c.inside(), load);
        }
        world.run(3 * SECOND);
        assertThat(ready).hasSize(old.size());
    }

    private void syn(SimWorld world, SimNode node, InsideKey key, SimLoad load) {
        node.protocol()
                .open(
                        load.wish(key),
                        new Keeping.Waiter() {
                            @Override
                            public void ready(int slot) {
                                ConnectionId id = node.at(slot).connection.id();
                                ready.put(key, id);
                                node.packet(id, true, SYN);
                            }

                            @Override
                            public void refused(Keeping.Refusal why) {}
                        });
    }
}
