package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.io.AfPacketDoor;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernel path on one device: a map and a ring of its own, the programs bound to them, and their
 * links. Cold; one thread at a time.
 */
final class DevicePath implements AutoCloseable {

    /** {@code struct __sk_buff}. */
    private static final int BUFFER_CONTEXT_BYTES = 184;

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final int GSO_SEGMENTS = 164;
    private static final int GSO_SIZE = 176;
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_REDIRECT = 4;
    private static final int TCX_DROP = 2;
    private static final int TCX_REDIRECT = 7;

    /** On which side of the gateway a device is. */
    enum Side {
        INSIDE,
        OUTSIDE,
        /** Inside, by the device of all tunnels. */
        TUNNEL;

        private String program() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String guard() {
            return this == TUNNEL ? "tunnel_egress" : "egress";
        }
    }

    private final Pins pins;
    private final Side side;
    private final AfPacketDoor sender;
    private final Hook hook;
    private final BpfMap device;
    private final BpfMap punts;
    private final Program ingress;
    private final Program egress;
    private final ElfObject object;
    private final ElfObject tcx;
    private final Map<String, BpfMap> maps;
    private final List<Link> links = new ArrayList<>();

    /** Sends into tunnels what an XDP program leaves to it; null: there are none, or no need. */
    private @Nullable Program behind;

    private boolean attached;

    /**
     * Loads; attaches nothing yet.
     *
     * @param shared the node's maps
     */
    DevicePath(
            Hook hook,
            Side side,
            AfPacketDoor sender,
            ProgramObjects objects,
            NodeMaps shared,
            Pins pins) {
        // A tunnel's packets are Ethernet frames again only behind the stack.
        this.hook = side == Side.TUNNEL ? Hook.TCX : hook;
        this.side = side;
        this.pins = pins;
        this.sender = sender;
        device = pins.map(sender.name() + ".device", objects.spec("device"));
        punts = pins.map(sender.name() + ".punts", objects.spec("punts"));
        object = objects.of(this.hook);
        tcx = objects.of(Hook.TCX);
        maps = new HashMap<>(shared.all());
        maps.put("device", device);
        maps.put("punts", punts);
        MemorySegment memory = device.mapped();
        memory.set(JAVA_LONG, MapLayout.DEVICE_MAC, side == Side.TUNNEL ? 0 : sender.mac());
        memory.set(JAVA_INT, MapLayout.DEVICE_INDEX, sender.index());
        if (!shared.inherited()) {
            vpc(MapLayout.NO_VPC);
        }
        ingress = Program.load(object, this.hook.program(side.program()), this.hook.type(), maps);
        egress =
                Program.load(
                        objects.of(Hook.TCX), Hook.TCX.program(side.guard()), ProgramType.TC, maps);
    }

    /** From now on nothing that Java sends there leaves after the horizon. */
    void guard() {
        attach(egress, Attachment.TCX_EGRESS, ".egress");
    }

    /** From now on packets that come in there meet the programs; a second call does nothing. */
    void attach() {
        if (!attached) {
            if (behind != null) {
                attach(behind, Attachment.TCX_INGRESS, ".behind.ingress");
            }
            attach(ingress, hook.attachment(), ".ingress");
            attached = true;
        }
    }

    /**
     * There are tunnels, which an XDP program cannot send into: behind it comes one that can.
     * Before {@link #attach}.
     */
    void behind() {
        if (hook == Hook.XDP) {
            behind = Program.load(tcx, Hook.TCX.program("behind"), ProgramType.TC, maps);
        }
    }

    /**
     * The end of the tunnels on this box, before {@link #attach}. A plain device's program opens
     * itself what comes by it to that end; not where that end is any address.
     */
    void local(Endpoint end) {
        MemorySegment memory = device.mapped();
        IpAddress address = end.address();
        boolean v6 = !address.isV4();
        boolean any = address.toInetAddress().isAnyLocalAddress();
        memory.set(JAVA_INT, MapLayout.DEVICE_FLAGS, v6 ? MapLayout.DEVICE_TUNNEL_V6 : 0);
        memory.set(JAVA_LONG, MapLayout.DEVICE_LOCAL, any ? 0 : address.high());
        memory.set(JAVA_LONG, MapLayout.DEVICE_LOCAL + 8, any ? 0 : address.low());
        tunnelPort(side == Side.TUNNEL || any ? 0 : end.port());
    }

    /** There are no tunnels after all. */
    void noTunnels() {
        tunnelPort(0);
    }

    private void tunnelPort(int port) {
        INT.setRelease(device.mapped(), (long) MapLayout.DEVICE_TUNNEL_PORT, port);
    }

    private void attach(Program program, Attachment where, String name) {
        links.add(pins.link(sender.name() + name, program, sender.index(), where));
    }

    TestRun run(byte[] frame, int gsoSize, int repeat) {
        byte[] context = {};
        if (gsoSize != 0 && hook == Hook.TCX) {
            context = new byte[BUFFER_CONTEXT_BYTES];
            MemorySegment fields = MemorySegment.ofArray(context);
            fields.set(JAVA_INT_UNALIGNED, GSO_SEGMENTS, frame.length / gsoSize + 1);
            fields.set(JAVA_INT_UNALIGNED, GSO_SIZE, gsoSize);
        }
        TestRun said = ingress.run(frame, context, repeat);
        return behind != null && said.verdict() == XDP_PASS
                ? inWordsOfXdp(behind.run(frame, context, repeat))
                : said;
    }

    private static TestRun inWordsOfXdp(TestRun said) {
        int verdict =
                switch (said.verdict()) {
                    case TCX_REDIRECT -> XDP_REDIRECT;
                    case TCX_DROP -> XDP_DROP;
                    default -> XDP_PASS;
                };
        return new TestRun(verdict, said.packet(), said.context(), said.nanos());
    }

    /** What the programs would say; nothing of it is seen anywhere. */
    Rehearsed rehearse(byte[] frame, int slot, byte[] record) {
        Rehearsed said = rehearse(object, ingress, hook.type(), frame, slot, record);
        return behind == null || said.outcome() != Rehearsed.UNCOUNTED
                ? said
                : rehearse(tcx, behind, ProgramType.TC, frame, slot, record);
    }

    private Rehearsed rehearse(
            ElfObject from,
            Program program,
            ProgramType type,
            byte[] frame,
            int slot,
            byte[] record) {
        try (Trial trial = new Trial(from, program.name(), type, maps)) {
            if (slot != 0) {
                trial.record(slot, record);
            }
            return trial.run(frame);
        }
    }

    PuntDoor door(int hopNumber) {
        return new PuntDoor(sender, punts, hopNumber, side == Side.TUNNEL);
    }

    String name() {
        return sender.name();
    }

    int index() {
        return sender.index();
    }

    AfPacketDoor sender() {
        return sender;
    }

    /** {@link MapLayout#NO_VPC}: none or several. */
    void vpc(int number) {
        device.mapped().set(JAVA_INT, MapLayout.DEVICE_VPC, number);
    }

    List<Attached> attached() {
        List<Attached> all = new ArrayList<>();
        all.add(new Attached(name(), hook, ingress.name(), ingress.tag(), true));
        if (behind != null) {
            all.add(new Attached(name(), Hook.TCX, behind.name(), behind.tag(), true));
        }
        all.add(new Attached(name(), Hook.TCX, egress.name(), egress.tag(), false));
        return all;
    }

    /** Takes the programs off. */
    void detach() {
        links.forEach(Link::detach);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        ingress.close();
        if (behind != null) {
            behind.close();
        }
        egress.close();
        device.close();
        punts.close();
    }
}
