package io.sallyport.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.kernel.Attachment;
import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.Link;
import io.sallyport.gateway.kernel.Program;
import io.sallyport.gateway.kernel.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Frames of many flows that enter a device as if received, made in the kernel by the thread that
 * calls {@link #run}; what the kernel then does with them it does on that thread as well, as long
 * as it needs nobody else. One thread.
 */
final class Generator implements AutoCloseable {

    /** Frames that the kernel hands on at a time. */
    private static final int BATCH = 64;

    private final BpfMap plan;
    private final Program program;
    private final Link idle;
    private final int entry;
    private byte[] frame = new byte[0];

    /**
     * @param entry the ifindex by which frames come in, in the calling thread's namespace
     * @param over whether {@code entry} is the far end of the wire, over which they are sent
     * @param idle the ifindex of a device without packets, there too
     */
    Generator(int entry, boolean over, int idle) {
        this.entry = entry;
        ElfObject object = TrafficObject.read();
        plan = TrafficObject.map(object, "plan");
        program = Program.load(object, "xdp/generate", ProgramType.XDP, Map.of("plan", plan));
        // A program that is attached nowhere joins and leaves the kernel's XDP dispatcher with each
        // run, which waits for all cores both times: tens of milliseconds.
        this.idle = Link.attach(program, idle, Attachment.XDP_NATIVE);
        plan.mapped().set(JAVA_INT, TrafficLayout.DEVICE, over ? entry : 0);
    }

    /** Begins with the first of these flows. */
    void flows(Flows flows) {
        frame = flows.kind().template();
        fill(plan.mapped(), flows);
    }

    /**
     * @param memory the map {@code plan}
     */
    static void fill(MemorySegment memory, Flows flows) {
        FrameKind kind = flows.kind();
        byte[] template = kind.template();
        memory.set(JAVA_INT, TrafficLayout.KIND, kind.ordinal());
        memory.set(JAVA_INT, TrafficLayout.REMOTE_PORTS, flows.remotePorts());
        memory.set(JAVA_INT, TrafficLayout.CLIENTS, flows.clients());
        memory.set(JAVA_INT, TrafficLayout.CLIENT_PORTS, flows.clientPorts());
        memory.set(JAVA_INT, TrafficLayout.REMOTE_PORT, 0);
        memory.set(JAVA_INT, TrafficLayout.CLIENT, 0);
        memory.set(JAVA_INT, TrafficLayout.CLIENT_PORT, 0);
        memory.set(JAVA_INT, TrafficLayout.FIRST_REMOTE_PORT, flows.firstRemotePort());
        memory.set(JAVA_INT, TrafficLayout.FIRST_CLIENT, flows.firstClient());
        memory.set(JAVA_INT, TrafficLayout.FIRST_CLIENT_PORT, flows.firstClientPort());
        memory.set(JAVA_INT, TrafficLayout.CHECKSUM, kind.checksum(template));
        memory.set(JAVA_INT, TrafficLayout.IP_CHECKSUM, kind.ipChecksum(template));
        MemorySegment.copy(template, 0, memory, JAVA_BYTE, TrafficLayout.FRAME, template.length);
    }

    /** Whether frames end where they were made, which tells what they cost alone. */
    void drop(boolean drop) {
        plan.mapped().set(JAVA_INT, TrafficLayout.DROP, drop ? 1 : 0);
    }

    /** In the namespace of the device. */
    void run(int count) {
        program.generate(frame, entry, count, BATCH);
    }

    long sent() {
        return (long) JAVA_LONG.varHandle().getAcquire(plan.mapped(), (long) TrafficLayout.SENT);
    }

    @Override
    public void close() {
        idle.close();
        program.close();
        plan.close();
    }
}
