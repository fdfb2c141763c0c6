package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A map of the kernel's, by its descriptor. It lives until the last descriptor, pin and program are
 * gone. Any thread; {@link #mapped} memory is shared with whoever else has it.
 */
public final class BpfMap implements AutoCloseable {

    /** The kernel's per-CPU values have one place for each CPU that could ever be there. */
    private static final int POSSIBLE_CPUS = possibleCpus();

    private static final int PAGE = 4096;

    private final MapSpec spec;
    private final int descriptor;
    private final Arena mappings = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    private BpfMap(MapSpec spec, int descriptor) {
        this.spec = spec;
        this.descriptor = descriptor;
    }

    /**
     * @throws BpfException where the kernel refuses
     */
    public static BpfMap create(MapSpec spec) {
        try (Attributes call = new Attributes()) {
            int descriptor =
                    call.put(0, spec.type().number)
                            .put(4, spec.keyBytes())
                            .put(8, spec.valueBytes())
                            .put(12, spec.entries())
                            .put(16, spec.flags())
                            .name(28, spec.name())
                            .call(Bpf.MAP_CREATE, "create the map " + spec);
            return new BpfMap(spec, descriptor);
        }
    }

    /** The map pinned there; empty: nothing is. */
    public static Optional<BpfMap> pinned(Path path) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        int descriptor = Bpf.get(path);
        return Optional.of(new BpfMap(spec(descriptor), descriptor));
    }

    private static MapSpec spec(int descriptor) {
        try (Attributes call = new Attributes()) {
            MemorySegment info = Bpf.info(call, descriptor);
            return new MapSpec(
                    info.getString(24, StandardCharsets.US_ASCII),
                    MapType.of(info.get(JAVA_INT, 0)),
                    info.get(JAVA_INT, 8),
                    info.get(JAVA_INT, 12),
                    info.get(JAVA_INT, 16),
                    info.get(JAVA_INT, 20));
        }
    }

    public MapSpec spec() {
        return spec;
    }

    /** For poll(2) of a ring, and for what is not offered here. */
    public int descriptor() {
        return descriptor;
    }

    public void pin(Path path) {
        Bpf.pin(descriptor, path);
    }

    /**
     * The whole array as memory, entry after entry; mapped once, until {@link #close}.
     *
     * @throws IllegalStateException for a map that is not mmapable
     */
    public synchronized MemorySegment mapped() {
        if (memory.byteSize() == 0) {
            if (!spec.isMappable()) {
                throw new IllegalStateException(spec.name() + " is no mmapable array");
            }
            long stride = spec.valueBytes() + 7L & ~7L;
            memory = map(0, (long) spec.entries() * stride, Syscalls.READ | Syscalls.WRITE);
        }
        return memory;
    }

    /** {@code bytes} from {@code offset} on, rounded up to whole pages. */
    MemorySegment map(long offset, long bytes, int protection) {
        long whole = bytes + PAGE - 1 & -PAGE;
        long address = Syscalls.map(descriptor, offset, whole, protection);
        if (address < 0 && address > -PAGE) {
            throw new BpfException("map " + spec.name(), (int) -address);
        }
        // Of a shared arena, so that whoever comes after close fails instead of the whole JVM.
        return MemorySegment.ofAddress(address)
                .reinterpret(whole, mappings, gone -> Syscalls.unmap(address, whole));
    }

    /** Of a per-CPU map the value is all CPUs' values, each rounded up to 8 bytes. */
    public Optional<byte[]> lookup(byte[] key) {
        try (Attributes call = new Attributes()) {
            MemorySegment value = call.arena.allocate(lookupBytes(), 8);
            int result =
                    call.put(0, descriptor)
                            .point(8, copy(call.arena, key, spec.keyBytes()))
                            .point(16, value)
                            .call(Bpf.MAP_LOOKUP);
            if (result == -BpfException.ENOENT) {
                return Optional.empty();
            }
            if (result < 0) {
                throw new BpfException("look up in " + spec.name(), -result);
            }
            return Optional.of(value.toArray(JAVA_BYTE));
        }
    }

    private long lookupBytes() {
        return spec.type() == MapType.PERCPU_ARRAY
                ? (spec.valueBytes() + 7L & ~7L) * POSSIBLE_CPUS
                : spec.valueBytes();
    }

    /** A 4-byte key, as arrays have. */
    public static byte[] key(int index) {
        byte[] key = new byte[4];
        MemorySegment.ofArray(key).set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0, index);
        return key;
    }

    /** Inserts or replaces. */
    public void update(byte[] key, byte[] value) {
        try (Attributes call = new Attributes()) {
            call.put(0, descriptor)
                    .point(8, copy(call.arena, key, spec.keyBytes()))
                    .point(16, copy(call.arena, value, spec.valueBytes()))
                    .call(Bpf.MAP_UPDATE, "update " + spec.name());
        }
    }

    /** False: there was no such key. */
    public boolean delete(byte[] key) {
        try (Attributes call = new Attributes()) {
            int result =
                    call.put(0, descriptor)
                            .point(8, copy(call.arena, key, spec.keyBytes()))
                            .call(Bpf.MAP_DELETE);
            if (result < 0 && result != -BpfException.ENOENT) {
                throw new BpfException("delete from " + spec.name(), -result);
            }
            return result == 0;
        }
    }

    /** All keys of a hash as they are now; entries that come and go meanwhile may be missing. */
    public List<byte[]> keys() {
        List<byte[]> keys = new java.util.ArrayList<>();
        try (Attributes call = new Attributes()) {
            MemorySegment last = call.arena.allocate(spec.keyBytes(), 8);
            MemorySegment next = call.arena.allocate(spec.keyBytes(), 8);
            call.put(0, descriptor).point(16, next);
            while (call.call(Bpf.MAP_NEXT_KEY) == 0) {
                keys.add(next.toArray(JAVA_BYTE));
                call.point(8, last.copyFrom(next));
            }
        }
        return keys;
    }

    /** Keys and values lie one after another in the arrays; {@code count} of them. */
    public void updateBatch(MemorySegment keys, MemorySegment values, int count) {
        try (Attributes call = new Attributes()) {
            call.point(16, keys)
                    .point(24, values)
                    .put(32, count)
                    .put(36, descriptor)
                    .call(Bpf.MAP_UPDATE_BATCH, "update " + spec.name());
        }
    }

    public void deleteBatch(MemorySegment keys, int count) {
        try (Attributes call = new Attributes()) {
            call.point(16, keys)
                    .put(32, count)
                    .put(36, descriptor)
                    .call(Bpf.MAP_DELETE_BATCH, "delete from " + spec.name());
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes, int expected) {
        if (bytes.length != expected) {
            throw new IllegalArgumentException(bytes.length + " bytes, not " + expected);
        }
        MemorySegment copy = arena.allocate(Math.max(1, expected), 8);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, expected);
        return copy;
    }

    private static int possibleCpus() {
        try {
            String range = Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip();
            return Integer.parseInt(range.substring(range.lastIndexOf('-') + 1)) + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (mappings.scope().isAlive()) {
            mappings.close();
            Syscalls.close(descriptor);
        }
    }
}
