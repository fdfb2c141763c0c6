package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChanceTest {

    private static final LeaseKey KEY = LawUnderTest.WEB;

    private final MemoryTable table = new MemoryTable();
    private final PortOrder order = new PortOrder();

    /** RFC 8439 section 2.3.2. */
    @Test
    void theBlockFunctionIsTheOneOfTheRfc() {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        int[] input = ChaCha20.input();
        ChaCha20.key(input, key);
        ChaCha20.position(input, 1, 0x09000000, 0x4a000000, 0);
        int[] words = new int[ChaCha20.WORDS];
        ChaCha20.block(input, words);
        assertThat(words)
                .containsExactly(
                        0xe4e7f110,
                        0x15593bd1,
                        0x1fdd0f50,
                        0xc47120a3,
                        0xc7f4d1c7,
                        0x0368c033,
                        0x9aaa2204,
                        0x4e6cd4c3,
                        0x466482d2,
                        0x09aa9f07,
                        0x05d7c214,
                        0xa2028bd9,
                        0xd19c12b5,
                        0xb94e16de,
                        0xe883d0cb,
                        0x4e3c50a2);
    }

    @Test
    void theSameStampGivesTheSameAndAnyOtherGivesAnother() {
        byte[] entropy = entropy(1);
        byte[] other = entropy.clone();
        other[31] ^= 1;
        Set<List<Integer>> seen = new HashSet<>();
        assertThat(seen.add(draws(new Stamp(7, 0, entropy)))).isTrue();
        assertThat(seen.add(draws(new Stamp(7, 0, entropy.clone())))).isFalse();
        assertThat(seen.add(draws(new Stamp(7, 1, entropy)))).isTrue();
        assertThat(seen.add(draws(new Stamp(8, 0, entropy)))).isTrue();
        assertThat(seen.add(draws(new Stamp(7 + (1L << 32), 0, entropy)))).isTrue();
        assertThat(seen.add(draws(new Stamp(7, 0, other)))).isTrue();
    }

    private static List<Integer> draws(Stamp stamp) {
        Chance chance = new Chance();
        chance.begin(stamp);
        return draws(chance);
    }

    private static List<Integer> draws(Chance chance) {
        List<Integer> draws = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            draws.add(chance.below(Integer.MAX_VALUE));
        }
        return draws;
    }

    /** What one command draws depends on its stamp, not on what others drew before it. */
    @Test
    void oneObjectServesCommandAfterCommandInAnyOrder() {
        Chance chance = new Chance();
        Random random = new Random(4);
        Set<Integer> firstWords = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            byte[] entropy = entropy(random.nextInt(2));
            for (int each = 0; each < 3; each++) {
                Stamp stamp = new Stamp(1 + random.nextInt(2), random.nextInt(100), entropy);
                chance.begin(stamp);
                assertThat(draws(chance)).isEqualTo(draws(stamp));
                chance.begin(stamp);
                firstWords.add(chance.below(Integer.MAX_VALUE));
            }
        }
        assertThat(firstWords).as("each stamp has its own").hasSize(400);
    }

    /** No word of the stream serves two draws: 50 commands draw 40 each, all of them different. */
    @Test
    void noWordIsGivenTwice() {
        Set<Integer> seen = new HashSet<>();
        for (int ordinal = 0; ordinal < 50; ordinal++) {
            for (int draw : draws(new Stamp(7, ordinal, entropy(1)))) {
                assertThat(seen.add(draw)).isTrue();
            }
        }
    }

    /**
     * Uniform over what is free (A3): chi-square over 63 blocks of the free ports' ranks. 62
     * degrees of freedom: above 115.5 once in 10,000 runs of a fair draw; the seeds are fixed.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.01, 0.5, 0.99})
    void aGrantIsUniformOverTheFreePorts(double fill) {
        List<Integer> free = takeAtRandom((int) (fill * Limits.PORTS));
        Holdings holdings = table.holdings(KEY);
        int cells = 63;
        int draws = 63_000;
        int[] observed = new int[cells];
        for (int i = 0; i < draws; i++) {
            int port = order.draw(holdings, 1, chance(1000 + i)).get(0);
            int rank = Collections.binarySearch(free, port);
            assertThat(rank).as("port %d is free", port).isNotNegative();
            observed[(int) ((long) rank * cells / free.size())]++;
        }
        assertThat(chiSquare(observed, cellSizes(free.size(), cells), draws)).isLessThan(115.5);
    }

    /** Every place of a larger grant is as uniform as a single one: its order tells nothing. */
    @Test
    void everyPlaceOfALeaseIsUniformAndNoPortComesTwice() {
        takeAtRandom(Limits.PORTS - 64);
        Holdings holdings = table.holdings(KEY);
        int want = 48;
        int rounds = 4000;
        int[][] observed = new int[want][64];
        List<Integer> free = new ArrayList<>();
        for (int rank = 0; rank < 64; rank++) {
            free.add(holdings.freePort(rank));
        }
        for (int round = 0; round < rounds; round++) {
            List<Integer> ports = order.draw(holdings, want, chance(round)).toList();
            assertThat(ports).doesNotHaveDuplicates().hasSize(want);
            for (int place = 0; place < want; place++) {
                observed[place][free.indexOf(ports.get(place))]++;
            }
        }
        for (int place = 0; place < want; place++) {
            // 63 degrees of freedom, 48 places: above 127 once in 1,000 runs of a fair draw.
            assertThat(chiSquare(observed[place], cellSizes(64, 64), rounds))
                    .as("place %d", place)
                    .isLessThan(127);
        }
    }

    @Test
    void aDrawOfAllThatIsFreeGivesAllInAnotherOrderThanTheirOwn() {
        List<Integer> free = takeAtRandom(Limits.PORTS - 1000);
        Holdings holdings = table.holdings(KEY);
        List<Integer> drawn = order.draw(holdings, 1000, chance(3)).toList();
        assertThat(drawn).containsExactlyInAnyOrderElementsOf(free).isNotEqualTo(free);
    }

    /** Takes that many ports and tells which are left, ascending. */
    private List<Integer> takeAtRandom(int count) {
        List<Integer> all = new ArrayList<>();
        for (int port = Limits.PORT_MIN; port <= Limits.PORT_MAX; port++) {
            all.add(port);
        }
        Collections.shuffle(all, new Random(5));
        if (count > 0) {
            table.lease(KEY, new Incarnation(1), 1, Ports.of(all.subList(0, count)));
        }
        return all.subList(count, all.size()).stream().sorted().toList();
    }

    private static double chiSquare(int[] observed, int[] sizes, int draws) {
        int total = Arrays.stream(sizes).sum();
        double sum = 0;
        for (int i = 0; i < observed.length; i++) {
            double expected = (double) draws * sizes[i] / total;
            sum += (observed[i] - expected) * (observed[i] - expected) / expected;
        }
        return sum;
    }

    private static int[] cellSizes(int total, int cells) {
        int[] sizes = new int[cells];
        for (int rank = 0; rank < total; rank++) {
            sizes[(int) ((long) rank * cells / total)]++;
        }
        return sizes;
    }

    private static Chance chance(long seed) {
        Chance chance = new Chance();
        chance.begin(new Stamp(1, 0, entropy(seed)));
        return chance;
    }

    static byte[] entropy(long seed) {
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocate(Stamp.ENTROPY_BYTES);
        while (bytes.hasRemaining()) {
            bytes.putLong(random.nextLong());
        }
        return bytes.array();
    }
}
