package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/**
 * A loaded, verified program, by its descriptor. It lives until the last descriptor, pin and link
 * are gone. Any thread.
 */
public final class Program implements AutoCloseable {

    private static final int INSTRUCTION_BYTES = 8;

    /** The high half of an instruction's second byte: the 64-bit constant is a map's descriptor. */
    private static final int PSEUDO_MAP = 0x10;

    private static final int LOG_BYTES = 1 << 20;

    /** bpf_prog_test_run_skb wants room for what a program may put in front. */
    private static final int GROWTH = 256;

    /** The kernel gives back its whole context, whatever it was given; no kernel's is larger. */
    private static final int CONTEXT_OUT = 512;

    private static final int XDP_HAS_FRAGMENTS = 1 << 5;
    private static final int LIVE_FRAMES = 1 << 1;
    private static final int XDP_CONTEXT_BYTES = 24;
    private static final int XDP_INGRESS = 12;

    private final String name;
    private final int descriptor;

    private Program(String name, int descriptor) {
        this.name = name;
        this.descriptor = descriptor;
    }

    /**
     * @param section which program of the object; its name is the program's
     * @param maps by their names in the object, at least those the program refers to
     * @throws BpfException with the verifier's text
     */
    public static Program load(
            ElfObject object, String section, ProgramType type, Map<String, BpfMap> maps) {
        return load(object, section, type, maps, false);
    }

    /**
     * @param fragments whether an XDP program also takes frames that lie in several pieces
     */
    public static Program load(
            ElfObject object,
            String section,
            ProgramType type,
            Map<String, BpfMap> maps,
            boolean fragments) {
        byte[] code = linked(object.code(section), maps);
        int flags = fragments ? XDP_HAS_FRAGMENTS : 0;
        // Without a log first: writing it costs more than verifying.
        int loaded = load(section, type, code, flags, null);
        if (loaded >= 0) {
            return new Program(section, loaded);
        }
        try (Attributes life = new Attributes()) {
            MemorySegment log = life.arena.allocate(LOG_BYTES, 8);
            int again = load(section, type, code, flags, log);
            if (again >= 0) {
                return new Program(section, again);
            }
            throw new BpfException("load the program " + section, -again, log.getString(0));
        }
    }

    private static int load(
            String name,
            ProgramType type,
            byte[] code,
            int flags,
            @org.jspecify.annotations.Nullable MemorySegment log) {
        try (Attributes call = new Attributes()) {
            MemorySegment instructions = call.arena.allocate(code.length, 8);
            instructions.copyFrom(MemorySegment.ofArray(code));
            call.put(0, type.number)
                    .put(4, code.length / INSTRUCTION_BYTES)
                    .point(8, instructions)
                    .point(16, call.arena.allocateFrom("GPL"))
                    .put(44, flags)
                    .name(48, name);
            if (log != null) {
                call.put(24, 1).put(28, LOG_BYTES).point(32, log);
            }
            return call.call(Bpf.PROG_LOAD);
        }
    }

    private static byte[] linked(ElfObject.Code code, Map<String, BpfMap> maps) {
        byte[] linked = code.instructions().clone();
        code.maps()
                .forEach((offset, map) -> {
                    BpfMap target = maps.get(map);
                    if (target == null) {
                        throw new IllegalArgumentException("the map " + map + " is not given");
                    }
                    linked[offset + 1] = (byte) (linked[offset + 1] & 0x0f | PSEUDO_MAP);
                    MemorySegment.ofArray(linked)
                            .set(JAVA_INT_UNALIGNED, offset + 4, target.descriptor());
                });
        return linked;
    }

    /** The program that a link runs now, whoever loaded it. */
    public static Program of(Link link) {
        int id = link.program();
        try (Attributes call = new Attributes()) {
            String name = "program " + id;
            return new Program(name, call.put(0, id).call(Bpf.PROG_BY_ID, "open " + name));
        }
    }

    public String name() {
        return name;
    }

    /**
     * From now on a tail call to that place goes on here.
     *
     * @param programs of the type {@link MapType#PROGRAM_ARRAY}
     */
    public void put(BpfMap programs, int index) {
        programs.update(BpfMap.key(index), BpfMap.key(descriptor));
    }

    int descriptor() {
        return descriptor;
    }

    public void pin(Path path) {
        Bpf.pin(descriptor, path);
    }

    /** The kernel's number of it, as {@link Link#program} gives it. */
    public int id() {
        try (Attributes call = new Attributes()) {
            return Bpf.info(call, descriptor).get(JAVA_INT, 4);
        }
    }

    /** The kernel's hash of its instructions, maps left out: two programs of one tag are alike. */
    public String tag() {
        try (Attributes call = new Attributes()) {
            MemorySegment info = Bpf.info(call, descriptor);
            return HexFormat.of().formatHex(info.asSlice(8, 8).toArray(JAVA_BYTE));
        }
    }

    /**
     * Runs it on a packet without any device.
     *
     * @param context {@code struct __sk_buff} or {@code struct xdp_md} as far as it is not zero;
     *     empty: none
     * @param repeat how often, all on the same packet; the result is the last one's
     */
    public TestRun run(byte[] packet, byte[] context, int repeat) {
        try (Attributes call = new Attributes()) {
            MemorySegment out = call.arena.allocate(packet.length + (long) GROWTH, 8);
            MemorySegment contextOut = call.arena.allocate(CONTEXT_OUT, 8);
            call.put(0, descriptor)
                    .put(8, packet.length)
                    .put(12, (int) out.byteSize())
                    .point(16, copy(call, packet))
                    .point(24, out)
                    .put(32, repeat);
            if (context.length != 0) {
                call.put(40, context.length)
                        .put(44, CONTEXT_OUT)
                        .point(48, copy(call, context))
                        .point(56, contextOut);
            }
            call.call(Bpf.PROG_TEST_RUN, "run the program " + name);
            return new TestRun(
                    call.at(4),
                    out.asSlice(0, call.at(12)).toArray(JAVA_BYTE),
                    contextOut.asSlice(0, call.at(44)).toArray(JAVA_BYTE),
                    call.at(36));
        }
    }

    /**
     * Runs an XDP program on {@code count} frames that then go where it says, as if the device had
     * received them (XDP live frames); in the calling thread's network namespace.
     *
     * @param batch frames at a time, at most 256
     */
    public void generate(byte[] frame, int ingressDevice, int count, int batch) {
        try (Attributes call = new Attributes()) {
            MemorySegment context = call.arena.allocate(XDP_CONTEXT_BYTES, 8);
            context.set(JAVA_INT, 4, frame.length);
            context.set(JAVA_INT, XDP_INGRESS, ingressDevice);
            call.put(0, descriptor)
                    .put(8, frame.length)
                    .point(16, copy(call, frame))
                    .put(32, count)
                    .put(40, XDP_CONTEXT_BYTES)
                    .point(48, context)
                    .put(64, LIVE_FRAMES)
                    .put(72, batch)
                    .call(Bpf.PROG_TEST_RUN, "generate frames by " + name);
        }
    }

    private static MemorySegment copy(Attributes call, byte[] bytes) {
        return call.arena
                .allocate(Math.max(1, bytes.length), 8)
                .copyFrom(MemorySegment.ofArray(bytes));
    }

    @Override
    public void close() {
        Syscalls.close(descriptor);
    }
}
