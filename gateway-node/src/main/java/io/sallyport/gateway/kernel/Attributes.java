package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One call of bpf(2): {@code union bpf_attr}, zeroed, filled at the offsets that linux/bpf.h gives.
 * Lives as long as the call.
 */
final class Attributes implements AutoCloseable {

    private static final int BYTES = 128;
    private static final int NAME_BYTES = 16;

    final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(BYTES, 8);

    Attributes put(int offset, int value) {
        memory.set(JAVA_INT, offset, value);
        return this;
    }

    Attributes putLong(int offset, long value) {
        memory.set(JAVA_LONG, offset, value);
        return this;
    }

    /** A pointer; {@code null} stays 0. */
    Attributes point(int offset, @org.jspecify.annotations.Nullable MemorySegment target) {
        return putLong(offset, target == null ? 0 : target.address());
    }

    Attributes path(int offset, Path path) {
        return point(offset, arena.allocateFrom(path.toString()));
    }

    /** At most 15 letters; the kernel allows letters, digits, '_' and '.'. */
    Attributes name(int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < Math.min(bytes.length, NAME_BYTES - 1); i++) {
            boolean allowed = Character.isLetterOrDigit(bytes[i]) || bytes[i] == '.';
            memory.set(JAVA_BYTE, offset + i, allowed ? bytes[i] : (byte) '_');
        }
        return this;
    }

    int at(int offset) {
        return memory.get(JAVA_INT, offset);
    }

    int call(int command) {
        return Syscalls.bpf(command, memory);
    }

    /**
     * @throws BpfException where the kernel refuses
     */
    int call(int command, String what) {
        int result = call(command);
        if (result < 0) {
            throw new BpfException(what, -result);
        }
        return result;
    }

    @Override
    public void close() {
        arena.close();
    }
}
