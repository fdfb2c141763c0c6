package io.sallyport.gateway.io;

import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;

/** Messages on their way to sendmmsg(2). */
@HotPath
final class SendQueue {

    private final Libc libc;
    private final int descriptor;
    final MessageBatch batch;
    private int queued;

    SendQueue(Libc libc, int descriptor, Arena arena, int size, int nameLength) {
        this(libc, descriptor, new MessageBatch(arena, size, nameLength));
    }

    SendQueue(Libc libc, int descriptor, MessageBatch batch) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.batch = batch;
    }

    boolean isFull() {
        return queued == batch.size();
    }

    /** The index of the message to fill next. */
    int next() {
        return queued;
    }

    void add(long address, long length) {
        batch.piece(queued++, address, length);
    }

    /**
     * sendmmsg stops at the first message that fails and tells its error only when it is first of
     * all: so that one is passed over and the rest is tried again.
     */
    void flush(PacketDoor.Losses losses) {
        int from = 0;
        while (from < queued) {
            int sent =
                    libc.send(
                            descriptor, batch.address(from), queued - from, MessageBatch.DONT_WAIT);
            if (sent > 0) {
                from += sent;
            } else if (sent == -Libc.EAGAIN || sent == -Libc.ENOBUFS) {
                losses.queueFull(queued - from);
                break;
            } else if (sent != -Libc.EINTR) {
                losses.refused(1);
                from++;
            }
        }
        queued = 0;
    }
}
