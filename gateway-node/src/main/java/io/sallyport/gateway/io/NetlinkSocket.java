package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A NETLINK_ROUTE socket: bytes out, bytes in. One thread at a time, except {@link #close}, which
 * ends a receive within its time limit.
 */
final class NetlinkSocket implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SO_RCVTIMEO = 20;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /** The kernel's queue overflowed: events were lost, so everything is to be read again. */
    private static final int ENOBUFS = 105;

    /** A dump's messages come in pieces of at most 32 KiB. */
    private static final int RECEIVE_BYTES = 128 * 1024;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            call(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND =
            call("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment sent = arena.allocate(256, 8);
    private final MemorySegment received = arena.allocate(RECEIVE_BYTES, 8);
    private final ByteBuffer view = received.asByteBuffer().order(ByteOrder.nativeOrder());
    private final int fd;

    /**
     * @param groups multicast groups to hear, as bits; 0 for none
     * @param timeoutMillis longest that a receive waits
     */
    NetlinkSocket(int groups, int timeoutMillis) {
        fd =
                (int)
                        checked(
                                "socket",
                                () ->
                                        (int)
                                                SOCKET.invokeExact(
                                                        state, AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
        MemorySegment address = arena.allocate(12, 4);
        address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
        address.set(JAVA_INT, 8, groups);
        checked("bind", () -> (int) BIND.invokeExact(state, fd, address, 12));
        MemorySegment timeout = arena.allocate(16, 8);
        timeout.set(JAVA_LONG, 0, timeoutMillis / 1000);
        timeout.set(JAVA_LONG, 8, timeoutMillis % 1000 * 1000L);
        option(SO_RCVTIMEO, timeout, 16);
        MemorySegment size = arena.allocate(4, 4);
        size.set(JAVA_INT, 0, 1 << 20);
        option(SO_RCVBUF, size, 4);
    }

    /**
     * From now on the kernel sends of a dump only what fits the request's header. One before 4.20
     * knows nothing of it and sends all, which whoever asks must expect.
     */
    void filterDumps() {
        MemorySegment on = arena.allocate(4, 4);
        on.set(JAVA_INT, 0, 1);
        try {
            int ignored =
                    (int)
                            SETSOCKOPT.invokeExact(
                                    state, fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on, 4);
        } catch (Throwable e) {
            throw new IllegalStateException("setsockopt", e);
        }
    }

    private void option(int name, MemorySegment value, int length) {
        checked(
                "setsockopt",
                () -> (int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, name, value, length));
    }

    /**
     * @param message in native byte order, ready to be read, at most 256 bytes
     */
    void send(ByteBuffer message) {
        int length = message.remaining();
        MemorySegment.copy(MemorySegment.ofBuffer(message), 0, sent, 0, length);
        checked("send", () -> (long) SEND.invokeExact(state, fd, sent, (long) length, 0));
    }

    /**
     * What came, valid until the next receive; empty when nothing came in time.
     *
     * @return null where the kernel dropped messages
     */
    @org.jspecify.annotations.Nullable
    ByteBuffer receive() {
        long length;
        try {
            length = (long) RECV.invokeExact(state, fd, received, (long) RECEIVE_BYTES, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("recv", e);
        }
        if (length >= 0) {
            return view.duplicate().order(ByteOrder.nativeOrder()).limit((int) length);
        }
        int errno = (int) ERRNO.get(state, 0L);
        return switch (errno) {
            case EINTR, EAGAIN -> view.duplicate().limit(0);
            case ENOBUFS -> null;
            default -> throw failed("recv", errno);
        };
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable e) {
            throw new IllegalStateException("close", e);
        }
        arena.close();
    }

    private interface Call {
        long run() throws Throwable;
    }

    private long checked(String name, Call call) {
        long result;
        try {
            result = call.run();
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
        if (result < 0) {
            throw failed(name, (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    private static UncheckedIOException failed(String name, int errno) {
        return new UncheckedIOException(
                new java.io.IOException("netlink " + name + " failed with errno " + errno));
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"));
    }
}
