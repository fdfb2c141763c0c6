package io.sallyport.gateway.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Opening and setting sockets; cold. */
final class Sockets {

    static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    /** A burst of some ms at 10 Gbit/s, in each direction. */
    private static final int BUFFER_BYTES = 16 << 20;

    private Sockets() {}

    static int open(Libc libc, int family, int type, String what) {
        return check(libc.socket(family, type | NONBLOCK_CLOEXEC, 0), "open " + what);
    }

    static void set(Libc libc, int socket, int level, int option, int value, String what) {
        check(trySet(libc, socket, level, option, value), what);
    }

    private static int trySet(Libc libc, int socket, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            number.set(JAVA_INT, 0, value);
            return libc.setOption(socket, level, option, number.address(), 4);
        }
    }

    /** As large as asked with the right to, else as large as the system's limit allows. */
    static void buffers(Libc libc, int socket) {
        if (trySet(libc, socket, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES) < 0) {
            set(libc, socket, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES, "set the receive buffer");
        }
        if (trySet(libc, socket, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES) < 0) {
            set(libc, socket, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES, "set the send buffer");
        }
    }

    /**
     * @throws UncheckedIOException telling what failed and its errno
     */
    static int check(int result, String what) {
        if (result < 0) {
            throw new UncheckedIOException(
                    new IOException("cannot " + what + ": " + reason(-result)));
        }
        return result;
    }

    private static String reason(int errno) {
        return switch (errno) {
            case 1 -> "not permitted (CAP_NET_RAW is needed)";
            case 13 -> "permission denied";
            case 19 -> "no such device";
            case 98 -> "address already in use";
            case 99 -> "the address is not on this machine";
            default -> "errno " + errno;
        };
    }
}
