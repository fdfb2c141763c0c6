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
 * entry, 10 longs: | gateway:32 tcpFlags:16 protocol:8 accepted:1 leg:2 | sourcePort:32 targetPort:32 |
 *                  | source high | source low | target high | target low |
 *                  | packets | bytes | first millis | last millis |
 * </pre>
 *
 * Each side keeps a copy of the other's cursor and rereads it only when the copy says full or
 * empty, so that the cache line with a cursor does not travel for every entry.
 */
public final class FlowRing {

    /** Client to the gateway's interface. */
    public static final int LEG_FROM_CLIENT = 0;

    /** The gateway's interface to the remote. */
    public static final int LEG_TO_REMOTE = 1;

    /** The remote to the gateway's interface. */
    public static final int LEG_FROM_REMOTE = 2;

    /** The gateway's interface to the client. */
    public static final int LEG_TO_CLIENT = 3;

    /** Losses are remembered per gateway index modulo this. */
    public static final int LOSS_MARKS = 4096;

    private static final int STRIDE = 10;
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
                int leg,
                long sourceHigh,
                long sourceLow,
                int sourcePort,
                long targetHigh,
                long targetLow,
                int targetPort,
                int protocol,
                long packets,
                long bytes,
                long firstMillis,
                long lastMillis,
                int tcpFlags,
                boolean accepted);
    }

    private final Producer producer = new Producer();
    private final Consumer consumer = new Consumer();
    private final long[] entries;
    private final long[] marks = new long[LOSS_MARKS / Long.SIZE];
    private final int capacity;

    /**
     * @param capacity entries, a power of two from 2 to 2^24; each takes 80 bytes
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
     * Hands over what was counted since the last offer of the same flow. Producing thread only;
     * allocates nothing.
     *
     * @param gateway the gateway's index, 0 or more
     * @param leg 0 client to gateway interface, 1 gateway interface to remote, 2 remote to gateway
     *     interface, 3 gateway interface to client
     * @param sourceHigh first 64 bits of the address that the record shows (v4-mapped)
     * @param sourcePort 0 to 65535; 0 where the protocol has no ports
     * @param protocol IANA number, 0 to 255
     * @param packets more than 0 unless only flags are told
     * @param bytes sum of IP total lengths
     * @param firstMillis Unix time of the first packet
     * @param lastMillis Unix time of the last packet
     * @param tcpFlags flags of all packets, OR-ed; 0 to 511
     * @param accepted false: the packets were denied or came after the connection's end
     * @return false where the ring was full: the delta is lost, counted and marked
     */
    public boolean offer(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int protocol,
            long packets,
            long bytes,
            long firstMillis,
            long lastMillis,
            int tcpFlags,
            boolean accepted) {
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
                        | (tcpFlags & 0xffffL) << 16
                        | (protocol & 0xffL) << 8
                        | (accepted ? 4 : 0)
                        | (leg & 3);
        entries[at + 1] = (long) sourcePort << 32 | (targetPort & 0xffffffffL);
        entries[at + 2] = sourceHigh;
        entries[at + 3] = sourceLow;
        entries[at + 4] = targetHigh;
        entries[at + 5] = targetLow;
        entries[at + 6] = packets;
        entries[at + 7] = bytes;
        entries[at + 8] = firstMillis;
        entries[at + 9] = lastMillis;
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
                    (int) tags & 3,
                    entries[at + 2],
                    entries[at + 3],
                    (int) (ports >>> 32),
                    entries[at + 4],
                    entries[at + 5],
                    (int) ports,
                    (int) (tags >>> 8) & 0xff,
                    entries[at + 6],
                    entries[at + 7],
                    entries[at + 8],
                    entries[at + 9],
                    (int) (tags >>> 16) & 0xffff,
                    (tags & 4) != 0);
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
