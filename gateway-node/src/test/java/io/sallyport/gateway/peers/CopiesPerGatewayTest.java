package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Limits;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R changes while connections exist, in simulated time. */
class CopiesPerGatewayTest {

    private static final int SEEDS = Integer.getInteger("copies.seeds", 12);
    private static final int CONNECTIONS = 60;

    /** Three nodes that know this R. */
    private static SimWorld opened(long seed, int copies) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, Limits.PORTS));
        world.start();
        SimLevels.set(world, copies, 0);
        world.run(SimWorld.MS);
        return world;
    }

    private static SimLoad load(SimWorld world, int connections) {
        SimLoad load = new SimLoad(world, connections, 1);
        for (int i = 0; i < connections; i++) {
            load.open(world.nodes.get(i % world.nodes.size()), load.key(i));
        }
        world.run(1_000 * SimWorld.MS);
        assertThat(load.believed()).hasSize(connections);
        return load;
    }

    private static boolean done(SimWorld world) {
        return world.nodes.stream().allMatch(node -> node.protocol().status().copiesVersion() >= 0);
    }

    private static void awaitDone(SimWorld world) {
        for (int i = 0; i < 1_000 && !done(world); i++) {
            world.run(10 * SimWorld.MS);
        }
        assertThat(done(world)).as("brought about").isTrue();
    }

    private static int copies(SimWorld world) {
        return world.nodes.stream().mapToInt(node -> node.protocol().status().copies()).sum();
    }

    /** How many a node's death takes with it. */
    private static int lostWith(SimWorld world, SimLoad load, SimNode dies) {
        dies.crash();
        world.run(20 * SimWorld.MS);
        List<Keeping.Refusal> refused = new ArrayList<>();
        for (Connection c : List.copyOf(load.believed())) {
            for (SimNode node : world.nodes) {
                if (node.up()) {
                    Keeping.Waiter waiter =
                            new Keeping.Waiter() {
                                @Override
                                public void ready(int slot) {}

                                @Override
                                public void refused(Keeping.Refusal why) {
                                    refused.add(why);
                                }
                            };
                    node.protocol().find(c.outside(), waiter);
                }
            }
        }
        world.run(3_000 * SimWorld.MS);
        return refused.size();
    }

    @Test
    void onceRaisedToTwoANodesDeathLosesNothingThatOneCopyWouldHaveLost() {
        int lostWithOne = 0;
        for (long seed = 1; seed <= 9; seed++) {
            SimWorld one = opened(seed, 1);
            SimLoad load = load(one, CONNECTIONS);
            lostWithOne += lostWith(one, load, one.nodes.get((int) (seed % 3)));

            SimWorld world = opened(seed, 1);
            load = load(world, CONNECTIONS);
            SimLevels.set(world, 2, 300);
            world.run(300 * SimWorld.MS);
            awaitDone(world);
            assertThat(lostWith(world, load, world.nodes.get((int) (seed % 3))))
                    .as("seed %d", seed)
                    .isZero();
        }
        assertThat(lostWithOne).as("what one copy loses").isPositive();
    }

    @Test
    void loweringLetsCopiesGoAndWhoForwardsKeepsHis() {
        SimWorld world = opened(1, 3);
        SimLoad load = load(world, CONNECTIONS);
        assertThat(copies(world)).isEqualTo(3 * CONNECTIONS);
        SimLevels.set(world, 1, 300);
        world.run(300 * SimWorld.MS);
        awaitDone(world);
        world.run(100 * SimWorld.MS);
        // Home, gate and whoever opened it and forwards it: often the same node.
        assertThat(copies(world)).isBetween(CONNECTIONS, 5 * CONNECTIONS / 2);
        for (Connection c : load.believed()) {
            for (SimNode node : world.nodes) {
                load.packet(node, c, true, 16);
            }
        }
        world.run(1_000 * SimWorld.MS);
        assertThat(world.tally.refusals).isEmpty();
        assertThat(copies(world)).as("all forward it now").isEqualTo(3 * CONNECTIONS);
    }

    /**
     * The word that lets a copy go, its answer, and the copy that is made again cross each other.
     */
    @Test
    void raisedBeforeTheLastLoweringIsThroughAllHoldIt() {
        for (int millis = 0; millis <= 60; millis += 3) {
            SimWorld world = opened(1 + millis, 3);
            load(world, CONNECTIONS);
            SimLevels.set(world, 1, 0);
            world.run(millis * SimWorld.MS);
            SimLevels.set(world, 3, 0);
            world.run(20 * SimWorld.MS);
            awaitDone(world);
            world.run(20 * SimWorld.MS);
            assertThat(copies(world)).as("%d ms between", millis).isEqualTo(3 * CONNECTIONS);
        }
    }

    @Test
    void manyAreCopiedAtABoundedRateAndProgressIsVisible() {
        int many = 3_000;
        SimWorld world = opened(1, 1);
        load(world, many);
        awaitDone(world);
        SimLevels.set(world, 3, 0);
        // Before the last of a thousand is looked at, at the rate that is allowed.
        world.run(15 * SimWorld.MS);
        assertThat(world.nodes)
                .allSatisfy(node -> {
                    PeerStatus status = node.protocol().status();
                    assertThat(status.copiesVersion()).isNegative();
                    assertThat(status.copiesLeft()).isPositive();
                });
        awaitDone(world);
        assertThat(world.nodes)
                .allSatisfy(node -> {
                    assertThat(node.protocol().status().copiesLeft()).isZero();
                    assertThat(node.protocol().status().copies()).isEqualTo(many);
                });
    }

    @Test
    void whateverHappensWhileRChangesNothingIsForwardedTwiceOrLeft() {
        long changes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimScenario scenario = SimScenario.of(seed, SimScenario.Size.SHORT);
            SimWorld world = new SimWorld(scenario);
            SimRun run =
                    SimRun.of(
                            scenario,
                            world,
                            () -> {
                                SimLevels.start(world);
                                SimRun.live(world);
                            });
            assertThat(run.violation()).as("seed %d", seed).isNull();
            changes += run.tally().faults.getOrDefault("a gateway has another R", 0L);
        }
        assertThat(changes).as("enough happened").isGreaterThan(10L * SEEDS);
    }
}
