package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What each gateway moved, by its index; worker thread only. */
@HotPath
final class GatewayCounters {

    private static final int WORDS = 5;
    private static final int DENIED = 4;

    private long[] values = new long[0];

    /** Makes room before a view is obeyed, so that counting never has to. */
    void room(int gateways) {
        if (values.length < gateways * WORDS) {
            values = Arrays.copyOf(values, gateways * WORDS);
        }
    }

    void moved(int gateway, boolean outward, long packets, long bytes) {
        int at = gateway * WORDS + (outward ? 0 : 2);
        values[at] += packets;
        values[at + 1] += bytes;
    }

    void denied(int gateway, long packets) {
        values[gateway * WORDS + DENIED] += packets;
    }

    List<GatewayTraffic> traffic(long[] connections) {
        List<GatewayTraffic> all = new ArrayList<>();
        for (int i = 0; i < values.length / WORDS; i++) {
            int at = i * WORDS;
            long open = i < connections.length ? connections[i] : 0;
            if (values[at] + values[at + 2] + values[at + DENIED] + open > 0) {
                all.add(
                        new GatewayTraffic(
                                i,
                                values[at],
                                values[at + 1],
                                values[at + 2],
                                values[at + 3],
                                values[at + DENIED],
                                open));
            }
        }
        return all;
    }
}
