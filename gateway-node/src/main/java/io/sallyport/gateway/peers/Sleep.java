package io.sallyport.gateway.peers;

import java.util.function.LongSupplier;

/**
 * Notices that the machine slept: the boot clock went on and System.nanoTime did not. Others have
 * counted that time. Worker thread.
 */
final class Sleep {

    private static final long NOISE_NANOS = 1_000_000L;

    private final LongSupplier bootNanos;
    private final LongSupplier awakeNanos;
    private long aheadBefore;

    Sleep(LongSupplier bootNanos, LongSupplier awakeNanos) {
        this.bootNanos = bootNanos;
        this.awakeNanos = awakeNanos;
        aheadBefore = ahead();
    }

    /** The boot clock is read first: a thread held up between the two never seems to have slept. */
    private long ahead() {
        long boot = bootNanos.getAsLong();
        return boot - awakeNanos.getAsLong();
    }

    /** How long it slept since the last look; 0 while it is awake. */
    long sinceLastLook() {
        long slept = ahead() - aheadBefore;
        if (slept < NOISE_NANOS) {
            return 0;
        }
        aheadBefore += slept;
        return slept;
    }

    /** How far the boot clock was ahead of System.nanoTime at the last look. */
    long bootAheadNanos() {
        return aheadBefore;
    }
}
