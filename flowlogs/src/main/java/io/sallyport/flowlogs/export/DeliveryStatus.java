package io.sallyport.flowlogs.export;

import java.time.Instant;

/** How the deliveries of one flow log go (AWS: deliverLogsStatus, deliverLogsErrorMessage). */
public sealed interface DeliveryStatus {

    /** The last delivery was confirmed, or there was none yet. */
    record Success() implements DeliveryStatus {}

    /**
     * The last try failed; what it carried is still in the spool.
     *
     * @param reason what S3 or the network said
     * @param attempts failed tries since the last success
     * @param nextAttempt when it is tried again
     */
    record Failed(String reason, int attempts, Instant nextAttempt) implements DeliveryStatus {}
}
