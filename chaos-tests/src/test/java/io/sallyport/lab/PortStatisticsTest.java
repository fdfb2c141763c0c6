package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The judge of randomness knows good from bad. */
class PortStatisticsTest {

    private static final int[] FREE = IntStream.rangeClosed(1024, 65535).toArray();
    private static final int DRAWS = 20_000;

    @Test
    void acceptsDrawsOfAGoodGenerator() {
        Random random = new Random(7);
        PortStatistics good = PortStatistics.of(ports(i -> random.nextInt(FREE.length)), FREE);
        assertThat(good.isEven() && good.isUncorrelated() && good.hasNoGuess())
                .as(good.toString())
                .isTrue();
    }

    @Test
    void refusesAnAscendingOrder() {
        assertThat(PortStatistics.of(ports(i -> i), FREE).hasNoGuess()).isFalse();
        assertThat(PortStatistics.of(ports(i -> i), FREE).isUncorrelated()).isFalse();
    }

    @Test
    void refusesAnOrderThatOftenGoesOnToTheNext() {
        Random random = new Random(7);
        int[] last = new int[1];
        PortStatistics weak =
                PortStatistics.of(
                        ports(i -> {
                            last[0] =
                                    i % 50 == 0
                                            ? (last[0] + 1) % FREE.length
                                            : random.nextInt(FREE.length);
                            return last[0];
                        }),
                        FREE);
        assertThat(weak.hasNoGuess()).as(weak.toString()).isFalse();
    }

    @Test
    void refusesAGeneratorThatFavoursSome() {
        Random random = new Random(7);
        PortStatistics weak =
                PortStatistics.of(
                        ports(i ->
                                random.nextInt(10) == 0
                                        ? random.nextInt(FREE.length / 2)
                                        : random.nextInt(FREE.length)),
                        FREE);
        assertThat(weak.isEven()).as(weak.toString()).isFalse();
    }

    private static List<Integer> ports(java.util.function.IntUnaryOperator rank) {
        return IntStream.range(0, DRAWS).map(i -> FREE[rank.applyAsInt(i)]).boxed().toList();
    }
}
