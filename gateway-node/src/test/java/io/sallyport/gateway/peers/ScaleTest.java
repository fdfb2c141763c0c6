package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a connection costs does not grow with the nodes. A seed always gives the same figures;
 * {@code ./sallyport simulate --scale} prints them for more nodes.
 */
class ScaleTest {

    private static final int PER_NODE = 60;

    /** R is 2: home, gate and opener, and a carrier for each direction. */
    private static final int HOLDERS_MAX = 5;

    private static final int REFRESHES = 10;
    private static final SimScale.Life TEN = SimScale.life(10, 10 * PER_NODE, 1);
    private static final SimScale.Life THIRTY = SimScale.life(30, 30 * PER_NODE, 1);

    @Test
    void messagesDoNotGrow() {
        assertThat(THIRTY.messagesPerHolder(REFRESHES))
                .isLessThan(1.1 * TEN.messagesPerHolder(REFRESHES));
    }

    /**
     * One that reported each answer it does not see would do so a dozen times. In the same time the
     * home of a stream tells the others that keep it where it is (ADR 43).
     */
    @Test
    void aCarrierOfOneDirectionReportsOnceInAQuarterOfTheIdleTime() {
        assertThat(THIRTY.lived().frames() / THIRTY.refreshes()).isLessThan(3.2);
    }

    @Test
    void noMoreThanFiveNodesHoldAConnection() {
        assertThat(TEN.held().most()).isLessThanOrEqualTo(HOLDERS_MAX);
        assertThat(THIRTY.held().most()).isLessThanOrEqualTo(HOLDERS_MAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 30})
    void aDeathMovesWhatTheDeadHadAndNothingElse(int nodes) {
        SimScale.Death death = SimScale.death(nodes, nodes * PER_NODE, 2);
        assertThat(death.lost()).isZero();
        assertThat(death.needlessly()).isZero();
        // A share of 1 / nodes, give or take what chance does to a few dozen.
        assertThat(death.rehomed()).isBetween(PER_NODE / 2, 3 * PER_NODE / 2);
        assertThat(death.regated()).isBetween(PER_NODE / 2, 3 * PER_NODE / 2);
        assertThat(death.madeAgain()).isLessThan(3 * PER_NODE);
        assertThat(death.later().most())
                .as("who forwards it no longer has let it go")
                .isLessThanOrEqualTo(HOLDERS_MAX);
    }
}
