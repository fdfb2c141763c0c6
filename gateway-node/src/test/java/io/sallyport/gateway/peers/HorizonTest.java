package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HorizonTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Incarnation ME = new Incarnation(1);

    private int fenced;

    private Horizon horizonAmong(long... lives) {
        List<Member> list = LongStream.of(lives).mapToObj(HorizonTest::member).toList();
        Members members =
                new Members(SipHash.ofCluster("test"), ME, new Membership(new Epoch(1, 9), list));
        return new Horizon(ME, members, 0, () -> fenced++);
    }

    private static Member member(long life) {
        return new Member(
                new NodeId("node-" + life),
                new Incarnation(life),
                life == 9 ? Member.Status.AWAY : Member.Status.LIVE,
                "machine",
                Endpoint.parse("192.0.2.1:7000"),
                Endpoint.parse("192.0.2.1:9100"),
                new Epoch(1, 1),
                new Epoch(1, 1),
                1,
                new Epoch(1, 1),
                Set.of(),
                Map.of(),
                0);
    }

    @Test
    void aNodeActsForFifteenSecondsAfterTheJoinWasSent() {
        Horizon horizon = horizonAmong(1, 2, 3);
        assertThat(horizon.acting(15 * SECOND - 1)).isTrue();
        assertThat(horizon.acting(15 * SECOND)).isFalse();
        assertThat(fenced).isEqualTo(1);
    }

    @Test
    void aRenewCountsFromWhenItWasSent() {
        Horizon horizon = horizonAmong(1, 2, 3);
        horizon.renewed(4 * SECOND, 14 * SECOND);
        assertThat(horizon.acting(19 * SECOND - 1)).isTrue();
        assertThat(horizon.acting(19 * SECOND)).isFalse();
    }

    @Test
    void aHorizonThatHasPassedIsNeverMovedAgain() {
        Horizon horizon = horizonAmong(1, 2, 3);
        horizon.renewed(14 * SECOND, 15 * SECOND);
        horizon.acknowledged(new Incarnation(2), 15 * SECOND, 15 * SECOND);
        assertThat(horizon.acting(15 * SECOND)).isFalse();
        assertThat(horizon.leftNanos(15 * SECOND)).isZero();
        assertThat(fenced).isEqualTo(1);
    }

    @Test
    void aMajorityOfAllThatAreNotDeadMovesItWithoutTheStore() {
        Horizon horizon = horizonAmong(1, 2, 3);
        horizon.acknowledged(new Incarnation(2), 10 * SECOND, 11 * SECOND);
        assertThat(horizon.acting(25 * SECOND - 1)).isTrue();
        assertThat(horizon.acting(25 * SECOND)).isFalse();
    }

    @Test
    void oneThatIsAwayCountsAmongThoseWhoseMajorityIsNeeded() {
        Horizon horizon = horizonAmong(1, 2, 4, 9);
        horizon.acknowledged(new Incarnation(2), 10 * SECOND, 11 * SECOND);
        assertThat(horizon.acting(15 * SECOND)).as("two of four are no majority").isFalse();
    }

    @Test
    void acknowledgementsOfAnOlderEpochCountNoMore() {
        Horizon horizon = horizonAmong(1, 2, 3);
        horizon.acknowledged(new Incarnation(2), 1 * SECOND, 1 * SECOND);
        horizon.learned();
        horizon.majority(14 * SECOND);
        assertThat(horizon.acting(16 * SECOND)).isFalse();
    }

    @Test
    void aLoneNodeIsItsOwnMajority() {
        Horizon horizon = horizonAmong(1);
        for (long second = 1; second < 100; second++) {
            horizon.majority(second * SECOND);
            assertThat(horizon.acting(second * SECOND)).isTrue();
        }
    }
}
