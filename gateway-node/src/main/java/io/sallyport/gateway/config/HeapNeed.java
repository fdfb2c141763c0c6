package io.sallyport.gateway.config;

import java.util.Optional;

/** Whether the heap that the process was given holds as many connections as it may carry. */
public final class HeapNeed {

    /** Of a node without a connection. */
    private static final long PROCESS_BYTES = 64L << 20;

    /** Of each connection there is room for: what the meter has told of it, and its two places. */
    private static final long ROOM_BYTES = 32;

    /** Of each one that lives: its copy and its port, some 230, and room for the collector. */
    private static final long LIVE_BYTES = 400;

    private HeapNeed() {}

    /**
     * @param heapBytes the most that it will ever be
     * @return what is to be said where it is too small once that many live
     * @throws ConfigException where it is too small for a node without a connection
     */
    public static Optional<String> check(int connectionsMax, long heapBytes) {
        long empty = PROCESS_BYTES + connectionsMax * ROOM_BYTES;
        long full = empty + connectionsMax * LIVE_BYTES;
        if (heapBytes < empty) {
            throw new ConfigException(
                    "connections.max",
                    Integer.toString(connectionsMax),
                    "needs a heap of %s to start and %s when so many live; this one is %s (-Xmx)"
                            .formatted(mebi(empty), mebi(full), mebi(heapBytes)));
        }
        return heapBytes >= full
                ? Optional.empty()
                : Optional.of(
                        "connections.max=%d: needs a heap of %s when so many live; this one is %s"
                                        .formatted(connectionsMax, mebi(full), mebi(heapBytes))
                                + " (-Xmx), enough for %,d: the process ends where there are more"
                                        .formatted((heapBytes - empty) / LIVE_BYTES));
    }

    /** Rounded up, as -Xmx takes it. */
    private static String mebi(long bytes) {
        return "%dm".formatted((bytes + (1 << 20) - 1) >> 20);
    }
}
