package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;

/** So many in each second, and no more. One thread. */
@HotPath
final class PerSecond {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int most;
    private long from;
    private int taken;

    PerSecond(int most) {
        this.most = most;
    }

    /**
     * @param now System.nanoTime
     */
    boolean take(long now) {
        if (now - from >= SECOND_NANOS) {
            from = now;
            taken = 0;
        }
        return taken++ < most;
    }
}
