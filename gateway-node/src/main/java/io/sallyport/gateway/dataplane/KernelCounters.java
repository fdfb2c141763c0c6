package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.PathCounters;
import io.sallyport.gateway.kernel.PathOutcome;

/**
 * Adds what the kernel path moved and dropped to the node's own counters, so that these count every
 * packet whichever path it took. Worker thread, a few times a second.
 */
final class KernelCounters {

    private record Source(PathOutcome outcome, boolean bytes, Counters.Name target) {}

    private static final Source[] SOURCES = {
        new Source(PathOutcome.HIT_OUT, false, Counters.Name.PACKETS_OUT),
        new Source(PathOutcome.HIT_OUT, true, Counters.Name.BYTES_OUT),
        new Source(PathOutcome.HIT_IN, false, Counters.Name.PACKETS_IN),
        new Source(PathOutcome.HIT_IN, true, Counters.Name.BYTES_IN),
        new Source(PathOutcome.HIT_FRAGMENT, false, Counters.Name.FRAGMENTS),
    };
    private static final DropReason[] DROPS = {
        DropReason.NOT_ACTING,
        DropReason.NOT_IP,
        DropReason.SEND_FAILED,
        DropReason.PUNTS_FULL,
        DropReason.TUNNEL_ADDRESS,
    };

    private final PathCounters path;
    private final Counters counters;
    private final long[] told = new long[SOURCES.length];
    private final long[] dropsTold = new long[DROPS.length];

    KernelCounters(FastPath path, Counters counters) {
        this.path = path.counters();
        this.counters = counters;
        add(false);
    }

    void turn() {
        add(true);
    }

    private void add(boolean count) {
        for (int i = 0; i < SOURCES.length; i++) {
            Source source = SOURCES[i];
            long now = source.bytes ? path.bytes(source.outcome) : path.packets(source.outcome);
            if (count) {
                counters.add(source.target, now - told[i]);
            }
            told[i] = now;
        }
        for (int i = 0; i < DROPS.length; i++) {
            long now = path.packets(DROPS[i].number());
            if (count) {
                counters.drop(DROPS[i], now - dropsTold[i]);
            }
            dropsTold[i] = now;
        }
    }
}
