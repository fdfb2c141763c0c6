package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;
import java.util.concurrent.atomic.AtomicLongArray;

/** What the worker counts; it alone writes, any thread reads. */
public final class Counters {

    /** One number each. */
    public enum Name {
        PACKETS_OUT,
        BYTES_OUT,
        PACKETS_IN,
        BYTES_IN,
        FRAGMENTS,
        ICMP_ERRORS_TRANSLATED,
        ICMP_ERRORS_SENT,
        RESETS_SENT,
        MSS_CLAMPED,
        SEGMENTED,
        NEIGHBOUR_ANSWERS,
        CLIENT_MOVES,
        BESIDE_WINDOW,
        ENDS_DISBELIEVED,
        WAITING_PACKETS,
        CONNECTIONS,
        CLIENT_PATHS,
        CLIENT_PATHS_APART,
        FLOW_SAMPLES_LOST
    }

    private final AtomicLongArray drops = new AtomicLongArray(DropReason.values().length);
    private final AtomicLongArray values = new AtomicLongArray(Name.values().length);

    /** Packets lost for this reason; a large frame counts as its segments. Any thread. */
    public long drops(DropReason reason) {
        return drops.get(reason.ordinal());
    }

    /** Any thread. */
    public long value(Name name) {
        return values.get(name.ordinal());
    }

    @HotPath
    void drop(DropReason reason, long packets) {
        drops.lazySet(reason.ordinal(), drops.getPlain(reason.ordinal()) + packets);
    }

    @HotPath
    void add(Name name, long amount) {
        values.lazySet(name.ordinal(), values.getPlain(name.ordinal()) + amount);
    }

    @HotPath
    void set(Name name, long value) {
        values.lazySet(name.ordinal(), value);
    }
}
