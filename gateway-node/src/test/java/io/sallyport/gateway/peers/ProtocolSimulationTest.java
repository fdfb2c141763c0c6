package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeded runs of the whole protocol under faults. A failure names its seed; {@code
 * -Dsimulation.seed=N} runs only that one, {@code -Dsimulation.runs=N} as many as wished.
 */
class ProtocolSimulationTest {

    private static final int RUNS = Integer.getInteger("simulation.runs", 60);

    @Test
    void noTwoConnectionsShareAnOutsideTupleAndNoPortIsLost() {
        Long only = Long.getLong("simulation.seed");
        List<String> failures = new ArrayList<>();
        Throwable last = null;
        long opens = 0;
        long forwarded = 0;
        for (long seed = only == null ? 1 : only; seed <= (only == null ? RUNS : only); seed++) {
            try {
                SimWorld world = run(seed, Rules.ALL);
                opens += world.tally.openAnswers;
                forwarded += world.tally.packets;
            } catch (RuntimeException | AssertionError e) {
                failures.add("seed " + seed + ": " + e.getMessage());
                last = e;
            }
        }
        System.out.println(
                "simulation: " + RUNS + " runs, " + opens + " opens, " + forwarded + " packets");
        if (last != null) {
            throw new AssertionError(String.join("\n", failures), last);
        }
        assertThat(opens).isPositive();
        assertThat(forwarded).isPositive();
    }

    static SimWorld run(long seed, Rules rules) {
        SimWorld world = new SimWorld(seed, 3 + (int) (seed % 3), 6, rules);
        world.network.delayMs = seed % 4 == 0 ? 40 : 2;
        world.start();
        SimLoad load = new SimLoad(world, 12, 2);
        SimFaults faults = new SimFaults(world);
        load.start(10 * SimWorld.MS);
        faults.start(1_000 * SimWorld.MS);
        world.run(20_000 * SimWorld.MS);
        faults.stopAndHeal();
        world.run(5_000 * SimWorld.MS);
        world.check.oneMappingEach();
        load.stop();
        world.run(200_000 * SimWorld.MS);
        nothingIsLeft(world);
        return world;
    }

    private static void nothingIsLeft(SimWorld world) {
        for (SimNode node : world.nodes) {
            PeerStatus status = node.protocol().status();
            assertThat(status.settled()).as("settled at %s", node).isTrue();
            assertThat(status.copies()).as("copies at %s", node).isZero();
            assertThat(status.collisions()).as("collisions at %s", node).isZero();
        }
        assertThat(world.store.leased()).as("ports leased or orphaned at the end").isZero();
    }
}
