package io.sallyport.control.access;

import io.sallyport.control.config.ControlConfig;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * How often each key may call this process: so many calls a second, and a few seconds' worth of
 * them at once after a pause. Only keys that are known are counted, so that nobody can use up
 * somebody else's calls, nor fill the memory. Any thread.
 */
@Component
public class RateLimit {

    private static final int BURST_SECONDS = 5;

    private final long nanosPerCall;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** The calls of one key, as if they came one after the other. */
    private static final class Bucket {

        private long endNanos;

        Bucket(long now) {
            endNanos = now;
        }

        synchronized boolean takes(long now, long nanosPerCall) {
            long end = now + Math.max(endNanos - now, 0) + nanosPerCall;
            if (end - now > TimeUnit.SECONDS.toNanos(BURST_SECONDS)) {
                return false;
            }
            endNanos = end;
            return true;
        }
    }

    @Autowired
    RateLimit(ControlConfig config) {
        this(config.callsPerSecond(), System::nanoTime);
    }

    RateLimit(int callsPerSecond, LongSupplier nanos) {
        this.nanosPerCall = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
        this.nanos = nanos;
    }

    /**
     * Counts a call.
     *
     * @throws Problem rate-limited where there were too many
     */
    public void admit(String key) {
        long now = nanos.getAsLong();
        if (!buckets.computeIfAbsent(key, any -> new Bucket(now)).takes(now, nanosPerCall)) {
            throw new Problem(
                    HttpStatus.TOO_MANY_REQUESTS,
                    ProblemCode.RATE_LIMITED,
                    "at most "
                            + TimeUnit.SECONDS.toNanos(1) / nanosPerCall
                            + " calls a second with one key");
        }
    }
}
