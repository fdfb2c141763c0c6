package io.sallyport.gateway.ports;

import java.time.Duration;

/**
 * How a node keeps its leases.
 *
 * @param restFinished how long a port rests after a connection that both sides finished
 * @param restReset after one that was reset
 * @param restIdle after one that fell silent: its remote may still believe in it
 * @param unspent what nobody took for so long goes back to the store
 */
public record LeaseSettings(
        Duration restFinished, Duration restReset, Duration restIdle, Duration unspent) {

    public static final LeaseSettings DEFAULT =
            new LeaseSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofHours(1));

    long restNanos(Ended ended) {
        return switch (ended) {
            case FINISHED -> restFinished.toNanos();
            case RESET -> restReset.toNanos();
            case IDLE -> restIdle.toNanos();
        };
    }
}
