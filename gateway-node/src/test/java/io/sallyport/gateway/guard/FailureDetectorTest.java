package io.sallyport.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.io.WatchedProcess.State;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {

    private static final long MILLI = 1_000_000;

    private long now = 1_000 * MILLI;
    private long beats = 7;
    private boolean starved;
    private final FailureDetector detector = new FailureDetector(now, beats);

    /** Looks every 10 ms, at a worker that turns before each or does not. */
    private boolean look(int millis, boolean turns, State state) {
        boolean answers = true;
        for (int passed = 0; passed < millis; passed += 10) {
            now += 10 * MILLI;
            beats += turns ? 1 : 0;
            answers = detector.look(now, beats, state, () -> starved);
        }
        return answers;
    }

    @Test
    void aNodeThatEndedOrIsStoppedDoesNotAnswerFromTheFirstLook() {
        assertThat(look(10, false, State.STOPPED)).isFalse();
        assertThat(detector.why()).isEqualTo("is stopped");
        FailureDetector other = new FailureDetector(now, beats);
        assertThat(other.look(now + 10 * MILLI, beats, State.ENDED, () -> false)).isFalse();
    }

    @Test
    void aWorkerThatDoesNotTurnIsSeenWithin80Milliseconds() {
        assertThat(look(60, false, State.ALIVE)).isTrue();
        assertThat(look(10, false, State.ALIVE)).isFalse();
        assertThat(detector.why()).isEqualTo("does not turn");
    }

    @Test
    void aGuardThatWasLateItselfHasSeenNoSilence() {
        for (int i = 0; i < 20; i++) {
            now += 50 * MILLI;
            assertThat(detector.look(now, beats, State.ALIVE, () -> false)).isTrue();
        }
    }

    @Test
    void aNodeThatGetsNoProcessorIsNotStuckUntilTwoSecondsHavePassed() {
        starved = true;
        assertThat(look(1_990, false, State.ALIVE)).isTrue();
        assertThat(look(30, false, State.ALIVE)).isFalse();
        assertThat(detector.why()).isEqualTo("gets no processor");
    }

    @Test
    void itAnswersAgainAfterTurningWithoutAGap() {
        look(100, false, State.ALIVE);
        assertThat(look(200, true, State.ALIVE)).isFalse();
        assertThat(look(10, false, State.ALIVE)).isFalse();
        assertThat(look(240, true, State.ALIVE)).isFalse();
        assertThat(look(20, true, State.ALIVE)).isTrue();
    }

    @Test
    void theMoreOftenItFellSilentTheLongerItHasToProveItself() {
        int[] needed = new int[7];
        for (int fall = 0; fall < needed.length; fall++) {
            look(100, false, State.ALIVE);
            while (!look(10, true, State.ALIVE)) {
                needed[fall] += 10;
            }
        }
        assertThat(needed).isSorted();
        assertThat(needed[0]).isBetween(230, 260);
        assertThat(needed[6]).isBetween(7_900, 8_010);
        look(61_000, true, State.ALIVE);
        look(100, false, State.ALIVE);
        assertThat(look(270, true, State.ALIVE)).as("it is forgotten").isTrue();
    }

    @Test
    void aNewLifeAnswersWhateverTheLastOneDid() {
        look(100, false, State.ENDED);
        detector.begin(now, beats);
        assertThat(look(20, true, State.ALIVE)).isTrue();
        assertThat(look(60, false, State.ALIVE)).isTrue();
        assertThat(look(10, false, State.ALIVE)).isFalse();
    }
}
