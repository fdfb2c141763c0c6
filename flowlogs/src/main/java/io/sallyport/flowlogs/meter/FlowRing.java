package io.sallyport.flowlogs.meter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntConsumer;

/**
 * A bounded ring of counter deltas, from one producing thread to one consuming thread (Lamport's
 * queue: each cursor has one writer; an entry is published by the release of {@code head}). A full
 * ring refuses, counts and remembers whose delta was lost, so that the report can say SKIPDATA.
 *
 * <pre>
 * entry, 13 longs: | gateway:32 reason:8 protocol:8 ended:4 accepted:1 legs:4 |
 *                  | clientPort:16 natPort:16 remotePort:16 tcpFlags:16 |
 *                  | client high, low | elastic IP high, low | remote high, low |
 *                  | packets | bytes | first millis | last millis | opened millis |
 * </pre>
 *
 * Each side keeps a copy of the other's cursor and rereads it only when the copy says full or
 * empty, so that the cache line with a cursor does not travel for every entry.
 */
public final class FlowRing {

    /** Losses are remembered per gateway index modulo this. */
    public static final int LOSS_MARKS = 4096;

    private static final int STRIDE = 13;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle LOST;
    private static final VarHandle MARKS = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(Producer.class, "head", long.class);
            TAIL = lookup.findVarHandle(Consumer.class, "tail", long.class);
            LOST = lookup.findVarHandle(Producer.class, "lost", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What only the producer writes; an object of its own keeps it off the consumer's line. */
    private static final class Producer {
        long head;
        long tailSeen;
        long lost;
        @SuppressWarnings("unused") // fills the line
        private long p0, p1, p2, p3, p4, p5, p6;
    }

    /** What only the consumer writes. */
    private static final class Consumer {
        long tail;
        @SuppressWarnings("unused") // fills the line
        private long p0, p1, p2, p3, p4, p5, p6;
    }

    /** Takes one entry; the consuming thread calls it. Arguments as in {@link #offer}. */
    @FunctionalInterface
    public interface Sink {
        void accept(
                int gateway,
                int legs,
                int protocol,
                long clientHigh,
                long clientLow,
                int clientPort,
                long eipHigh,
                long eipLow,
                int natPort,
                long remoteHigh,
                long remoteLow,
                int remotePort,
                long packets,
                long bytes,
                long firstMillis,
                long lastMillis,
                int tcpFlags,
                boolean accepted,
                int reason,
                long openedMillis,
                int ended);
    }

    private final Producer producer = new Producer();
    private final Consumer consumer = new Consumer();
    private final long[] entries;
    private final long[] marks = new long[LOSS_MARKS / Long.SIZE];
    private final int capacity;

    /**
     * @param capacity entries, a power of two from 2 to 2^24; each takes 104 bytes
     */
    public FlowRing(int capacity) {
        if (capacity < 2 || capacity > 1 << 24 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + " is not a power of two from 2 to 2^24");
        }
        this.capacity = capacity;
        this.entries = new long[capacity * STRIDE];
    }

    /**
     * Hands over what was counted since the last offer of the same direction of a connection.
     * Producing thread only; allocates nothing. An address that is not known is 0, 0.
     *
     * @param gateway the gateway's index, 0 or more
     * @param legs bits of the ways past the gateway's interface: 1 client to interface, 2 interface
     *     to remote, 4 remote to interface, 8 interface to client
     * @param protocol IANA number, 0 to 255
     * @param clientHigh first 64 bits of the client's address (v4-mapped)
     * @param clientPort 0 to 65535; for ICMP echo its identifier, as {@code natPort}
     * @param packets 0 only where nothing but the end is told
     * @param bytes sum of IP total lengths
     * @param firstMillis Unix time of the first packet
     * @param lastMillis Unix time of the last packet
     * @param tcpFlags flags of all packets, OR-ed; 0 to 511
     * @param accepted false: the packets were denied or came after the connection's end
     * @param reason why, 1 to 255; 0 where they were accepted
     * @param openedMillis Unix time since when the connection is forwarded here; 0: there is none
     * @param ended an ordinal of {@code Ended}
     * @return false where the ring was full: the delta is lost, counted and marked
     */
    public boolean offer(
            int gateway,
            int legs,
            int protocol,
            long clientHigh,
            long clientLow,
            int clientPort,
            long eipHigh,
            long eipLow,
            int natPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted,
            int reason,
            long openedMillis,
            int ended) {
        long head = producer.head;
        if (head - producer.tailSeen == capacity) {
            producer.tailSeen = (long) TAIL.getAcquire(consumer);
            if (head - producer.tailSeen == capacity) {
                lose(gateway);
                return false;
            }
        }
        int at = ((int) head & (capacity - 1)) * STRIDE;
        entries[at] =
                (long) gateway << 32
                        | (reason & 0xffL) << 24
                        | (protocol & 0xffL) << 16
                        | (ended & 0xfL) << 8
                        | (accepted ? 16 : 0)
                        | (legs & 0xf);
        entries[at + 1] =
                (clientPort & 0xffffL) << 48
                        | (natPort & 0xffffL) << 32
                        | (remotePort & 0xffffL) << 16
                        | (tcpFlags & 0xffffL);
        entries[at + 2] = clientHigh;
        entries[at + 3] = clientLow;
        entries[at + 4] = eipHigh;
        entries[at + 5] = eipLow;
        entries[at + 6] = remoteHigh;
        entries[at + 7] = remoteLow;
        entries[at + 8] = packets;
        entries[at + 9] = bytes;
        entries[at + 10] = firstMillis;
        entries[at + 11] = lastMillis;
        entries[at + 12] = openedMillis;
        HEAD.setRelease(producer, head + 1);
        return true;
    }

    private void lose(int gateway) {
        int word = (gateway & (LOSS_MARKS - 1)) >>> 6;
        long bit = 1L << (gateway & 63);
        // The mark first: whoever sees the count sees the mark.
        if (((long) MARKS.getOpaque(marks, word) & bit) == 0) {
            long unused = (long) MARKS.getAndBitwiseOr(marks, word, bit);
        }
        LOST.setRelease(producer, producer.lost + 1);
    }

    /** Entries refused so far because the ring was full. Any thread. */
    public long lost() {
        return (long) LOST.getAcquire(producer);
    }

    /**
     * Passes on what is there, oldest first, at most {@code limit} entries. Consuming thread only.
     *
     * @return how many were passed on
     */
    public int drain(Sink sink, int limit) {
        long tail = consumer.tail;
        int count = (int) Math.min(limit, (long) HEAD.getAcquire(producer) - tail);
        for (int i = 0; i < count; i++) {
            int at = ((int) (tail + i) & (capacity - 1)) * STRIDE;
            long tags = entries[at];
            long ports = entries[at + 1];
            sink.accept(
                    (int) (tags >>> 32),
                    (int) tags & 0xf,
                    (int) (tags >>> 16) & 0xff,
                    entries[at + 2],
                    entries[at + 3],
                    (int) (ports >>> 48),
                    entries[at + 4],
                    entries[at + 5],
                    (int) (ports >>> 32) & 0xffff,
                    entries[at + 6],
                    entries[at + 7],
                    (int) (ports >>> 16) & 0xffff,
                    entries[at + 8],
                    entries[at + 9],
                    entries[at + 10],
                    entries[at + 11],
                    (int) ports & 0xffff,
                    (tags & 16) != 0,
                    (int) (tags >>> 24) & 0xff,
                    entries[at + 12],
                    (int) (tags >>> 8) & 0xf);
            TAIL.setRelease(consumer, tail + i + 1);
        }
        return count;
    }

    /**
     * Names the gateways that lost entries since the last call, by index modulo {@link
     * #LOSS_MARKS}, and forgets them. Consuming thread only.
     */
    public void drainLosses(IntConsumer gateways) {
        for (int word = 0; word < marks.length; word++) {
            if ((long) MARKS.getOpaque(marks, word) == 0) {
                continue;
            }
            long bits = (long) MARKS.getAndSet(marks, word, 0L);
            while (bits != 0) {
                gateways.accept((word << 6) + Long.numberOfTrailingZeros(bits));
                bits &= bits - 1;
            }
        }
    }
}
