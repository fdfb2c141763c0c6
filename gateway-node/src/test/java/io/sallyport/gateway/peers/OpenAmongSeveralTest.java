package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What an open costs several nodes together, as far as it can be counted. */
class OpenAmongSeveralTest {

    private static final int TURNS = 12;
    private static final int OPENS = 16;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private record Cost(double frames, double wireBytes, double heapBytes) {}

    /** Of the cheapest of some turns; a turn in which the store is asked costs more. */
    private static Cost cost(int nodes, int copies) {
        Company company = new Company(nodes, copies, Timeouts.DEFAULT);
        for (int i = 0; i < 200; i++) {
            company.open(OPENS);
            company.turn();
        }
        double heap = Double.MAX_VALUE;
        long frames = company.frames;
        long bytes = company.bytes;
        int before = company.opened;
        for (int round = 0; round < 20; round++) {
            int opened = company.opened;
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < TURNS; i++) {
                company.open(OPENS);
                company.turn();
            }
            double count = company.opened - opened;
            heap = Math.min(heap, (THREADS.getCurrentThreadAllocatedBytes() - allocated) / count);
        }
        assertThat(company.refused).isZero();
        double count = company.opened - before;
        return new Cost((company.frames - frames) / count, (company.bytes - bytes) / count, heap);
    }

    /** Home and gate fall to each node in half of the cases, and all three to one in a quarter. */
    @Test
    void oneCopyAmongTwoNodesTakesThreeFramesWhereTheOtherIsHomeOrGate() {
        Cost cost = cost(2, 1);
        assertThat(cost.frames).isBetween(2.1, 2.4);
        assertThat(cost.wireBytes).isLessThan(175);
        assertThat(cost.heapBytes).isLessThan(4_000);
    }

    @Test
    void twoCopiesAmongTwoNodesTakeThreeFrames() {
        Cost cost = cost(2, 2);
        assertThat(cost.frames).isBetween(2.95, 3.1);
        assertThat(cost.heapBytes).isLessThan(5_000);
    }

    @Test
    void threeCopiesAmongThreeNodesTakeSixFrames() {
        Cost cost = cost(3, 3);
        assertThat(cost.frames).isBetween(5.9, 6.1);
        assertThat(cost.heapBytes).isLessThan(8_200);
    }
}
