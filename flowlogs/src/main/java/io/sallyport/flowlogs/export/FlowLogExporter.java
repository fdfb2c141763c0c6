package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow logs of one node. Consumes the ring, so it must be the ring's only consumer. Its
 * platform thread {@code flowlogs} drains and writes (file writes would pin a virtual thread);
 * uploads run on virtual threads. What a former process left in the spool is delivered first, and
 * what it left in its journal and in the ring's memory is told as if it had gone on.
 *
 * <p>All methods may be called from any thread.
 */
public final class FlowLogExporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowLogExporter.class);

    private final InstantSource clock;
    private final ExportCounters counters = new ExportCounters();
    private final Spool spool;
    private final Reporter reporter;
    private final Deliveries deliveries;
    private final ObjectSink sink;
    private final ExecutorService uploads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("flowlogs-upload-", 0).factory());
    private final AtomicReference<@Nullable List<Subscription>> swap = new AtomicReference<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private FlowLogExporter(
            ExportSettings settings,
            FlowRing ring,
            Witnesses witnesses,
            ObjectSink sink,
            InstantSource clock)
            throws IOException {
        this.clock = clock;
        this.sink = sink;
        Gaps gaps = new Gaps();
        Files.createDirectories(settings.spool());
        Optional<Progress> former = Progress.read(settings.spool());
        spool = Spool.open(settings, counters, clock, gaps, former.flatMap(Progress::ledger));
        reporter =
                new Reporter(
                        settings, boot(), ring, spool, gaps, witnesses, former, clock.millis());
        deliveries = new Deliveries(spool, sink, counters, clock, new SplittableRandom());
        thread = Thread.ofPlatform().name("flowlogs").daemon().unstarted(this::run);
    }

    /** By which one run of the box is told from the next. */
    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    /**
     * Opens the spool and starts. Without subscriptions, counters are drained and forgotten.
     *
     * @throws IOException where the spool cannot be opened or is not ours
     */
    public static FlowLogExporter start(ExportSettings settings, FlowRing ring, Witnesses witnesses)
            throws IOException {
        return start(settings, ring, witnesses, new S3Sink(settings.s3()), InstantSource.system());
    }

    static FlowLogExporter start(
            ExportSettings settings,
            FlowRing ring,
            Witnesses witnesses,
            ObjectSink sink,
            InstantSource clock)
            throws IOException {
        FlowLogExporter exporter = new FlowLogExporter(settings, ring, witnesses, sink, clock);
        exporter.thread.start();
        return exporter;
    }

    /**
     * Replaces all subscriptions within {@link Limits#DRAIN_INTERVAL}. What was told to a
     * subscription that is gone is still delivered.
     */
    public void subscriptions(List<Subscription> subscriptions) {
        swap.set(List.copyOf(subscriptions));
    }

    private void run() {
        try {
            while (!closing.await(Limits.DRAIN_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                turn();
            }
            turn();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } catch (RuntimeException e) {
            // The ring fills up from now on, and the lost counter says so.
            LOG.error("the flow logs of this node stopped", e);
            throw e;
        }
    }

    private void turn() {
        long now = clock.millis();
        try {
            List<Subscription> next = swap.getAndSet(null);
            if (next != null) {
                reporter.subscriptions(next, now);
            }
            reporter.turn(now);
        } catch (IOException e) {
            progressNotWritten(e);
        }
        deliveries.turn(uploads);
    }

    private void progressNotWritten(IOException e) {
        counters.spoolErrors.increment();
        LOG.error("spool: cannot write the progress: {}", e.toString());
    }

    public ExportCounters counters() {
        return counters;
    }

    /** Bytes that wait for delivery. */
    public long spooledBytes() {
        return spool.bytes();
    }

    /** How the deliveries go, by flow log; those that never had a delivery are missing. */
    public Map<FlowLogId, DeliveryStatus> status() {
        return deliveries.status();
    }

    /** Whether the report still runs; false only after a fault of its own, which was logged. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** {@link #close(Duration)} with {@link Limits#CLOSING_DELIVERY}. */
    @Override
    public void close() {
        close(Limits.CLOSING_DELIVERY);
    }

    /**
     * Tells all that is known, the windows that are open included, tries once to deliver it within
     * {@code patience} (zero: does not try), and stops. What is not delivered stays in the spool.
     * The producer must have stopped before. A second call does nothing.
     */
    public void close(Duration patience) {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        try {
            thread.join();
            reporter.finish(clock.millis());
            if (patience.isPositive()) {
                deliveries.lastTurn(uploads);
            }
            uploads.shutdown();
            if (!uploads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)
                    && patience.isPositive()) {
                LOG.warn("stopped before all was delivered: {} bytes stay", spool.bytes());
            }
        } catch (IOException e) {
            progressNotWritten(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            uploads.shutdownNow();
            spool.close();
            sink.close();
        }
    }
}
