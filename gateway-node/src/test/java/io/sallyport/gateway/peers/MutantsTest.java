package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation is worth something only if it notices when a rule is taken away. */
class MutantsTest {

    private static final int SEEDS_MAX = Integer.getInteger("mutants.runs", 400);

    enum Mutant {
        EPOCH(new Rules(false, true, true, true, true, true)),
        REGISTER(new Rules(true, false, true, true, true, true)),
        ACKNOWLEDGE(new Rules(true, true, false, true, true, true)),
        FREEZE(new Rules(true, true, true, false, true, true)),
        HOME_PUT(new Rules(true, true, true, true, false, true)),
        BARRIER(new Rules(true, true, true, true, true, false));

        final Rules rules;

        Mutant(Rules rules) {
            this.rules = rules;
        }
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isNoticed(Mutant mutant) {
        String noticed = null;
        long seed = 0;
        while (noticed == null && seed < SEEDS_MAX) {
            seed++;
            try {
                ProtocolSimulationTest.run(seed, mutant.rules);
            } catch (SimWorld.Violation | IllegalStateException | AssertionError e) {
                noticed = e.getMessage();
            }
        }
        System.out.println("without " + mutant + ": seed " + seed + ": " + noticed);
        assertThat(noticed).as("what a run without %s shows", mutant).isNotNull();
    }

    @Test
    void allRulesTogetherLeaveNothingToNotice() {
        ProtocolSimulationTest.run(1, Rules.ALL);
    }
}
