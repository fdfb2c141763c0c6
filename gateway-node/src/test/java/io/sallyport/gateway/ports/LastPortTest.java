package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Limits;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A2: together the nodes use every port towards one destination, whoever holds it first. */
class LastPortTest {

    private static final LeaseKey KEY = LedgerWorld.key(7);
    private static final int PER_MS = 10;

    private final LedgerWorld world =
            new LedgerWorld(1, 3, Duration.ofSeconds(1), Duration.ofMillis(500));

    private void open(int count, int... nodes) {
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            world.open(nodes[random.nextInt(nodes.length)], KEY, false);
            if (i % PER_MS == 0) {
                world.step();
            }
        }
    }

    @Test
    void threeNodesHoldEveryPortOfTheRangeAndTheNextOneIsRefusedUntilOneEnds() {
        open(Limits.PORTS, 0, 1, 2);
        world.run(3_000);
        assertThat(world.live).isEqualTo(Limits.PORTS);
        assertThat(world.refused).isZero();
        open(1, 1);
        world.run(3_000);
        assertThat(world.refused).isEqualTo(1);
        assertThat(world.ledgers.get(1).counters().refusedForWant()).isEqualTo(1);
        world.endOne();
        world.run(1_500);
        open(1, 2);
        world.run(2_500);
        assertThat(world.live).isEqualTo(Limits.PORTS);
        assertThat(world.refused).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatOneNodeHoldsUnspentFindsWhoeverNeedsIt(int hoarder) {
        for (int i = 0; i < 20_000; i++) {
            world.open(hoarder, KEY, true);
            if (i % PER_MS == 0) {
                world.step();
            }
        }
        world.run(5_000);
        int unspent = world.ledgers.get(hoarder).counters().inHand();
        assertThat(unspent).isGreaterThan(500);
        int other = (hoarder + 1) % 3;
        open(Limits.PORTS, other);
        world.run(3_000);
        assertThat(world.live).isEqualTo(Limits.PORTS);
        assertThat(world.refused).isZero();
        assertThat(world.ledgers.get(hoarder).counters().givenBack()).isPositive();
    }

    @Test
    void nobodyStarvesWhileAllOpenAtTheEdgeOfWhatThereIs() {
        open(Limits.PORTS - 600, 0, 1, 2);
        world.run(500);
        Random random = new Random(5);
        long opened = world.opened;
        // 200 a second, each a second long and half a second at rest: half of the 600 are free.
        for (int ms = 0; ms < 20_000; ms++) {
            if (ms % 5 == 0) {
                world.open(random.nextInt(3), KEY, true);
            }
            world.step();
        }
        world.run(2_500);
        assertThat(world.refused).isZero();
        assertThat(world.opened - opened).isEqualTo(4_000);
    }
}
