package io.sallyport.gateway.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.gateway.wire.HotPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Packets that were not permitted, added up per flow until the meter passes (about a second): a
 * flood of one flow makes one record, not one per packet. One of many flows fills the table: what
 * finds no room is counted and told as lost. In memory that outlives the process a next life finds
 * what was not told.
 *
 * <pre>
 * place, 11 longs: | source high | low | target high | low |
 *                  | gateway:22 outward:1 ports:32 protocol:8 | first millis |
 *                  | packets:24 bytes:40 (0: free) | - | last millis | flags | reason |
 * </pre>
 */
@HotPath
final class RejectSamples {

    static final int SIZE = 1024;
    private static final int PROBES = 8;
    private static final int WORDS = 11;

    /** Both in one word, so that a kill leaves both or neither. */
    private static final int COUNT = 6;

    private static final int REASON = 10;
    private static final int PACKETS_SHIFT = 40;
    private static final long BYTES_MASK = (1L << PACKETS_SHIFT) - 1;

    /** Far more than come between two passes. */
    private static final long PACKETS_MAX = 1L << 23;

    /** All places. */
    static final int BYTES = SIZE * WORDS * Long.BYTES;

    private static final VarHandle LONG = JAVA_LONG.varHandle();

    /** Its bit, above both ports and the protocol. */
    private static final int OUTWARD = 41;

    private final MemorySegment words;
    private final Counters counters;
    private final FlowSample sample = new FlowSample();

    /** A bit for each gateway that lost something, by its index modulo the ring's marks. */
    private final long[] losses = new long[FlowRing.LOSS_MARKS / Long.SIZE];

    private boolean losing;
    private boolean used;

    RejectSamples(Counters counters) {
        this(Arena.ofAuto().allocate(BYTES, Long.BYTES), counters);
    }

    /**
     * @param words {@value #BYTES} bytes
     */
    RejectSamples(MemorySegment words, Counters counters) {
        this.words = words;
        this.counters = counters;
        used = true;
    }

    private long word(int index) {
        return words.get(JAVA_LONG, (long) index * Long.BYTES);
    }

    private void word(int index, long value) {
        words.set(JAVA_LONG, (long) index * Long.BYTES, value);
    }

    /**
     * As the packet says it, but for a port towards the gateway that only its connection knows.
     *
     * @param outward from a client; else from a remote, to an elastic IP
     * @param reason number of a {@link DropReason}
     */
    void add(
            int gateway,
            boolean outward,
            int protocol,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int packets,
            long bytes,
            int tcpFlags,
            int reason,
            long nowMillis) {
        long ports =
                (long) gateway << 42
                        | (outward ? 1L << OUTWARD : 0)
                        | (long) sourcePort << 24
                        | (long) targetPort << 8
                        | protocol;
        long h = (ports ^ sourceLow * 31 ^ targetLow ^ reason) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ sourceHigh ^ Long.rotateLeft(targetHigh, 17)) * 0x9e37_79b9_7f4a_7c15L;
        for (int i = 0; i < PROBES; i++) {
            int at = ((int) (h >>> 40) + i & SIZE - 1) * WORDS;
            long count = word(at + COUNT);
            if (count == 0) {
                word(at, sourceHigh);
                word(at + 1, sourceLow);
                word(at + 2, targetHigh);
                word(at + 3, targetLow);
                word(at + 4, ports);
                word(at + 5, nowMillis);
                word(at + 9, 0);
                word(at + REASON, reason);
                used = true;
            } else if (word(at + 4) != ports
                    || word(at) != sourceHigh
                    || word(at + 1) != sourceLow
                    || word(at + 2) != targetHigh
                    || word(at + 3) != targetLow
                    || word(at + REASON) != reason
                    || count >>> PACKETS_SHIFT >= PACKETS_MAX) {
                continue;
            }
            word(at + 8, nowMillis);
            word(at + 9, word(at + 9) | tcpFlags);
            long sum = count + ((long) packets << PACKETS_SHIFT) + bytes;
            LONG.setRelease(words, (at + COUNT) * (long) Long.BYTES, sum);
            return;
        }
        counters.add(Counters.Name.FLOW_SAMPLES_LOST, packets);
        lose(gateway);
    }

    private void lose(int gateway) {
        int mark = gateway & FlowRing.LOSS_MARKS - 1;
        losses[mark >>> 6] |= 1L << mark;
        losing = true;
    }

    private void tellLosses(FlowSink sink) {
        for (int word = 0; word < losses.length; word++) {
            for (long bits = losses[word]; bits != 0; bits &= bits - 1) {
                sink.lost((word << 6) + Long.numberOfTrailingZeros(bits));
            }
            losses[word] = 0;
        }
        losing = false;
    }

    void flush(FlowSink sink, TellingNote note) {
        if (losing) {
            tellLosses(sink);
        }
        if (!used) {
            return;
        }
        for (int at = 0; at < SIZE * WORDS; at += WORDS) {
            if (word(at + COUNT) != 0) {
                note.reject(at, sink.position());
                flush(sink, at, (word(at + 4) >>> OUTWARD & 1) != 0);
                note.offered();
                forget(at);
                note.done();
            }
        }
        used = false;
    }

    /** What lies at that place was told. */
    void forget(int at) {
        word(at + COUNT, 0);
    }

    private void flush(FlowSink sink, int at, boolean outward) {
        long ports = word(at + 4);
        int sourcePort = (int) (ports >>> 24) & 0xffff;
        int targetPort = (int) (ports >>> 8) & 0xffff;
        sample.gateway = (int) (ports >>> 42);
        sample.legs = outward ? FlowSink.FROM_CLIENT : FlowSink.FROM_REMOTE;
        sample.protocol = (int) ports & 0xff;
        if (outward) {
            sample.client(word(at), word(at + 1), sourcePort);
            sample.eip(0, 0, 0);
            sample.remote(word(at + 2), word(at + 3), targetPort);
        } else {
            sample.client(0, 0, 0);
            sample.eip(word(at + 2), word(at + 3), targetPort);
            sample.remote(word(at), word(at + 1), sourcePort);
        }
        sample.counted(
                word(at + COUNT) >>> PACKETS_SHIFT,
                word(at + COUNT) & BYTES_MASK,
                word(at + 5),
                word(at + 8),
                (int) word(at + 9));
        sample.accepted = false;
        sample.reason = (int) word(at + REASON);
        sample.openedMillis = 0;
        sample.ended = 0;
        sink.offer(sample);
    }
}
