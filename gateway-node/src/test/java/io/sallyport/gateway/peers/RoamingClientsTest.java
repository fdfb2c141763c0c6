package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Clients move while nodes die, stand still, come back and cannot hear each other. */
class RoamingClientsTest {

    private static final int SEEDS = Integer.getInteger("roaming.seeds", 45);

    /** With 29 and 40, who came late to an epoch was left with the place of the one before. */
    @Test
    void onceAllIsWellAnswersGoWhereTheyAre() {
        long moves = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimScenario scenario = SimScenario.of(seed, SimScenario.Size.SHORT);
            SimWorld world = new SimWorld(scenario);
            SimRoaming roaming = new SimRoaming(world);
            SimRun run = SimRun.of(scenario, world, () -> SimRun.liveAndRoam(world, roaming));
            assertThat(run.violation()).as("seed %d", seed).isNull();
            moves += roaming.moves();
        }
        assertThat(moves).as("enough happened").isGreaterThan(100L * SEEDS);
    }
}
