package io.sallyport.store.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Cuts the power of a file system (ext4, XFS): what was not synced is gone when it is mounted
 * again, and until then every write and every sync fails with EIO. It is what xfstests do for the
 * same purpose.
 */
public final class PowerCut {

    /** FS_IOC_SHUTDOWN of linux/fs.h, _IOR('X', 125, __u32). */
    private static final long SHUTDOWN = 0x8004_587DL;

    /** What is in memory, of the journal too, is not written any more. */
    private static final int WITHOUT_FLUSH = 2;

    private PowerCut() {}

    /** Needs root outside of user namespaces. */
    public static void of(Path directory) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor opening =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor control =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle open = handle(linker, "open", opening, Linker.Option.firstVariadicArg(2));
            MethodHandle ioctl =
                    handle(linker, "ioctl", control, Linker.Option.firstVariadicArg(2));
            int file = (int) open.invokeExact(arena.allocateFrom(directory.toString()), 0);
            MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, WITHOUT_FLUSH);
            int done = (int) ioctl.invokeExact(file, SHUTDOWN, flags);
            // An open file would keep it mounted.
            MethodHandle close =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("close"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int unused = (int) close.invokeExact(file);
            if (file < 0 || done < 0) {
                throw new IllegalStateException("the power of " + directory + " stays on");
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(
            Linker linker, String name, FunctionDescriptor shape, Linker.Option option) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, option);
    }
}
