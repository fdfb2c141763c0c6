package io.sallyport.gateway.peers;

/** A clock that runs too fast or too slow, and may stand still. */
final class SimClock {

    private long base;
    private long since;
    private double rate = 1;

    SimClock(long worldNanos) {
        base = worldNanos;
        since = worldNanos;
    }

    long at(long worldNanos) {
        return rate == 1
                ? base + (worldNanos - since)
                : base + (long) ((worldNanos - since) * rate);
    }

    /** Its own seconds per second of the world, from now on; 0 stands still. */
    void run(double newRate, long worldNanos) {
        base = at(worldNanos);
        since = worldNanos;
        rate = newRate;
    }
}
