package io.sallyport.gateway.connections;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PathTableTest {

    private static final long GRACE = 150;
    private static final int MOST = 20;

    private final Arena arena = Arena.ofConfined();
    private final KeyHash hash = TableMemory.Seeds.random().hash();
    private final MemorySegment memory = arena.allocate((long) MOST * RecordLayout.PATH_BYTES, 8);

    private PathTable table() {
        return table(GRACE);
    }

    private PathTable table(long graceNanos) {
        return new PathTable(memory, MOST, hash, graceNanos);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** Different ones differ in one word only, each of the four. */
    private static List<Long> way(int number) {
        List<Long> words = new ArrayList<>(List.of(1L, 1L, 1L, 1L));
        words.set(number % 4, 2L + number / 4);
        return words;
    }

    private static int take(PathTable table, int way) {
        List<Long> words = way(way);
        return table.take(words.get(0), words.get(1), words.get(2), words.get(3));
    }

    private static List<Long> read(PathTable table, int number) {
        return List.of(
                table.word(number, 0),
                table.word(number, 1),
                table.word(number, 2),
                table.word(number, 3));
    }

    /** As programs and connections see it, against a list of who has what. */
    @Test
    void whoHasANumberReadsItsWayUntilNobodyHasItAndALittleLonger() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        PathTable table = table();
        Map<Integer, List<Integer>> had = new HashMap<>();
        Map<Integer, Integer> last = new HashMap<>();
        Map<Integer, Long> heldUntil = new HashMap<>();
        for (long now = 0; now < 50_000; now += random.nextInt(20)) {
            int way = random.nextInt(2 * MOST);
            if (random.nextInt(100) < 45) {
                int number = take(table, way);
                assertThat(read(table, number)).isEqualTo(way(way));
                if (now < heldUntil.getOrDefault(number, 0L)) {
                    assertThat(last.get(number)).as("somebody may hold it").isEqualTo(way);
                }
                last.put(number, way);
                had.computeIfAbsent(number, key -> new ArrayList<>()).add(way);
            } else if (!had.isEmpty()) {
                int number = had.keySet().stream().sorted().toList().get(way % had.size());
                List<Integer> ways = requireNonNull(had.get(number));
                heldUntil.put(number, now + GRACE);
                table.giveUp(number);
                ways.removeLast();
                if (ways.isEmpty()) {
                    had.remove(number);
                }
            }
            table.turn(now);
            had.forEach((number, ways) ->
                    ways.forEach(one -> assertThat(read(table, number)).isEqualTo(way(one))));
            Map<List<Long>, Integer> known = new HashMap<>();
            had.keySet().stream()
                    .filter(number -> !table.isApart(number))
                    .forEach(number ->
                            assertThat(known.put(read(table, number), number))
                                    .as("the same way twice")
                                    .isNull());
            assertThat(table.size() + table.sizeApart()).isGreaterThanOrEqualTo(had.size());
        }
        assertThat(heldUntil).hasSizeGreaterThan(MOST);
    }

    @Test
    void anotherWayHasANumberOnlyOnceNoProgramCanHoldIt() {
        PathTable table = table();
        for (int way = 1; way < MOST; way++) {
            take(table, way);
        }
        assertThat(table.hasRoom()).isFalse();
        table.turn(1_000);
        table.giveUp(7);
        table.turn(1_000 + GRACE - 1);
        table.turn(1_000 + 2 * GRACE - 2);
        assertThat(table.isApart(take(table, 90))).isTrue();
        assertThat(read(table, 7)).isEqualTo(way(7));
        table.turn(1_000 + 2 * GRACE - 1);
        assertThat(take(table, 91)).isEqualTo(7);
        assertThat(read(table, 7)).isEqualTo(way(91));
    }

    @Test
    void whoComesBackInTimeFindsTheOldNumber() {
        PathTable table = table();
        int number = take(table, 1);
        table.giveUp(number);
        table.turn(0);
        assertThat(take(table, 1)).isEqualTo(number);
        table.turn(10 * GRACE);
        table.turn(20 * GRACE);
        assertThat(table.size()).isEqualTo(1);
        assertThat(read(table, number)).isEqualTo(way(1));
        assertThat(take(table, 2)).isNotEqualTo(number);
    }

    @Test
    void whatHadNoRoomHasANumberOfTheProgramsOnceThereIsRoom() {
        PathTable table = table(0);
        for (int way = 1; way < MOST; way++) {
            take(table, way);
        }
        int late = take(table, 50);
        int later = take(table, 51);
        assertThat(List.of(late, later)).allMatch(table::isApart);
        assertThat(table.sizeApart()).isEqualTo(2);
        assertThat(take(table, 50)).isEqualTo(late);
        table.release(3);
        int better = take(table, 50);
        assertThat(better).isEqualTo(3);
        assertThat(read(table, late)).as("who has the other still reads it").isEqualTo(way(50));
        assertThat(take(table, 50)).isEqualTo(better);
        table.release(late);
        table.release(late);
        assertThat(table.sizeApart()).isEqualTo(1);
        assertThat(take(table, 50)).isEqualTo(better);
        assertThat(take(table, 52)).isEqualTo(late);
    }

    @Test
    void aLaterLifeCountsAnewAndForgetsWhatLayInTheHeap() {
        PathTable former = table();
        for (int way = 1; way < MOST; way++) {
            take(former, way);
        }
        int apart = take(former, 50);
        PathTable table = table();
        assertThat(table.adopt(9)).isEqualTo(9);
        assertThat(table.adopt(4)).isEqualTo(4);
        assertThat(table.adopt(9)).isEqualTo(9);
        assertThat(table.adopt(apart)).isEqualTo(PathTable.UNKNOWN);
        assertThat(table.adopt(PathTable.UNKNOWN)).isEqualTo(PathTable.UNKNOWN);
        table.adopted();
        assertThat(table.size()).isEqualTo(2);
        assertThat(take(table, 9)).isEqualTo(9);
        assertThat(take(table, 60)).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            assertThat(read(table, 9)).isEqualTo(way(9));
            table.release(9);
        }
        List<Integer> taken = new ArrayList<>();
        for (int way = 61; table.hasRoom(); way++) {
            taken.add(take(table, way));
        }
        assertThat(taken).doesNotHaveDuplicates().contains(9).doesNotContain(1, 4);
        assertThat(table.size()).isEqualTo(MOST - 1);
    }
}
