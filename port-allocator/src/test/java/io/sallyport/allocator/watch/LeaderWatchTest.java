package io.sallyport.allocator.watch;

import static io.sallyport.allocator.watch.LeaderWatch.DEAD_NANOS;
import static io.sallyport.allocator.watch.LeaderWatch.MEND_NANOS;
import static io.sallyport.allocator.watch.LeaderWatch.SILENCE_NANOS;
import static io.sallyport.allocator.watch.People.away;
import static io.sallyport.allocator.watch.People.list;
import static io.sallyport.allocator.watch.People.live;
import static io.sallyport.allocator.watch.People.vouching;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Incarnation;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class LeaderWatchTest {

    private static final long STEP = 100_000_000L;

    private final LeaderWatch watch = new LeaderWatch();
    private long now;

    /** Looks ten times a second at what the list is by then, and stops at the first word. */
    private Optional<AllocatorCommand.OfMembers> after(long nanos, LongFunction<Membership> list) {
        for (long end = now + nanos; now < end; ) {
            now += STEP;
            Optional<AllocatorCommand.OfMembers> word = watch.judge(list.apply(now), now);
            if (word.isPresent()) {
                return word;
            }
        }
        return Optional.empty();
    }

    private static Optional<AllocatorCommand.OfMembers> put(long number, long lastRenew) {
        return Optional.of(new AllocatorCommand.Away(new Incarnation(number), lastRenew));
    }

    @Test
    void whoIsSilentAndMissedByAMajorityIsAway() {
        LongFunction<Membership> list = t -> list(live(1, 10), live(2, t, 1), live(3, t, 1));
        assertThat(after(SILENCE_NANOS, list)).isEmpty();
        assertThat(after(STEP, list)).isEqualTo(put(1, 10));
    }

    @Test
    void whoIsSilentToTheStoreOnlyStays() {
        assertThat(after(5 * SILENCE_NANOS, t -> list(live(1, 10), live(2, t), live(3, t))))
                .isEmpty();
        assertThat(after(MEND_NANOS, t -> list(live(1, 10), live(2, t, 1), live(3, t)))).isEmpty();
    }

    @Test
    void anOldComplaintOfOneWhoIsSilentHimselfDoesNotCount() {
        assertThat(after(5 * SILENCE_NANOS, t -> list(live(1, 10), live(2, 10, 1), live(3, t))))
                .isEmpty();
    }

    @Test
    void theLastOneIsNeverAway() {
        assertThat(after(DEAD_NANOS, t -> list(live(1, 10)))).isEmpty();
        assertThat(after(DEAD_NANOS, t -> list(live(1, 10), away(2, 10, 1)))).isEmpty();
    }

    @Test
    void theLastLiveOneGoesWhereOneThatIsAwayRenewsAndMissesIt() {
        LongFunction<Membership> list = t -> list(live(1, 10), away(2, t, 1));
        assertThat(after(2 * SILENCE_NANOS, list)).isEqualTo(put(1, 10));
        assertThat(after(SILENCE_NANOS, t -> list(live(1, 10), away(2, t)))).isEmpty();
    }

    @Test
    void twoOfThreeThatFallSilentTogetherGoOneAfterTheOther() {
        assertThat(after(2 * SILENCE_NANOS, t -> list(live(1, 10), live(2, 10), live(3, t, 1, 2))))
                .isEqualTo(put(1, 10));
        assertThat(after(STEP, t -> list(away(1, 10), live(2, 10), live(3, t, 1, 2))))
                .isEqualTo(put(2, 10));
    }

    @Test
    void aNewLeaderCountsFromItsOwnBeginning() {
        LongFunction<Membership> list = t -> list(live(1, 10), live(2, t, 1));
        assertThat(after(SILENCE_NANOS, list)).isEmpty();
        watch.forget();
        assertThat(after(SILENCE_NANOS, list)).isEmpty();
        assertThat(after(STEP, list)).isPresent();
    }

    @Test
    void timeInWhichTheStoreCouldNotCommitIsNobodysSilence() {
        after(STEP, t -> list(live(1, 10), live(2, 11), live(3, 12)));
        assertThat(after(10 * SILENCE_NANOS, t -> list(live(1, 10), live(2, 11), live(3, 12))))
                .isEmpty();
        LongFunction<Membership> again = t -> list(live(1, 10), live(2, t, 1), live(3, t, 1));
        assertThat(after(SILENCE_NANOS, again)).as("the first to come back").isEmpty();
        assertThat(after(2 * STEP, again)).isEqualTo(put(1, 10));
    }

    @Test
    void whoReachesTheStoreButNobodyElseGoesAfterAWhileAndNotThoseWhoMissIt() {
        LongFunction<Membership> list =
                t -> list(live(1, t, 2, 3, 4), live(2, t, 1), live(3, t, 1), live(4, t));
        assertThat(after(MEND_NANOS, list)).isEmpty();
        assertThat(after(STEP, list)).hasValueSatisfying(word -> assertThat(named(word)).isOne());
    }

    @Test
    void ofTwoThatMissEachOtherTheYoungerGoes() {
        assertThat(after(2 * MEND_NANOS, t -> list(live(1, t), live(2, t, 5), live(5, t, 2))))
                .hasValueSatisfying(word -> assertThat(named(word)).isEqualTo(5));
    }

    @Test
    void aComplaintThatEndsInBetweenBeginsAnew() {
        LongFunction<Membership> apart = t -> list(live(1, t), live(2, t, 1));
        assertThat(after(MEND_NANOS - STEP, apart)).isEmpty();
        assertThat(after(STEP, t -> list(live(1, t), live(2, t)))).isEmpty();
        assertThat(after(MEND_NANOS - STEP, apart)).isEmpty();
    }

    private static long named(AllocatorCommand.OfMembers word) {
        return ((AllocatorCommand.Away) word).incarnation().number();
    }

    private static Map<Incarnation, Long> of(long number, long lastRenew) {
        return Map.of(new Incarnation(number), lastRenew);
    }

    private static Membership oneIsGone(long t, Map<Incarnation, Long> two) {
        return list(away(1, 10), vouching(2, t, two), vouching(3, t, of(1, 10)));
    }

    @Test
    void whoIsSilentForLongAndVouchedForByAllIsDead() {
        assertThat(after(DEAD_NANOS, t -> oneIsGone(t, of(1, 10)))).isEmpty();
        assertThat(after(STEP, t -> oneIsGone(t, of(1, 10))))
                .contains(new AllocatorCommand.Dead(of(1, 10)));
    }

    @Test
    void withoutEveryVoucherNobodyIsDead() {
        assertThat(after(3 * DEAD_NANOS, t -> oneIsGone(t, Map.of()))).isEmpty();
        assertThat(after(STEP, t -> oneIsGone(t, of(1, 9)))).as("of an older Renew").isEmpty();
        assertThat(after(STEP, t -> oneIsGone(t, of(1, 10)))).isPresent();
    }

    @Test
    void everyDeathOfAnybodyPartsDeclarations() {
        assertThat(
                        after(
                                DEAD_NANOS - STEP,
                                t ->
                                        list(
                                                away(1, 10),
                                                vouching(2, t, of(1, 10)),
                                                vouching(3, t, of(1, 10)),
                                                live(4, t))))
                .isEmpty();
        assertThat(after(DEAD_NANOS, t -> oneIsGone(t, of(1, 10)))).as("4 has gone").isEmpty();
        assertThat(after(STEP, t -> oneIsGone(t, of(1, 10)))).isPresent();
    }

    @Test
    void moreThanHalfAreNeverDeadTogether() {
        Member witness = vouching(3, 0, Map.of(new Incarnation(1), 10L, new Incarnation(2), 10L));
        assertThat(
                        after(
                                3 * DEAD_NANOS,
                                t ->
                                        list(
                                                away(1, 10),
                                                away(2, 10),
                                                vouching(3, t, witness.vouches()))))
                .isEmpty();
    }
}
