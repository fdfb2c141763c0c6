package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpreadTest {

    private static final long LATER = Spread.SETTLED_NANOS;
    private static final List<String> OTHERS = List.of("b", "c");

    private final Spread spread = new Spread();

    private Optional<Spread.Move> look(Map<Integer, String> leaders, long now) {
        return spread.look("a", leaders, 4, Map.of(0, OTHERS, 1, OTHERS, 2, OTHERS), now);
    }

    @Test
    void whoLeadsTwoMoreThanAnotherHandsOneOverAfterAWhile() {
        Map<Integer, String> leaders = Map.of(0, "a", 1, "a", 2, "a", 3, "b");
        assertThat(look(leaders, 0)).isEmpty();
        assertThat(look(leaders, LATER - 1)).isEmpty();
        assertThat(look(leaders, LATER)).contains(new Spread.Move(2, "c"));
        assertThat(look(leaders, LATER + 1)).isEmpty();
    }

    @Test
    void oneMoreIsNoReason() {
        Map<Integer, String> leaders = Map.of(0, "a", 1, "a", 2, "b", 3, "c");
        assertThat(look(leaders, 0)).isEmpty();
        assertThat(look(leaders, 10 * LATER)).isEmpty();
    }

    @Test
    void anElectionBeginsTheWhileAnew() {
        Map<Integer, String> leaders = Map.of(0, "a", 1, "a", 2, "a", 3, "b");
        assertThat(look(leaders, 0)).isEmpty();
        assertThat(look(Map.of(0, "a", 1, "a", 2, "a"), LATER / 2)).isEmpty();
        assertThat(look(leaders, LATER)).isEmpty();
        assertThat(look(leaders, 2 * LATER)).isPresent();
    }

    @Test
    void whoLagsIsHandedNothing() {
        Map<Integer, String> leaders = Map.of(0, "a", 1, "a", 2, "a", 3, "a");
        Map<Integer, List<String>> none = Map.of();
        assertThat(spread.look("a", leaders, 4, none, 0)).isEmpty();
        assertThat(spread.look("a", leaders, 4, none, LATER)).isEmpty();
    }

    @Test
    void movesOfAllStoresEndInASpread() {
        long seed = 5;
        System.out.println("seed " + seed);
        var random = new java.util.Random(seed);
        List<String> stores = List.of("a", "b", "c");
        for (int round = 0; round < 200; round++) {
            Map<Integer, String> leaders = new java.util.HashMap<>();
            for (int group = 0; group < 7; group++) {
                leaders.put(group, stores.get(random.nextInt(3)));
            }
            Map<String, Spread> spreads = new java.util.TreeMap<>();
            stores.forEach(store -> spreads.put(store, new Spread()));
            for (long now = 0; now < 40; now++) {
                long at = now * LATER;
                spreads.forEach((store, each) -> {
                    Map<Integer, List<String>> followers = new java.util.HashMap<>();
                    leaders.forEach((group, leader) ->
                            followers.put(
                                    group,
                                    stores.stream().filter(s -> !s.equals(leader)).toList()));
                    each.look(store, Map.copyOf(leaders), 7, followers, at)
                            .ifPresent(move -> leaders.put(move.group(), move.to()));
                });
            }
            for (String store : stores) {
                long led = leaders.values().stream().filter(store::equals).count();
                assertThat(led).isBetween(1L, 4L);
            }
            assertThat(leaders.values().stream().distinct().count()).isEqualTo(3);
        }
    }
}
