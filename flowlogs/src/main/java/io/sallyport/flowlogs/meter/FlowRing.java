package io.sallyport.flowlogs.meter;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A bounded ring of counter deltas, from one producing thread to one consuming thread (Lamport's
 * queue: each cursor has one writer; an entry is published by the release of {@code head}). A full
 * ring refuses, counts and remembers whose delta was lost, so that the report can say SKIPDATA.
 *
 * <pre>
 * memory: | version 8 | id 8 | .. | 64 head 8 | lost 8 | .. | 128 tail 8 | .. |
 *         | 192 marks 512 | 704 entries ..
 * entry, 13 longs: | gateway:32 reason:8 protocol:8 ended:4 accepted:1 legs:4 |
 *                  | clientPort:16 natPort:16 remotePort:16 tcpFlags:16 |
 *                  | client high, low | elastic IP high, low | remote high, low |
 *                  | packets | bytes | first millis | last millis | opened millis |
 * </pre>
 *
 * Each side keeps a copy of the other's cursor and rereads it only when the copy says full or
 * empty, so that the cache line with a cursor does not travel for every entry. In memory that
 * outlives the process the ring outlives it too: its next life finds what was not taken yet.
 */
public final class FlowRing {

    /** Losses are remembered per gateway index modulo this. */
    public static final int LOSS_MARKS = 4096;

    private static final int STRIDE = 13;

    /** Of one entry. */
    public static final int ENTRY_BYTES = STRIDE * Long.BYTES;

    private static final long VERSION = 1;
    private static final long VERSION_AT = 0;
    private static final long ID_AT = 8;
    private static final long HEAD_AT = 64;
    private static final long LOST_AT = 72;
    private static final long TAIL_AT = 128;
    private static final long MARKS_AT = 192;
    private static final int MARK_WORDS = LOSS_MARKS / Long.SIZE;
    private static final long ENTRIES_AT = MARKS_AT + MARK_WORDS * (long) Long.BYTES;

    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final int capacity;

    /** The consumer's. */
    private final FlowSample taken = new FlowSample();

    /** The producer's. */
    private long tailSeen;

    /**
     * In memory of its own.
     *
     * @param capacity entries, a power of two from 2 to 2^24; each takes 104 bytes
     */
    public FlowRing(int capacity) {
        this(capacity, Arena.ofAuto().allocate(bytes(capacity), 64));
    }

    /**
     * In memory of somebody's, as a former life left it there, or zeroed.
     *
     * @param memory {@link #bytes} of them
     */
    public FlowRing(int capacity, MemorySegment memory) {
        this.capacity = capacity;
        this.memory = memory.asSlice(0, bytes(capacity));
        long waiting = head() - tail();
        if (get(VERSION_AT) != VERSION || waiting < 0 || waiting > capacity) {
            this.memory.fill((byte) 0);
            set(ID_AT, new SecureRandom().nextLong());
            set(VERSION_AT, VERSION);
        }
        tailSeen = tail();
    }

    /** The memory that so many entries need. */
    public static long bytes(int capacity) {
        if (capacity < 2 || capacity > 1 << 24 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + " is not a power of two from 2 to 2^24");
        }
        return ENTRIES_AT + (long) capacity * ENTRY_BYTES;
    }

    private long get(long at) {
        return memory.get(JAVA_LONG, at);
    }

    private void set(long at, long value) {
        memory.set(JAVA_LONG, at, value);
    }

    /** By which a ring is known again: drawn where its memory was empty. */
    public long id() {
        return get(ID_AT);
    }

    /** Entries ever offered. Any thread. */
    public long head() {
        return (long) LONG.getAcquire(memory, HEAD_AT);
    }

    /** Entries ever released; those from here to {@link #head} wait. Any thread. */
    public long tail() {
        return (long) LONG.getAcquire(memory, TAIL_AT);
    }

    private long entryAt(long position) {
        return ENTRIES_AT + (position & (capacity - 1)) * ENTRY_BYTES;
    }

    /**
     * Hands over what was counted since the last offer of the same direction of a connection.
     * Producing thread only; allocates nothing.
     *
     * @return false where the ring was full: the sample is lost, counted and marked
     */
    public boolean offer(FlowSample sample) {
        long head = get(HEAD_AT);
        if (head - tailSeen == capacity) {
            tailSeen = tail();
            if (head - tailSeen == capacity) {
                lose(sample.gateway);
                return false;
            }
        }
        long at = entryAt(head);
        set(
                at,
                (long) sample.gateway << 32
                        | (sample.reason & 0xffL) << 24
                        | (sample.protocol & 0xffL) << 16
                        | (sample.ended & 0xfL) << 8
                        | (sample.accepted ? 16 : 0)
                        | (sample.legs & 0xf));
        set(
                at + 8,
                (sample.clientPort & 0xffffL) << 48
                        | (sample.natPort & 0xffffL) << 32
                        | (sample.remotePort & 0xffffL) << 16
                        | (sample.tcpFlags & 0xffffL));
        set(at + 16, sample.clientHigh);
        set(at + 24, sample.clientLow);
        set(at + 32, sample.eipHigh);
        set(at + 40, sample.eipLow);
        set(at + 48, sample.remoteHigh);
        set(at + 56, sample.remoteLow);
        set(at + 64, sample.packets);
        set(at + 72, sample.bytes);
        set(at + 80, sample.firstMillis);
        set(at + 88, sample.lastMillis);
        set(at + 96, sample.openedMillis);
        LONG.setRelease(memory, HEAD_AT, head + 1);
        return true;
    }

    /**
     * Something of this gateway was lost: also what never came to be offered. Producing thread
     * only.
     */
    public void lose(int gateway) {
        long word = MARKS_AT + ((gateway & (LOSS_MARKS - 1)) >>> 6) * (long) Long.BYTES;
        long bit = 1L << (gateway & 63);
        // The mark first: whoever sees the count sees the mark.
        if (((long) LONG.getOpaque(memory, word) & bit) == 0) {
            long unused = (long) LONG.getAndBitwiseOr(memory, word, bit);
        }
        LONG.setRelease(memory, LOST_AT, get(LOST_AT) + 1);
    }

    /** Losses so far: entries refused because the ring was full, and others. Any thread. */
    public long lost() {
        return (long) LONG.getAcquire(memory, LOST_AT);
    }

    /**
     * Shows what is there, oldest first, at most {@code limit} entries. Consuming thread only.
     *
     * @return how many were shown
     */
    public int drain(Consumer<FlowSample> sink, int limit) {
        long tail = tail();
        int count = (int) Math.min(limit, head() - tail);
        for (int i = 0; i < count; i++) {
            decode(memory, entryAt(tail + i), taken);
            sink.accept(taken);
        }
        release(count);
        return count;
    }

    /**
     * Copies what is there as it lies, oldest first, as much as there is room for; it stays until
     * {@link #release}. Consuming thread only.
     *
     * @return how many entries
     */
    public int copy(MemorySegment into) {
        long tail = tail();
        int count = (int) Math.min(into.byteSize() / ENTRY_BYTES, head() - tail);
        int untilEnd = Math.min(count, capacity - (int) (tail & (capacity - 1)));
        long bytes = (long) untilEnd * ENTRY_BYTES;
        MemorySegment.copy(memory, entryAt(tail), into, 0, bytes);
        MemorySegment.copy(
                memory, ENTRIES_AT, into, bytes, (long) (count - untilEnd) * ENTRY_BYTES);
        return count;
    }

    /** So many of the oldest entries were taken. Consuming thread only. */
    public void release(int count) {
        LONG.setRelease(memory, TAIL_AT, tail() + count);
    }

    /** Shows {@link #copy copied} entries. */
    public static void decode(MemorySegment entries, int count, Consumer<FlowSample> sink) {
        FlowSample sample = new FlowSample();
        for (int i = 0; i < count; i++) {
            decode(entries, (long) i * ENTRY_BYTES, sample);
            sink.accept(sample);
        }
    }

    private static void decode(MemorySegment from, long at, FlowSample into) {
        long tags = from.get(JAVA_LONG, at);
        long ports = from.get(JAVA_LONG, at + 8);
        into.gateway = (int) (tags >>> 32);
        into.reason = (int) (tags >>> 24) & 0xff;
        into.protocol = (int) (tags >>> 16) & 0xff;
        into.ended = (int) (tags >>> 8) & 0xf;
        into.accepted = (tags & 16) != 0;
        into.legs = (int) tags & 0xf;
        into.client(
                from.get(JAVA_LONG, at + 16), from.get(JAVA_LONG, at + 24), (int) (ports >>> 48));
        into.eip(
                from.get(JAVA_LONG, at + 32),
                from.get(JAVA_LONG, at + 40),
                (int) (ports >>> 32) & 0xffff);
        into.remote(
                from.get(JAVA_LONG, at + 48),
                from.get(JAVA_LONG, at + 56),
                (int) (ports >>> 16) & 0xffff);
        into.counted(
                from.get(JAVA_LONG, at + 64),
                from.get(JAVA_LONG, at + 72),
                from.get(JAVA_LONG, at + 80),
                from.get(JAVA_LONG, at + 88),
                (int) ports & 0xffff);
        into.openedMillis = from.get(JAVA_LONG, at + 96);
    }

    /**
     * Names the gateways that lost entries since the last call, by index modulo {@link
     * #LOSS_MARKS}, and forgets them. Consuming thread only.
     */
    public void drainLosses(IntConsumer gateways) {
        for (int word = 0; word < MARK_WORDS; word++) {
            long at = MARKS_AT + word * (long) Long.BYTES;
            if ((long) LONG.getOpaque(memory, at) == 0) {
                continue;
            }
            long bits = (long) LONG.getAndSet(memory, at, 0L);
            while (bits != 0) {
                gateways.accept((word << 6) + Long.numberOfTrailingZeros(bits));
                bits &= bits - 1;
            }
        }
    }
}
