package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.peers.Rules.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation is worth something only if it notices when a rule is taken away. */
class MutantsTest {

    private static final int SEEDS_MAX = Integer.getInteger("mutants.runs", 500);

    /** Each begins its search at a seed that was good once; any other will do. */
    enum Mutant {
        EPOCH(30, Rule.EPOCH),
        REGISTER(1, Rule.REGISTER),
        ACKNOWLEDGE(1, Rule.ACKNOWLEDGE),
        FREEZE(65, Rule.FREEZE),
        BARRIER(200, Rule.BARRIER);

        final int firstSeed;
        final Rules rules;

        Mutant(int firstSeed, Rule missing) {
            this.firstSeed = firstSeed;
            this.rules = Rules.without(missing);
        }
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isNoticed(Mutant mutant) {
        String noticed = null;
        long seed = mutant.firstSeed - 1;
        while (noticed == null && seed < mutant.firstSeed + SEEDS_MAX) {
            seed++;
            try {
                ProtocolSimulationTest.run(seed, mutant.rules);
            } catch (SimCheck.Violation | IllegalStateException | AssertionError e) {
                noticed = e.getMessage();
            }
        }
        System.out.println("without " + mutant + ": seed " + seed + ": " + noticed);
        assertThat(noticed).as("what a run without %s shows", mutant).isNotNull();
    }

    /**
     * That a home refuses a port that it knows is the last line: with an honest store and ledger
     * nothing gets that far. So the store lies here.
     */
    @Test
    void aHomeRefusesAPortThatItKnowsEvenWhenTheStoreGrantsItTwice() {
        runWithAStoreThatGrantsTwice(Rules.ALL);
        Rules withoutHomePut = Rules.without(Rule.HOME_PUT);
        assertThatThrownBy(() -> runWithAStoreThatGrantsTwice(withoutHomePut))
                .isInstanceOf(SimCheck.Violation.class)
                .hasMessageContaining("A1");
    }

    private static void runWithAStoreThatGrantsTwice(Rules rules) {
        SimWorld world = new SimWorld(1, 3, 6, rules);
        world.store.grantsTwice = true;
        world.start();
        new SimLoad(world, 12, 1).start(10 * SimWorld.MS);
        world.run(20_000 * SimWorld.MS);
        assertThat(world.tally.openAnswers).isPositive();
    }
}
