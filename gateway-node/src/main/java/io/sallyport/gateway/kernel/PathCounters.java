package io.sallyport.gateway.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** What became of packets in the kernel path, as its programs counted. Any thread. */
public final class PathCounters {

    private final BpfMap stats;

    PathCounters(BpfMap stats) {
        this.stats = stats;
    }

    /** Packets on the wire. */
    public long packets(int outcome) {
        return sum(outcome, MapLayout.COUNT_PACKETS);
    }

    public long packets(PathOutcome outcome) {
        return packets(outcome.number());
    }

    /** IP bytes on the wire. */
    public long bytes(PathOutcome outcome) {
        return sum(outcome.number(), MapLayout.COUNT_IP_BYTES);
    }

    private long sum(int outcome, int field) {
        byte[] all = stats.lookup(BpfMap.key(outcome)).orElseThrow();
        MemorySegment values = MemorySegment.ofArray(all);
        long sum = 0;
        for (int at = field; at < all.length; at += MapLayout.COUNT_BYTES) {
            sum += values.get(JAVA_LONG_UNALIGNED, at);
        }
        return sum;
    }
}
