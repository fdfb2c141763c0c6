package io.sallyport.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.kernel.Attachment;
import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Counts and drops what was generated, where the wire ends, so that a receiver costs next to
 * nothing; all else passes. Reading is for any thread.
 */
final class Sink implements AutoCloseable {

    private final BpfMap arrivals;
    private final Program program;
    private final Link link;

    /**
     * @param device an ifindex in the calling thread's namespace
     * @param xdp whether it takes bare frames, as suits what an XDP program redirects; else socket
     *     buffers, as suits everything else
     */
    Sink(int device, boolean xdp) {
        ElfObject object = TrafficObject.read();
        arrivals = TrafficObject.map(object, "arrivals");
        byte[] address = InetAddress.ofLiteral(Testbed.SINK).getAddress();
        arrivals.mapped()
                .set(
                        JAVA_INT,
                        TrafficLayout.ADDRESS,
                        ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt());
        program =
                Program.load(
                        object,
                        xdp ? "xdp/sink" : "tc/sink",
                        xdp ? ProgramType.XDP : ProgramType.TC,
                        Map.of("arrivals", arrivals));
        link = Link.attach(program, device, xdp ? Attachment.XDP_NATIVE : Attachment.TCX_INGRESS);
    }

    /** Since the beginning. */
    long packets() {
        return (long) JAVA_LONG.varHandle().getAcquire(arrivals.mapped(), 0L);
    }

    /** From now on, and from nothing, it keeps how long frames are on their way. */
    void time() {
        MemorySegment memory = arrivals.mapped();
        memory.asSlice(TrafficLayout.LATENCY, 8L * TrafficLayout.LATENCIES).fill((byte) 0);
        memory.set(JAVA_INT, TrafficLayout.TIMED, 1);
    }

    /** What it knows by now of times stays until the next {@link #time}. */
    void timeNoMore() {
        arrivals.mapped().set(JAVA_INT, TrafficLayout.TIMED, 0);
    }

    /**
     * @param share 0 to 1: 0.99 is p99
     * @return microseconds, at most 3 % low; NaN where nothing was timed
     */
    double micros(double share) {
        MemorySegment memory = arrivals.mapped();
        long[] counts = new long[TrafficLayout.LATENCIES];
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = memory.get(JAVA_LONG, TrafficLayout.LATENCY + 8L * i);
            all += counts[i];
        }
        long wanted = (long) (share * all);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > wanted) {
                return TrafficLayout.nanos(i) / 1e3;
            }
            wanted -= counts[i];
        }
        return Double.NaN;
    }

    @Override
    public void close() {
        link.close();
        program.close();
        arrivals.close();
    }
}
