package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The three system calls of this room; cold. Each gives its result or {@code -errno}. */
final class Syscalls {

    static final int READ = 1;
    static final int WRITE = 2;
    private static final int SHARED = 1;

    /** bpf(2) has no function in libc: its number, by processor. */
    private static final long BPF =
            switch (System.getProperty("os.arch")) {
                case "amd64" -> 321;
                case "aarch64" -> 280;
                default -> -1;
            };

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("mmap"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle MUNMAP =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("munmap"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("close"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Syscalls() {}

    static int bpf(int command, MemorySegment attributes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            long result =
                    (long)
                            SYSCALL.invokeExact(
                                    state,
                                    BPF,
                                    (long) command,
                                    attributes.address(),
                                    attributes.byteSize());
            return result < 0 ? -(int) ERRNO.get(state, 0L) : (int) result;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /**
     * @return the address, or {@code -errno}
     */
    static long map(int descriptor, long offset, long bytes, int protection) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            long address =
                    (long)
                            MMAP.invokeExact(
                                    state, 0L, bytes, protection, SHARED, descriptor, offset);
            return address == -1 ? -(int) ERRNO.get(state, 0L) : address;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static void unmap(long address, long bytes) {
        try {
            int result = (int) MUNMAP.invokeExact(address, bytes);
            if (result != 0) {
                throw new IllegalStateException("munmap of what is not mapped");
            }
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static void close(int descriptor) {
        try {
            // Linux closes the descriptor whatever close(2) answers.
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static AssertionError broken(Throwable cause) {
        return new AssertionError("a native call is described wrongly", cause);
    }
}
