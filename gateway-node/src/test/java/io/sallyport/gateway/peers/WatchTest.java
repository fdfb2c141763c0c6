package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.Incarnation;
import org.junit.jupiter.api.Test;

/** Three missed heartbeats are suspicion, by a clock that runs only while this node listens. */
class WatchTest {

    private static final long MS = 1_000_000;
    private static final Incarnation PEER = new Incarnation(7);

    private final Counters counters = new Counters();
    private final Watch watch = new Watch(counters);
    private long now = -5 * MS;

    private void listen(long millis) {
        for (long i = 0; i < millis; i += 5) {
            now += 5 * MS;
            watch.look(now);
        }
    }

    @Test
    void aPeerIsSuspectedAfterThreeHeartbeatsAndToldToTheStoreLater() {
        listen(5);
        watch.heard(PEER);
        listen(70);
        assertThat(watch.suspected(PEER)).isFalse();
        listen(20);
        assertThat(watch.suspected(PEER)).isTrue();
        assertThat(watch.unreachable(PEER)).isFalse();
        listen(330);
        assertThat(watch.unreachable(PEER)).isTrue();
        assertThat(counters.suspicions).isEqualTo(1);
        assertThat(counters.falseSuspicions).isZero();
    }

    @Test
    void whoIsHeardAgainIsSuspectedNoMoreAndCounted() {
        listen(5);
        watch.heard(PEER);
        listen(200);
        watch.heard(PEER);
        assertThat(watch.suspected(PEER)).isFalse();
        assertThat(watch.unreachable(PEER)).isFalse();
        assertThat(counters.falseSuspicions).isEqualTo(1);
    }

    @Test
    void timeInWhichThisNodeDidNotListenIsNobodysSilence() {
        listen(5);
        watch.heard(PEER);
        now += 10_000 * MS;
        watch.look(now);
        assertThat(watch.suspected(PEER)).isFalse();
        assertThat(watch.unreachable(PEER)).isFalse();
        listen(100);
        assertThat(watch.suspected(PEER)).isTrue();
    }

    @Test
    void whoWasNeverHeardOrHasNoSessionIsSuspectedAndNoFalseAlarm() {
        assertThat(watch.suspected(PEER)).isTrue();
        watch.heard(PEER);
        listen(100);
        watch.broke(PEER);
        assertThat(watch.suspected(PEER)).isTrue();
        watch.heard(PEER);
        assertThat(watch.suspected(PEER)).isFalse();
        assertThat(counters.falseSuspicions).isZero();
    }

    @Test
    void whoseSessionBrokeIsToldToTheStoreOnlyWhereItStaysBroken() {
        listen(5);
        watch.heard(PEER);
        listen(20);
        watch.broke(PEER);
        assertThat(watch.suspected(PEER)).isTrue();
        assertThat(watch.unreachable(PEER)).isFalse();
        listen(300);
        watch.heard(PEER);
        watch.broke(PEER);
        listen(390);
        assertThat(watch.unreachable(PEER)).isFalse();
        listen(20);
        assertThat(watch.unreachable(PEER)).isTrue();
        assertThat(watch.suspected(PEER)).isTrue();
        assertThat(counters.suspicions).isZero();
    }

    @Test
    void ofFourHeartbeatsOneIsAnswered() {
        int answers = 0;
        for (int i = 0; i < 40; i++) {
            answers += watch.owesAnswer(PEER, i * Watch.HEARTBEAT_NANOS) ? 1 : 0;
        }
        assertThat(answers).isEqualTo(10);
    }
}
