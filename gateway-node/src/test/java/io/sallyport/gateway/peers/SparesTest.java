package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that nobody needs are let go, and no other. In simulated time. */
class SparesTest {

    private static final int CONNECTIONS = 30;
    private static final int NODES = 8;
    private static final long SECOND = 1_000 * SimWorld.MS;

    /** Home, gate, and the one that forwards it. */
    private static final int NEEDED = 3;

    private static void packets(SimWorld world, SimLoad load, int stage, long nanos) {
        for (long end = world.now() + nanos; world.now() < end; ) {
            int at = stage;
            for (Connection c : load.believed()) {
                SimNode node = world.nodes.get(at++ % NODES);
                load.packet(node, c, true, 16);
                load.packet(node, c, false, 16);
            }
            world.run(SECOND / 2);
        }
    }

    private static long holders(SimWorld world, Connection c) {
        return world.nodes.stream()
                .filter(SimNode::up)
                .filter(node -> node.protocol().copy(c.id()) != null)
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatHasBeenAtEveryNodeIsHeldByThoseThatAreNeededAndLostByNoDeath(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, NODES, 256));
        world.start();
        SimLoad load = new SimLoad(world, CONNECTIONS, 1);
        for (int i = 0; i < CONNECTIONS; i++) {
            load.open(world.nodes.get(i % NODES), load.key(i));
        }
        world.run(SECOND);
        assertThat(load.believed()).hasSize(CONNECTIONS);

        for (int stage = 0; stage < NODES; stage++) {
            packets(world, load, stage, SECOND);
        }
        assertThat(load.believed()).anyMatch(c -> holders(world, c) > NEEDED);
        packets(world, load, 0, 8 * SECOND);
        assertThat(load.believed())
                .hasSize(CONNECTIONS)
                .allSatisfy(c -> assertThat(holders(world, c)).isBetween(2L, (long) NEEDED));
        assertThat(world.tally.refusals).isEmpty();

        world.nodes.get((int) seed).crash();
        world.run(20 * SimWorld.MS);
        List<Keeping.Refusal> refused = new ArrayList<>();
        for (Connection c : load.believed()) {
            for (SimNode node : world.nodes) {
                if (node.up()) {
                    node.protocol().find(c.outside(), new Refused(refused));
                }
            }
        }
        world.run(3 * SECOND);
        assertThat(refused).isEmpty();
    }

    private record Refused(List<Keeping.Refusal> all) implements Keeping.Waiter {
        @Override
        public void ready(int slot) {}

        @Override
        public void refused(Keeping.Refusal why) {
            all.add(why);
        }
    }
}
