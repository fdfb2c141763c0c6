package io.sallyport.allocator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.watch.Complaints.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CoverTest {

    @Test
    void itHasOneOfEveryPairAndIsAsSmallAsCanBe() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int round = 0; round < 300; round++) {
            int people = 2 + random.nextInt(Cover.EXACT_MAX - 1);
            List<Pair> pairs = pairs(random, people);
            List<Member> cover = Cover.smallest(pairs);
            assertThat(covers(pairs, cover)).isTrue();
            assertThat(cover).doesNotHaveDuplicates().hasSize(smallest(pairs));
            assertThat(cover.size()).as("somebody is left").isLessThan(people);
        }
    }

    @Test
    void ofManyItStillHasOneOfEveryPairAndLeavesSomebody() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int round = 0; round < 50; round++) {
            List<Pair> pairs = pairs(random, 40);
            List<Member> cover = Cover.smallest(pairs);
            assertThat(covers(pairs, cover)).isTrue();
            assertThat(cover).doesNotHaveDuplicates().hasSizeLessThan(40);
        }
    }

    @Test
    void whereNobodyIsApartNobodyGoes() {
        assertThat(Cover.smallest(List.of())).isEmpty();
    }

    private static List<Pair> pairs(RandomGenerator random, int people) {
        List<Pair> pairs = new ArrayList<>();
        int density = 1 + random.nextInt(5);
        for (int i = 1; i <= people; i++) {
            for (int j = i + 1; j <= people; j++) {
                if (random.nextInt(6) < density) {
                    pairs.add(new Pair(People.live(i, 0), People.live(j, 0)));
                }
            }
        }
        return pairs;
    }

    private static boolean covers(List<Pair> pairs, List<Member> cover) {
        return pairs.stream().allMatch(p -> cover.contains(p.one()) || cover.contains(p.other()));
    }

    /** By branching: of the first pair, one or the other must go. */
    private static int smallest(List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return 0;
        }
        Pair first = pairs.getFirst();
        return 1
                + Math.min(
                        smallest(without(pairs, first.one())),
                        smallest(without(pairs, first.other())));
    }

    private static List<Pair> without(List<Pair> pairs, Member gone) {
        Set<Pair> left = new HashSet<>(pairs);
        left.removeIf(pair -> pair.one().equals(gone) || pair.other().equals(gone));
        return pairs.stream().filter(left::contains).toList();
    }
}
