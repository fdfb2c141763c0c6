package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of libc that doors need. Each gives the call's result, or {@code -errno}. Pointers are
 * passed as numbers ({@link MemorySegment#address}), which costs nothing per call; whoever passes
 * one keeps its segment alive. An instance belongs to one thread, since it holds the errno of that
 * thread's last call.
 */
@HotPath
final class Libc {

    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOBUFS = 105;

    /** The same number on every architecture; libcs older than 2.36 have no name for it. */
    private static final long PIDFD_OPEN_CALL = 434;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            call(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMMSG =
            call(
                    "recvmmsg",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SENDMMSG =
            call(
                    "sendmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            call("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD =
            call("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle IOCTL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("ioctl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle PIDFD_OPEN =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle CLOCK =
            call("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment state = Arena.ofAuto().allocate(CAPTURE);

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"));
    }

    int socket(int family, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(state, family, type, protocol));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int bind(int descriptor, long address, int length) {
        try {
            return result((int) BIND.invokeExact(state, descriptor, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int setOption(int descriptor, int level, int option, long value, int length) {
        try {
            return result(
                    (int) SETSOCKOPT.invokeExact(state, descriptor, level, option, value, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int receive(int descriptor, long messages, int count, int flags) {
        try {
            return result(
                    (int) RECVMMSG.invokeExact(state, descriptor, messages, count, flags, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int send(int descriptor, long messages, int count, int flags) {
        try {
            return result((int) SENDMMSG.invokeExact(state, descriptor, messages, count, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int clock(int clock, long timespec) {
        try {
            return result((int) CLOCK.invokeExact(state, clock, timespec));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int poll(long descriptors, long count, int timeoutMillis) {
        try {
            return result((int) POLL.invokeExact(state, descriptors, count, timeoutMillis));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int eventDescriptor(int flags) {
        try {
            return result((int) EVENTFD.invokeExact(state, 0, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int read(int descriptor, long buffer, long length) {
        try {
            return result((int) (long) READ.invokeExact(state, descriptor, buffer, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int write(int descriptor, long buffer, long length) {
        try {
            return result((int) (long) WRITE.invokeExact(state, descriptor, buffer, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int control(int descriptor, long request, long argument) {
        try {
            return result((int) IOCTL.invokeExact(state, descriptor, request, argument));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** A descriptor that poll(2) calls readable once the process has ended. */
    int processDescriptor(long pid) {
        try {
            return result((int) (long) PIDFD_OPEN.invokeExact(state, PIDFD_OPEN_CALL, pid, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private int result(int value) {
        return value < 0 ? -(int) ERRNO.get(state, 0L) : value;
    }

    /** A downcall itself throws only where its description is wrong. */
    private static AssertionError broken(Throwable cause) {
        return new AssertionError("a native call is described wrongly", cause);
    }
}
