package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.Seed;
import java.util.BitSet;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Against a BitSet, which is slow and plainly right. Bit 0 is the lowest port of the range. */
class PortSetTest {

    @Test
    void behavesAsABitSetUnderAnyInterleaving() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int round = 0; round < 30; round++) {
            PortSet set = PortSet.empty();
            BitSet model = new BitSet();
            int steps = random.nextInt(1, 3000);
            // A goal that wanders makes the set cross the border between its forms both ways.
            int goal = random.nextInt(600);
            for (int step = 0; step < steps; step++) {
                if (random.nextInt(200) == 0) {
                    goal = random.nextInt(600);
                }
                if (model.cardinality() <= goal) {
                    int bit = nth(model, random.nextInt(Limits.PORTS - model.cardinality()), false);
                    set = set.with(Limits.PORT_MIN + bit);
                    model.set(bit);
                } else {
                    int bit = nth(model, random.nextInt(model.cardinality()), true);
                    set = set.without(Limits.PORT_MIN + bit);
                    model.clear(bit);
                }
                assertThat(set.size()).isEqualTo(model.cardinality());
                agree(set, model, random);
            }
            assertThat(set.toArray()).containsExactly(ports(model));
            assertThat(set.copy().toArray()).containsExactly(ports(model));
        }
    }

    @Test
    void fillsToTheLastPortAndDrainsToNoneInRandomOrder() {
        RandomGenerator random = Seed.of(getClass()).random();
        PortSet set = PortSet.empty();
        BitSet model = new BitSet();
        for (int left = Limits.PORTS; left > 0; left--) {
            int port = set.freePort(random.nextInt(left));
            assertThat(model.get(port - Limits.PORT_MIN)).isFalse();
            model.set(port - Limits.PORT_MIN);
            set = set.with(port);
            if (left % 4001 == 0) {
                agree(set, model, random);
            }
        }
        assertThat(set.size()).isEqualTo(Limits.PORTS);
        assertThat(model.cardinality()).isEqualTo(Limits.PORTS);
        int[] all = set.toArray();
        assertThat(all[0]).isEqualTo(1024);
        assertThat(all[all.length - 1]).isEqualTo(65535);
        shuffle(all, random);
        for (int port : all) {
            set = set.without(port);
            model.clear(port - Limits.PORT_MIN);
            if (set.size() % 4001 == 0) {
                agree(set, model, random);
            }
        }
        assertThat(set.size()).isZero();
        assertThat(set.freePort(0)).isEqualTo(1024);
        assertThat(set.freePort(Limits.PORTS - 1)).isEqualTo(65535);
    }

    @Test
    void aCopyGoesItsOwnWay() {
        for (int count : new int[] {3, 1000}) {
            PortSet set = PortSet.empty();
            for (int i = 0; i < count; i++) {
                set = set.with(2000 + i);
            }
            PortSet copy = set.copy().without(2000);
            assertThat(set.contains(2000)).isTrue();
            assertThat(copy.contains(2000)).isFalse();
            assertThat(set.without(2001).contains(2000)).isTrue();
            assertThat(copy.contains(2001)).isTrue();
        }
    }

    @Test
    void stopsTheProcessRatherThanHoldAPortTwiceOrLoseOneItNeverHad() {
        for (int count : new int[] {1, 1000}) {
            PortSet set = PortSet.empty();
            for (int i = 0; i < count; i++) {
                set = set.with(2000 + i);
            }
            PortSet full = set;
            assertThatThrownBy(() -> full.with(2000)).isInstanceOf(Invariant.Broken.class);
            assertThatThrownBy(() -> full.without(1999)).isInstanceOf(Invariant.Broken.class);
            assertThatThrownBy(() -> full.with(1023)).isInstanceOf(Invariant.Broken.class);
            assertThatThrownBy(() -> full.freePort(Limits.PORTS - count))
                    .isInstanceOf(Invariant.Broken.class);
            assertThatThrownBy(() -> full.freePort(-1)).isInstanceOf(Invariant.Broken.class);
        }
    }

    private static void agree(PortSet set, BitSet model, RandomGenerator random) {
        int port = random.nextInt(65536);
        assertThat(set.contains(port))
                .isEqualTo(port >= Limits.PORT_MIN && model.get(port - Limits.PORT_MIN));
        int free = Limits.PORTS - model.cardinality();
        if (free > 0) {
            int rank = random.nextInt(free);
            assertThat(set.freePort(rank)).isEqualTo(Limits.PORT_MIN + nth(model, rank, false));
        }
    }

    /** The n-th set or clear bit, by counting. */
    private static int nth(BitSet bits, int n, boolean set) {
        int at = set ? bits.nextSetBit(0) : bits.nextClearBit(0);
        for (int i = 0; i < n; i++) {
            at = set ? bits.nextSetBit(at + 1) : bits.nextClearBit(at + 1);
        }
        return at;
    }

    private static int[] ports(BitSet bits) {
        return bits.stream().map(bit -> Limits.PORT_MIN + bit).toArray();
    }

    private static void shuffle(int[] values, RandomGenerator random) {
        Random order = new Random(random.nextLong());
        for (int i = values.length - 1; i > 0; i--) {
            int other = order.nextInt(i + 1);
            int value = values[i];
            values[i] = values[other];
            values[other] = value;
        }
    }
}
