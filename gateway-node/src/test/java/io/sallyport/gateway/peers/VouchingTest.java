package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VouchingTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Incarnation ME = new Incarnation(1);
    private static final Incarnation PEER = new Incarnation(2);
    private static final Endpoint SOMEWHERE = Endpoint.parse("192.0.2.1:7000");

    private final Vouching vouching = new Vouching(ME, Rules.ALL);

    private static Member member(Incarnation life, Member.Status status, long lastRenew) {
        Epoch epoch = new Epoch(1, life.number());
        return new Member(
                new NodeId("node-" + life.number()),
                life,
                status,
                "machine",
                SOMEWHERE,
                SOMEWHERE,
                epoch,
                epoch,
                lastRenew,
                epoch,
                Set.of(),
                Map.of(),
                0);
    }

    private static Membership with(Member.Status status, long lastRenew) {
        return new Membership(
                new Epoch(1, 2),
                List.of(member(ME, Member.Status.LIVE, 500), member(PEER, status, lastRenew)));
    }

    private void learn(long lastRenew, long nowNanos) {
        vouching.learned(with(Member.Status.LIVE, lastRenew), nowNanos);
    }

    @Test
    void nobodyIsVouchedForBeforeASilenceOfTAndTheDrift() {
        learn(100, 0);
        assertThat(vouching.acknowledges(PEER, 3 * SECOND)).isTrue();
        assertThat(vouching.vouches(3 * SECOND + Vouching.SILENCE_NANOS - 1)).isEmpty();
        assertThat(vouching.vouches(3 * SECOND + Vouching.SILENCE_NANOS))
                .isEqualTo(Map.of(PEER, 100L));
        assertThat(Vouching.SILENCE_NANOS).isGreaterThan(Horizon.REACH_NANOS);
    }

    @Test
    void aNewLifeVouchesOnlyForWhatItSawItself() {
        learn(100, 50 * SECOND);
        assertThat(vouching.vouches(50 * SECOND + Vouching.SILENCE_NANOS - 1)).isEmpty();
        assertThat(vouching.vouches(50 * SECOND + Vouching.SILENCE_NANOS)).containsKey(PEER);
    }

    @Test
    void whoVouchedDoesNotAcknowledgeUntilItLearnsOfALaterRenew() {
        learn(100, 0);
        vouching.vouches(20 * SECOND);
        assertThat(vouching.acknowledges(PEER, 21 * SECOND)).isFalse();
        learn(100, 22 * SECOND);
        assertThat(vouching.acknowledges(PEER, 23 * SECOND)).isFalse();
        learn(101, 24 * SECOND);
        assertThat(vouching.acknowledges(PEER, 25 * SECOND)).isTrue();
        assertThat(vouching.vouches(26 * SECOND)).isEmpty();
    }

    @Test
    void afterALaterRenewTheSilenceIsCountedAnew() {
        learn(100, 0);
        vouching.vouches(20 * SECOND);
        learn(101, 30 * SECOND);
        assertThat(vouching.vouches(31 * SECOND)).as("the peer must get a chance").isEmpty();
        assertThat(vouching.vouches(30 * SECOND + Vouching.SILENCE_NANOS))
                .isEqualTo(Map.of(PEER, 101L));
    }

    @Test
    void anOlderListDoesNotTakeAWordBack() {
        learn(100, 0);
        learn(90, SECOND);
        assertThat(vouching.vouches(20 * SECOND)).isEqualTo(Map.of(PEER, 100L));
        learn(95, 21 * SECOND);
        assertThat(vouching.acknowledges(PEER, 22 * SECOND)).isFalse();
    }

    @Test
    void theDeadNeedNoWord() {
        learn(100, 0);
        vouching.vouches(20 * SECOND);
        vouching.learned(with(Member.Status.DEAD, 100), 21 * SECOND);
        assertThat(vouching.vouches(60 * SECOND)).isEmpty();
        assertThat(vouching.given()).isZero();
    }

    @Test
    void withoutTheRuleAWordBindsNobody() {
        Vouching faithless = new Vouching(ME, Rules.without(Rule.VOUCH));
        faithless.learned(with(Member.Status.LIVE, 100), 0);
        assertThat(faithless.vouches(20 * SECOND)).isEqualTo(Map.of(PEER, 100L));
        assertThat(faithless.acknowledges(PEER, 21 * SECOND)).isTrue();
    }
}
