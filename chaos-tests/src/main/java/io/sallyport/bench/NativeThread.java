package io.sallyport.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * Two things of the calling platform thread that Java has no words for: which network namespace it
 * is in, and which core it runs on. What the thread opens afterwards belongs to that namespace.
 */
final class NativeThread {

    private static final int READ_ONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int MASK_BYTES = 128;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETNS =
            handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle AFFINITY =
            handle(
                    "sched_setaffinity",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private NativeThread() {}

    /**
     * @param namespace the file that stands for it
     * @throws BenchFailure where the kernel refuses
     */
    static void enter(Path namespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state, arena.allocateFrom(namespace.toString()), READ_ONLY);
            check(descriptor, state, "open " + namespace);
            check(
                    (int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET),
                    state,
                    "enter " + namespace);
            check((int) CLOSE.invokeExact(state, descriptor), state, "close " + namespace);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a native call is described wrongly", e);
        }
    }

    /**
     * @param core 0 to 1023
     */
    static void pin(int core) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            mask.set(ValueLayout.JAVA_BYTE, core / 8, (byte) (1 << core % 8));
            check(
                    (int) AFFINITY.invokeExact(state, 0, (long) MASK_BYTES, mask),
                    state,
                    "run on core " + core);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a native call is described wrongly", e);
        }
    }

    private static void check(int result, MemorySegment state, String what) {
        if (result < 0) {
            throw new BenchFailure("cannot " + what + ": errno " + (int) ERRNO.get(state, 0L));
        }
    }

    private static MethodHandle handle(String function, FunctionDescriptor shape) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                shape,
                Linker.Option.captureCallState("errno"));
    }
}
