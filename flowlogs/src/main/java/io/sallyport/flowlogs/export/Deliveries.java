package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed files to objects. Each flow log has its own patience: a destination that refuses or does
 * not answer waits longer after each failure, with jitter, and keeps nobody else waiting. A file
 * leaves the spool only after its object was confirmed; a try that was cut off is repeated under
 * the same name.
 */
final class Deliveries {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private static final class Patience {
        boolean busy;
        int attempts;
        long notBeforeMillis;
        DeliveryStatus status = new DeliveryStatus.Success();
    }

    private final Spool spool;
    private final ObjectSink sink;
    private final ExportCounters counters;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Semaphore uploads = new Semaphore(Limits.UPLOADS_MAX);
    private final Map<FlowLogId, Patience> destinations = new HashMap<>();

    /**
     * @param random used under this object's lock
     */
    Deliveries(
            Spool spool,
            ObjectSink sink,
            ExportCounters counters,
            InstantSource clock,
            RandomGenerator random) {
        this.spool = spool;
        this.sink = sink;
        this.counters = counters;
        this.clock = clock;
        this.random = random;
    }

    /** Starts what is due: one task per flow log that has sealed files and is not waiting. */
    void turn(Executor executor) {
        for (FlowLogId flowLog : spool.waiting()) {
            if (begin(flowLog)) {
                executor.execute(() -> deliverAll(flowLog));
            }
        }
    }

    /** As {@link #turn}, for those too that wait after a failure: the last try of a clean stop. */
    void lastTurn(Executor executor) {
        synchronized (this) {
            destinations.values().forEach(it -> it.notBeforeMillis = 0);
        }
        turn(executor);
    }

    private synchronized boolean begin(FlowLogId flowLog) {
        Patience destination = destinations.computeIfAbsent(flowLog, _ -> new Patience());
        if (destination.busy || clock.millis() < destination.notBeforeMillis) {
            return false;
        }
        destination.busy = true;
        return true;
    }

    /** Oldest file first, until none is left or one fails. */
    private void deliverAll(FlowLogId flowLog) {
        boolean goOn = true;
        try {
            while (goOn) {
                Optional<SegmentHeader> next = spool.claim(flowLog);
                goOn = next.isPresent() && deliver(next.get());
            }
        } finally {
            synchronized (this) {
                destinations.computeIfAbsent(flowLog, _ -> new Patience()).busy = false;
            }
        }
    }

    private boolean deliver(SegmentHeader header) {
        uploads.acquireUninterruptibly();
        try {
            byte[] text = spool.text(header);
            Destination to = header.destination();
            sink.put(
                    to.bucket(),
                    ObjectKeys.key(header, text),
                    to.format().contentType(),
                    ObjectContent.of(header, text));
            spool.delivered(header);
            counters.uploads.increment();
            succeeded(header.flowLog());
            return true;
        } catch (ObjectSink.NotDelivered e) {
            failed(header, String.valueOf(e.getMessage()));
            return false;
        } catch (IOException e) {
            counters.spoolErrors.increment();
            failed(header, "cannot read the spool: " + e);
            return false;
        } finally {
            spool.release(header);
            uploads.release();
        }
    }

    private synchronized void succeeded(FlowLogId flowLog) {
        Patience destination = destinations.computeIfAbsent(flowLog, _ -> new Patience());
        if (destination.attempts > 0) {
            LOG.info(
                    "flow log {}: delivered again after {} failures",
                    flowLog,
                    destination.attempts);
        }
        destination.attempts = 0;
        destination.notBeforeMillis = 0;
        destination.status = new DeliveryStatus.Success();
    }

    private synchronized void failed(SegmentHeader header, String reason) {
        counters.failures.increment();
        Patience destination = destinations.computeIfAbsent(header.flowLog(), _ -> new Patience());
        destination.attempts++;
        destination.notBeforeMillis = clock.millis() + backoffMillis(destination.attempts);
        destination.status =
                new DeliveryStatus.Failed(
                        reason,
                        destination.attempts,
                        Instant.ofEpochMilli(destination.notBeforeMillis));
        if (Integer.bitCount(destination.attempts) == 1) { // 1, 2, 4, 8...: said, not shouted
            LOG.warn(
                    "flow log {}: bucket {}: not delivered, try {}: {}",
                    header.flowLog(),
                    header.destination().bucket(),
                    destination.attempts,
                    reason);
        }
    }

    /** Half of an exponential wait is fixed, half is drawn, so that nodes do not come together. */
    private long backoffMillis(int attempts) {
        long whole =
                Math.min(
                        Limits.RETRY_MAX.toMillis(),
                        Limits.RETRY_MIN.toMillis() << Math.min(attempts - 1, 16));
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }

    synchronized Map<FlowLogId, DeliveryStatus> status() {
        Map<FlowLogId, DeliveryStatus> all = new HashMap<>();
        destinations.forEach((flowLog, destination) -> all.put(flowLog, destination.status));
        return all;
    }
}
