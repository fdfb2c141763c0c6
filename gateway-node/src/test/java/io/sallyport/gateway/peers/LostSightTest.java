package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that dies takes with it what it alone had seen of silent connections. Simulated time. */
class LostSightTest {

    private static final int CONNECTIONS = 60;
    private static final int NODES = 3;
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final long SECOND = 1_000 * SimWorld.MS;
    private static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(100),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(100),
                    Duration.ofSeconds(100));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasAnsweredAtTheNodeThatDiedIsNotTakenForHalfOpenAndEndsInItsTime(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, NODES, 256));
        world.timeouts = TIMEOUTS;
        world.start();
        SimLoad load = new SimLoad(world, CONNECTIONS, 1);
        SimNode dies = world.nodes.get((int) seed % NODES);
        for (int i = 0; i < CONNECTIONS; i++) {
            load.open(dies, load.key(i));
        }
        world.run(SECOND / 2);
        assertThat(load.believed()).hasSize(CONNECTIONS);
        for (Connection c : load.believed()) {
            load.packet(dies, c, false, SYN | ACK);
            load.packet(dies, c, true, ACK);
        }
        world.run(5 * SECOND);
        // Long ago for one that is half open.
        dies.crash();
        world.run(40 * SECOND);
        assertThat(refusals(world, load.believed())).isEmpty();

        world.run(150 * SECOND);
        assertThat(world.nodes)
                .filteredOn(SimNode::up)
                .allSatisfy(node ->
                        assertThat(load.believed())
                                .noneMatch(c -> node.protocol().copy(c.id()) != null));
    }

    private static List<Keeping.Refusal> refusals(
            SimWorld world, Collection<Connection> connections) {
        List<Keeping.Refusal> refused = new ArrayList<>();
        SimNode node = world.nodes.stream().filter(SimNode::up).findAny().orElseThrow();
        for (Connection c : connections) {
            node.protocol()
                    .find(
                            c.outside(),
                            new Keeping.Waiter() {
                                @Override
                                public void ready(int slot) {}

                                @Override
                                public void refused(Keeping.Refusal why) {
                                    refused.add(why);
                                }
                            });
        }
        world.run(3 * SECOND);
        return refused;
    }
}
