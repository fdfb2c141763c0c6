package io.sallyport.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Promise A3 of the whole law: decided, applied, many commands to an entry, at any fill, while the
 * oldest ports go back. Seeds are fixed, so a run says the same every time.
 */
class UnpredictableTest {

    private static final int PORTS = 1_000_000;
    private static final int COMMANDS_IN_ENTRY = 64;

    /** Who gives ports; the order is what is judged. */
    private interface Source {
        int[] take(int count);

        void giveBack(int[] ports);
    }

    /** Fills up, and then goes on with as many taken: the oldest ones leave as new ones come. */
    private static Onlooker watch(Source source, FreePorts free, double fill, int leaseMax) {
        Random random = new Random(7);
        Onlooker onlooker = new Onlooker(free, new Random(8));
        int[] ring = new int[(int) (fill * Limits.PORTS)];
        int held = 0;
        while (held < ring.length) {
            for (int port : source.take(Math.min(512, ring.length - held))) {
                ring[held++] = port;
                free.set(port, false);
            }
        }
        int oldest = 0;
        for (int given = 0; given < PORTS; ) {
            int count = 1 + random.nextInt(leaseMax);
            int[] leaving = new int[count];
            for (int i = 0; i < count; i++) {
                leaving[i] = ring[(oldest + i) % ring.length];
                free.set(leaving[i], true);
                onlooker.returned(leaving[i]);
            }
            source.giveBack(leaving);
            for (int port : source.take(count)) {
                onlooker.given(port);
                free.set(port, false);
                ring[oldest] = port;
                oldest = (oldest + 1) % ring.length;
                given++;
            }
        }
        return onlooker;
    }

    private static final class TheLaw implements Source {
        private final MemoryTable table = new MemoryTable();
        private final LawUnderTest law = new LawUnderTest(table, new MemberLaw(), 0);
        private final LeaseLaw leases = law.leases();
        private final Incarnation me = law.joined("a");
        private long index = law.end() + 1;
        private int ordinal;
        private byte[] entropy = ChanceTest.entropy(1);

        private AllocatorResult say(AllocatorCommand.OfLeases command) {
            if (ordinal == COMMANDS_IN_ENTRY) {
                ordinal = 0;
                index++;
                entropy = ChanceTest.entropy(index);
            }
            Decision<LeaseChange> decision =
                    leases.decide(command, new Stamp(index, ordinal++, entropy));
            leases.apply(decision);
            return decision.result();
        }

        @Override
        public int[] take(int count) {
            AllocatorResult result =
                    say(new AllocatorCommand.Acquire(me, LawUnderTest.WEB, count, law.epoch()));
            return ((AllocatorResult.Granted) result).ports().stream().toArray();
        }

        @Override
        public void giveBack(int[] ports) {
            assertThat(
                            say(
                                    new AllocatorCommand.Return(
                                            me, LawUnderTest.WEB, index, Ports.of(ports))))
                    .isEqualTo(new AllocatorResult.Done());
        }
    }

    @ParameterizedTest
    @CsvSource({"0.01, 1", "0.01, 16", "0.5, 1", "0.5, 16", "0.99, 1", "0.99, 16"})
    void nothingInThePastTellsTheNextPort(double fill, int leaseMax) {
        Onlooker onlooker = watch(new TheLaw(), new FreePorts(), fill, leaseMax);
        System.out.printf("fill %2.0f %%, leases to %2d: %s%n", 100 * fill, leaseMax, onlooker);
        assertThat(onlooker.tells()).isEmpty();
    }

    /** The next free one: what a lazy table does. */
    private static final class Upward implements Source {
        private final FreePorts free;
        private int last = Limits.PORT_MIN;

        Upward(FreePorts free) {
            this.free = free;
        }

        @Override
        public int[] take(int count) {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                last = free.above(last);
                ports[i] = last;
            }
            return ports;
        }

        @Override
        public void giveBack(int[] ports) {}
    }

    /** Looks like chance, but has 16 bits of state: whoever saw it come round knows it all. */
    private static final class SmallState implements Source {
        private final FreePorts free;
        private int state = 1;

        SmallState(FreePorts free) {
            this.free = free;
        }

        @Override
        public int[] take(int count) {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                state = state * 25_173 + 13_849 & 0xffff;
                ports[i] = free.select((int) ((long) state * free.count() >>> 16));
            }
            return ports;
        }

        @Override
        public void giveBack(int[] ports) {}
    }

    @Test
    void anOrderThatGoesUpIsFoundOut() {
        FreePorts free = new FreePorts();
        Onlooker onlooker = watch(new Upward(free), free, 0.5, 1);
        System.out.println("upward: " + onlooker);
        assertThat(onlooker.tells()).contains("guessed");
    }

    @Test
    void aGeneratorOfSmallStateIsFoundOut() {
        FreePorts free = new FreePorts();
        Onlooker onlooker = watch(new SmallState(free), free, 0.01, 1);
        System.out.println("small state: " + onlooker);
        assertThat(onlooker.tells()).isNotEmpty();
    }
}
