package io.sallyport.gateway.peers;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Prints what a connection costs all nodes of a {@link Company} together, from its open to its end,
 * with the regular walks over all that live: frames, bytes on the wire, bytes of the heap, and
 * processor time of the one thread in which they all run.
 *
 * <pre>
 * java -cp ... io.sallyport.gateway.peers.OpenCost NODES COPIES [SECONDS]
 * </pre>
 */
final class OpenCost {

    private static final int OPENS_PER_TURN = 32;
    private static final Duration IDLE = Duration.ofSeconds(5);

    private OpenCost() {}

    public static void main(String[] args) {
        int nodes = Integer.parseInt(args[0]);
        int copies = Integer.parseInt(args[1]);
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 40;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Company company =
                new Company(nodes, copies, new Timeouts(IDLE, IDLE, IDLE, IDLE, IDLE, IDLE));
        long second = Duration.ofSeconds(1).toNanos();
        for (int i = 0; i < seconds; i++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long heap = threads.getCurrentThreadAllocatedBytes();
            long frames = company.frames;
            long bytes = company.bytes;
            int opened = company.opened;
            for (long t = 0; t < second; t += Company.TURN_NANOS) {
                company.open(OPENS_PER_TURN / nodes);
                company.turn();
            }
            double count = company.opened - opened;
            System.out.printf(
                    "%2d s: %,.0f opens, refused %,d, kept %,d; each %.2f us, %,.0f B heap,"
                            + " %.2f frames, %.0f B on the wire%n",
                    i + 1,
                    count,
                    company.refused,
                    company.kept(),
                    (threads.getCurrentThreadCpuTime() - cpu) / count / 1_000,
                    (threads.getCurrentThreadAllocatedBytes() - heap) / count,
                    (company.frames - frames) / count,
                    (company.bytes - bytes) / count);
        }
    }
}
