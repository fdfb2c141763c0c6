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
    private static final int WORDS = 11;
    private static final int PACKETS = 6;
    private static final int REASON = 10;

    /** Its bit, above both ports and the protocol. */
    private static final int OUTWARD = 41;

    private final long[] words = new long[SIZE * WORDS];
    private final Counters counters;
    private int used;

    RejectSamples(Counters counters) {
        this.counters = counters;
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
            if (words[at + PACKETS] == 0) {
                words[at] = sourceHigh;
                words[at + 1] = sourceLow;
                words[at + 2] = targetHigh;
                words[at + 3] = targetLow;
                words[at + 4] = ports;
                words[at + 5] = nowMillis;
                words[at + 7] = 0;
                words[at + 9] = 0;
                words[at + REASON] = reason;
                used++;
            } else if (words[at + 4] != ports
                    || words[at] != sourceHigh
                    || words[at + 1] != sourceLow
                    || words[at + 2] != targetHigh
                    || words[at + 3] != targetLow
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
                flush(sink, at, (words[at + 4] >>> OUTWARD & 1) != 0);
                words[at + PACKETS] = 0;
            }
        }
        used = 0;
    }

    private void flush(FlowSink sink, int at, boolean outward) {
        long ports = words[at + 4];
        int sourcePort = (int) (ports >>> 24) & 0xffff;
        int targetPort = (int) (ports >>> 8) & 0xffff;
        sink.offer(
                (int) (ports >>> 42),
                outward ? FlowSink.FROM_CLIENT : FlowSink.FROM_REMOTE,
                (int) ports & 0xff,
                outward ? words[at] : 0,
                outward ? words[at + 1] : 0,
                outward ? sourcePort : 0,
                outward ? 0 : words[at + 2],
                outward ? 0 : words[at + 3],
                outward ? 0 : targetPort,
                outward ? words[at + 2] : words[at],
                outward ? words[at + 3] : words[at + 1],
                outward ? targetPort : sourcePort,
                words[at + PACKETS],
                words[at + 7],
                words[at + 5],
                words[at + 8],
                (int) words[at + 9],
                false,
                (int) words[at + REASON],
                0,
                0);
    }
}
