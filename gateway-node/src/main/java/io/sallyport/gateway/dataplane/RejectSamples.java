package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;

/**
 * Denied packets, added up per flow until the meter passes: a flood that an ACL denies makes one
 * record, not one per packet. A full table loses samples and says so.
 */
@HotPath
final class RejectSamples {

    static final int SIZE = 1024;
    private static final int PROBES = 8;
    private static final int WORDS = 13;
    private static final int PACKETS = 6;
    private static final int THERE = 10;
    private static final int REASON = 12;

    private final long[] words = new long[SIZE * WORDS];
    private final Counters counters;
    private int used;

    RejectSamples(Counters counters) {
        this.counters = counters;
    }

    void add(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int protocol,
            int packets,
            long bytes,
            int tcpFlags,
            long nowMillis) {
        add(
                gateway,
                leg,
                sourceHigh,
                sourceLow,
                sourcePort,
                targetHigh,
                targetLow,
                targetPort,
                protocol,
                packets,
                bytes,
                tcpFlags,
                nowMillis,
                0,
                0,
                0);
    }

    /**
     * As it shows on the leg, and what the leg does not show.
     *
     * @param thereHigh where the packet itself was going; 0, 0: not known
     * @param reason number of a {@link DropReason}; 0: not known
     */
    void add(
            int gateway,
            int leg,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long targetHigh,
            long targetLow,
            int targetPort,
            int protocol,
            int packets,
            long bytes,
            int tcpFlags,
            long nowMillis,
            long thereHigh,
            long thereLow,
            int reason) {
        long ports =
                (long) gateway << 44
                        | (long) leg << 41
                        | (long) sourcePort << 24
                        | (long) targetPort << 8
                        | protocol;
        long h = (ports ^ sourceLow * 31 ^ targetLow) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ thereHigh ^ thereLow ^ reason) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ sourceHigh ^ Long.rotateLeft(targetHigh, 17)) * 0x9e37_79b9_7f4a_7c15L;
        for (int i = 0; i < PROBES; i++) {
            int at = ((int) (h >>> 40) + i & SIZE - 1) * WORDS;
            if (words[at + PACKETS] == 0) {
                words[at] = sourceHigh;
                words[at + 1] = sourceLow;
                words[at + 2] = targetHigh;
                words[at + 3] = targetLow;
                words[at + 4] = ports;
                words[at + 5] = nowMillis;
                words[at + 7] = 0;
                words[at + 9] = 0;
                words[at + THERE] = thereHigh;
                words[at + THERE + 1] = thereLow;
                words[at + REASON] = reason;
                used++;
            } else if (words[at + 4] != ports
                    || words[at] != sourceHigh
                    || words[at + 1] != sourceLow
                    || words[at + 2] != targetHigh
                    || words[at + 3] != targetLow
                    || words[at + THERE] != thereHigh
                    || words[at + THERE + 1] != thereLow
                    || words[at + REASON] != reason) {
                continue;
            }
            words[at + PACKETS] += packets;
            words[at + 7] += bytes;
            words[at + 8] = nowMillis;
            words[at + 9] |= tcpFlags;
            return;
        }
        counters.add(Counters.Name.FLOW_SAMPLES_LOST, packets);
    }

    void flush(FlowSink sink) {
        if (used == 0) {
            return;
        }
        for (int at = 0; at < words.length; at += WORDS) {
            if (words[at + PACKETS] != 0) {
                long ports = words[at + 4];
                sink.denied(
                        (int) (ports >>> 44),
                        (int) (ports >>> 41) & 7,
                        words[at],
                        words[at + 1],
                        (int) (ports >>> 24) & 0xffff,
                        words[at + 2],
                        words[at + 3],
                        (int) (ports >>> 8) & 0xffff,
                        words[at + THERE],
                        words[at + THERE + 1],
                        (int) words[at + REASON],
                        (int) ports & 0xff,
                        words[at + PACKETS],
                        words[at + 7],
                        words[at + 5],
                        words[at + 8],
                        (int) words[at + 9]);
                words[at + PACKETS] = 0;
            }
        }
        used = 0;
    }
}
