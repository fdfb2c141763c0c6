package io.sallyport.flowlogs.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class FlowRingTest {

    private static final Consumer<FlowSample> NOWHERE = _ -> {};

    private final FlowSample sample = new FlowSample();

    /** Every field is a different function of one number, so that no two can be mixed up. */
    private static void fill(FlowSample sample, long n) {
        sample.gateway = (int) (n % 5000);
        sample.legs = (int) (n & 15);
        sample.protocol = (int) (n & 0xff);
        sample.client(n * 3, -n, (int) (n & 0xffff));
        sample.eip(n * 11, n * 13, (int) (n * 17 & 0xffff));
        sample.remote(n * 5, ~n, (int) (n * 7 & 0xffff));
        sample.counted(n + 1, n * 1500, n + 2, n + 3, (int) (n & 0x1ff));
        sample.accepted = (n & 1) == 0;
        sample.reason = (int) (n * 3 & 0xff);
        sample.openedMillis = n + 4;
        sample.ended = (int) (n % 6);
    }

    private boolean offer(FlowRing ring, long n) {
        fill(sample, n);
        return ring.offer(sample);
    }

    private static final class Checking implements Consumer<FlowSample> {
        private final FlowSample expected = new FlowSample();
        long next;

        @Override
        public void accept(FlowSample seen) {
            fill(expected, next++);
            assertThat(seen).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    @Test
    void passesOnEveryFieldInOrderAcrossManyTurnsOfTheRing() {
        FlowRing ring = new FlowRing(8);
        Checking checking = new Checking();
        for (long n = 0; n < 10_000; n++) {
            assertThat(offer(ring, n)).isTrue();
            if (n % 7 == 6) {
                ring.drain(checking, Integer.MAX_VALUE);
            }
        }
        ring.drain(checking, Integer.MAX_VALUE);
        assertThat(checking.next).isEqualTo(10_000);
    }

    @Test
    void drainsNoMoreThanTheLimit() {
        FlowRing ring = new FlowRing(8);
        for (long n = 0; n < 8; n++) {
            offer(ring, n);
        }
        Checking checking = new Checking();
        assertThat(ring.drain(checking, 3)).isEqualTo(3);
        assertThat(ring.drain(checking, 100)).isEqualTo(5);
        assertThat(ring.drain(checking, 100)).isZero();
    }

    @Test
    void countsWhatAFullRingRefusesAndRemembersWhoseItWas() {
        FlowRing ring = new FlowRing(2);
        assertThat(offer(ring, 0)).isTrue();
        assertThat(offer(ring, 1)).isTrue();
        assertThat(offer(ring, 70)).isFalse();
        assertThat(offer(ring, 4097)).isFalse();
        assertThat(offer(ring, 70)).isFalse();
        assertThat(ring.lost()).isEqualTo(3);
        List<Integer> marks = new ArrayList<>();
        ring.drainLosses(marks::add);
        assertThat(marks).containsExactly(1, 70);
        marks.clear();
        ring.drainLosses(marks::add);
        assertThat(marks).isEmpty();
        ring.drain(NOWHERE, 1);
        assertThat(offer(ring, 2)).isTrue();
    }

    @Test
    void refusesACapacityThatIsNoPowerOfTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FlowRing(12));
        assertThatIllegalArgumentException().isThrownBy(() -> new FlowRing(1));
    }

    @Test
    void losesAndInventsNothingBetweenTwoThreads() throws InterruptedException {
        FlowRing ring = new FlowRing(64);
        long wanted = 300_000;
        Thread producer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (long n = 0; n < wanted; ) {
                                if (offer(ring, n)) {
                                    n++;
                                } else {
                                    Thread.onSpinWait();
                                }
                            }
                        });
        long[] seen = new long[2];
        Consumer<FlowSample> sink =
                it -> {
                    if (it.packets != seen[0] + 1
                            || it.clientHigh != seen[0] * 3
                            || it.clientLow != -seen[0]) {
                        seen[1]++;
                    }
                    seen[0]++;
                };
        while (seen[0] < wanted) {
            if (ring.drain(sink, 1000) == 0) {
                Thread.yield();
            }
        }
        producer.join();
        assertThat(seen[1]).isZero();
        assertThat(ring.drain(sink, 1)).isZero();
    }

    @Test
    void offersWithoutAllocatingEvenWhereItIsFull() {
        FlowRing ring = new FlowRing(1024);
        LongUnaryOperator million =
                from -> {
                    for (long n = from; n < from + 1_000_000; n++) {
                        offer(ring, n);
                        if ((n & 2047) == 0) {
                            ring.drain(NOWHERE, 2000);
                        }
                    }
                    return ring.lost();
                };
        assertThat(allocatedBy(million)).isLessThan(10_000);
        assertThat(ring.lost()).isPositive();
    }

    @Test
    void theAllocationCheckSeesOneLongPerOffer() {
        List<Object> kept = new ArrayList<>(16);
        LongUnaryOperator guilty =
                from -> {
                    for (long n = from; n < from + 1_000_000; n++) {
                        kept.clear();
                        kept.add(n + 1000);
                    }
                    return kept.size();
                };
        assertThat(allocatedBy(guilty)).isGreaterThan(1_000_000);
    }

    private static long allocatedBy(LongUnaryOperator work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long result = work.applyAsLong(0);
        result += work.applyAsLong(1_000_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        result += work.applyAsLong(2_000_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(result).isNotNegative();
        return allocated;
    }

    @Test
    void inMemoryThatOutlivesItItGoesOnWhereItWas() {
        MemorySegment memory = Arena.ofAuto().allocate(FlowRing.bytes(8), 8);
        FlowRing first = new FlowRing(8, memory);
        for (int n = 0; n < 13; n++) {
            offer(first, n);
            if (n == 6) {
                first.drain(NOWHERE, 7);
            }
        }
        FlowRing next = new FlowRing(8, memory);
        assertThat(next.id()).isEqualTo(first.id());
        assertThat(next.head()).isEqualTo(13);
        MemorySegment copy = Arena.ofAuto().allocate(5L * FlowRing.ENTRY_BYTES, 8);
        assertThat(next.copy(copy)).isEqualTo(5);
        Checking copied = new Checking();
        copied.next = 7;
        FlowRing.decode(copy, 5, copied);
        assertThat(next.tail()).as("until it is released").isEqualTo(7);
        next.release(5);
        Checking rest = new Checking();
        rest.next = 12;
        assertThat(next.drain(rest, 8)).isEqualTo(1);
        assertThat(new FlowRing(8).id()).isNotEqualTo(first.id());
    }
}
