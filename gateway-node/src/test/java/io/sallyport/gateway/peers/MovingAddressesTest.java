package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The whole protocol under faults while elastic IPs begin new lives: at no moment is one forwarded
 * in two of them, no outside tuple is given twice, and at the end nothing is left of any.
 */
class MovingAddressesTest {

    private static final int SEEDS = Integer.getInteger("moves.seeds", 12);
    private static final int MISTAKEN_SEEDS = 20;

    private static final Timeouts PATIENT =
            new Timeouts(
                    Duration.ofSeconds(350),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(300));

    private static SimRun run(long seed, boolean ownersAlone) {
        SimScenario scenario = SimScenario.of(seed, SimScenario.Size.SHORT);
        SimWorld world = new SimWorld(scenario);
        world.moves = new SimMoves(ownersAlone);
        return SimRun.of(
                scenario,
                world,
                () -> {
                    world.moves.start(world);
                    SimRun.live(world);
                });
    }

    @Test
    void anAddressIsForwardedInOneLifeAtATimeWhateverHappens() {
        long lives = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimRun run = run(seed, false);
            assertThat(run.violation()).as("seed %d", seed).isNull();
            lives += run.tally().faults.getOrDefault("an address begins another life", 0L);
        }
        assertThat(lives).as("enough happened").isGreaterThan(10L * SEEDS);
    }

    /** However long it may be silent: who holds on to it has the flow's packets dropped. */
    @Test
    void nothingOfAFormerLifeIsLeftSoonAfterTheLastMove() {
        long lives = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimScenario scenario = SimScenario.of(seed, SimScenario.Size.SHORT);
            SimWorld world = new SimWorld(scenario);
            world.moves = new SimMoves(false);
            world.timeouts = PATIENT;
            SimRun run =
                    SimRun.of(
                            scenario,
                            world,
                            () -> {
                                world.moves.start(world);
                                SimRun.liveAndMove(world);
                            });
            assertThat(run.violation()).as("seed %d", seed).isNull();
            lives += run.tally().faults.getOrDefault("an address begins another life", 0L);
        }
        assertThat(lives).as("enough happened").isGreaterThan(10L * SEEDS);
    }

    @Test
    void nodesThatGoByTheOwnerAloneForwardTwoLives() {
        for (long seed = 1; seed <= MISTAKEN_SEEDS; seed++) {
            String violation = run(seed, true).violation();
            if (violation != null && violation.contains("in life")) {
                System.out.println("seed " + seed + ": " + violation);
                return;
            }
        }
        assertThat(MISTAKEN_SEEDS).as("seeds, and none showed it").isZero();
    }
}
