package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final Epoch EPOCH = new Epoch(1, 9);
    private static final Endpoint SOMEWHERE = Endpoint.parse("192.0.2.1:1");
    private static final long LONG = Silence.SILENCE_NANOS;

    private final Silence silence = new Silence();

    private static Member member(int number, long lastRenew, Integer... unreachable) {
        Set<NodeId> missed =
                Arrays.stream(unreachable)
                        .map(n -> new NodeId("gw-" + n))
                        .collect(Collectors.toSet());
        return new Member(
                new NodeId("gw-" + number),
                new Incarnation(number),
                Member.Status.LIVE,
                "m",
                SOMEWHERE,
                SOMEWHERE,
                EPOCH,
                EPOCH,
                lastRenew,
                EPOCH,
                missed,
                Map.of(),
                0);
    }

    private static Membership members(Member... members) {
        return new Membership(EPOCH, List.of(members));
    }

    @Test
    void whoIsSilentAndMissedByAMajorityIsAway() {
        silence.judge(members(member(1, 10), member(2, 10), member(3, 10)), 0);
        Membership later = members(member(1, 10), member(2, 20, 1), member(3, 20, 1));
        assertThat(silence.judge(later, LONG - 1)).isEmpty();
        assertThat(silence.judge(later, LONG))
                .hasValueSatisfying(away -> {
                    assertThat(away.incarnation()).isEqualTo(new Incarnation(1));
                    assertThat(away.lastRenew()).isEqualTo(10);
                });
    }

    @Test
    void whoIsSilentToTheStoreOnlyStays() {
        silence.judge(members(member(1, 10), member(2, 10), member(3, 10)), 0);
        Membership later = members(member(1, 10), member(2, 20, 1), member(3, 20));
        assertThat(silence.judge(later, LONG)).isEmpty();
    }

    @Test
    void whoRenewsIsNotAwayWhateverOthersSay() {
        silence.judge(members(member(1, 10), member(2, 10)), 0);
        assertThat(silence.judge(members(member(1, 20), member(2, 20, 1)), LONG)).isEmpty();
    }

    @Test
    void anOldComplaintOfOneWhoIsSilentHimselfDoesNotCount() {
        silence.judge(members(member(1, 10), member(2, 10, 1)), 0);
        assertThat(silence.judge(members(member(1, 10), member(2, 10, 1)), 2 * LONG)).isEmpty();
    }

    @Test
    void theLastOneIsNeverAway() {
        silence.judge(members(member(1, 10)), 0);
        assertThat(silence.judge(members(member(1, 10)), 100 * LONG)).isEmpty();
    }

    @Test
    void aNewLeaderCountsFromItsOwnBeginning() {
        silence.judge(members(member(1, 10), member(2, 10)), 0);
        silence.forget();
        Membership later = members(member(1, 10), member(2, 20, 1));
        assertThat(silence.judge(later, LONG)).isEmpty();
        assertThat(silence.judge(members(member(1, 10), member(2, 30, 1)), 2 * LONG)).isPresent();
    }

    @Test
    void twoOfThreeThatFallSilentTogetherGoOneAfterTheOther() {
        silence.judge(members(member(1, 10), member(2, 10), member(3, 10)), 0);
        Membership later = members(member(1, 10), member(2, 10), member(3, 20, 1, 2));
        assertThat(silence.judge(later, LONG))
                .hasValueSatisfying(
                        away -> assertThat(away.incarnation()).isEqualTo(new Incarnation(1)));
        Membership afterwards = members(member(2, 10), member(3, 20, 1, 2));
        assertThat(silence.judge(afterwards, LONG))
                .hasValueSatisfying(
                        away -> assertThat(away.incarnation()).isEqualTo(new Incarnation(2)));
    }
}
