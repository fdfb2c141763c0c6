package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.io.AfPacketDoor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernel path on one device: a map and a ring of its own, the programs bound to them, and their
 * links. Cold; one thread at a time.
 */
final class DevicePath implements AutoCloseable {

    /** {@code struct __sk_buff}. */
    private static final int BUFFER_CONTEXT_BYTES = 184;

    private static final int GSO_SEGMENTS = 164;
    private static final int GSO_SIZE = 176;

    private final Pins pins;
    private final AfPacketDoor sender;
    private final Hook hook;
    private final BpfMap device;
    private final BpfMap punts;
    private final Program ingress;
    private final Program egress;
    private final ElfObject object;
    private final Map<String, BpfMap> maps;
    private final List<Link> links = new ArrayList<>();

    /**
     * Loads; attaches nothing yet.
     *
     * @param shared the node's maps
     */
    DevicePath(
            Hook hook,
            boolean outside,
            AfPacketDoor sender,
            ProgramObjects objects,
            NodeMaps shared,
            Pins pins) {
        this.hook = hook;
        this.pins = pins;
        this.sender = sender;
        device = pins.map(sender.name() + ".device", objects.spec("device"));
        punts = pins.map(sender.name() + ".punts", objects.spec("punts"));
        object = objects.of(hook);
        maps = new HashMap<>(shared.all());
        maps.put("device", device);
        maps.put("punts", punts);
        MemorySegment memory = device.mapped();
        memory.set(JAVA_LONG, MapLayout.DEVICE_MAC, sender.mac());
        memory.set(JAVA_INT, MapLayout.DEVICE_INDEX, sender.index());
        if (!shared.inherited()) {
            vpc(MapLayout.NO_VPC);
        }
        ingress =
                Program.load(
                        object, hook.program(outside ? "outside" : "inside"), hook.type(), maps);
        egress =
                Program.load(
                        objects.of(Hook.TCX), Hook.TCX.program("egress"), ProgramType.TC, maps);
    }

    /** From now on nothing that Java sends there leaves after the horizon. */
    void guard() {
        attach(egress, Attachment.TCX_EGRESS, ".egress");
    }

    /** From now on packets that come in there meet the programs. */
    void attach() {
        attach(ingress, hook.attachment(), ".ingress");
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
        return ingress.run(frame, context, repeat);
    }

    /** What the program would say; nothing of it is seen anywhere. */
    Trial trial() {
        return new Trial(object, ingress.name(), hook.type(), maps);
    }

    PuntDoor door(int hopNumber) {
        return new PuntDoor(sender, punts, hopNumber);
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
        return List.of(
                new Attached(name(), hook, ingress.name(), ingress.tag(), true),
                new Attached(name(), Hook.TCX, egress.name(), egress.tag(), false));
    }

    /** Takes the programs off. */
    void detach() {
        links.forEach(Link::detach);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        ingress.close();
        egress.close();
        device.close();
        punts.close();
    }
}
