package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.s3.S3Credentials;
import io.sallyport.flowlogs.s3.S3Encryption;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A node's flow logs against a real server, at a time that the test sets. */
final class ExportingNode implements AutoCloseable {

    static final long PERIOD_MILLIS = 300_000;

    final FlowRing ring = new FlowRing(8192);
    final Sample.Clock clock = new Sample.Clock();
    final FlowLogExporter exporter;
    private int offered;

    ExportingNode(Path spool, long spoolBytesMax, S3Settings s3, List<Subscription> subscriptions)
            throws IOException {
        exporter =
                FlowLogExporter.start(
                        new ExportSettings(
                                new NodeId("node-1"),
                                spool,
                                "us-east-1",
                                s3,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(300),
                                spoolBytesMax),
                        ring,
                        Witnesses.NONE,
                        new S3Sink(s3),
                        clock);
        exporter.subscriptions(subscriptions);
        // It has heard of the subscriptions when it has written that down.
        await().until(() ->
                Files.exists(spool.resolve("progress"))
                        && Files.readString(spool.resolve("progress")).contains("running"));
    }

    static S3Settings s3(String endpoint) {
        return s3(endpoint, new S3Encryption.None(), List.of());
    }

    static S3Settings s3(String endpoint, S3Encryption encryption, List<Path> authorities) {
        return new S3Settings(
                Optional.of(URI.create(endpoint)),
                "us-east-1",
                new S3Credentials.Keys(
                        S3ServerProcess.IDENTITY, S3ServerProcess.SECRET, Optional.empty()),
                true,
                encryption,
                authorities,
                false);
    }

    /**
     * Flows, each another, in the window of now, one line each, some 3,000 a second; none may be
     * refused, though the ring holds but a part of many.
     */
    void flows(int count) {
        for (int i = 1; i <= count; i++) {
            assertThat(offer(1024 + offered % 60_000, 1 + offered / 60_000)).isTrue();
            offered++;
            if (i % 1000 == 0) {
                LockSupport.parkNanos(300_000_000);
            }
        }
    }

    private boolean offer(int port, long packets) {
        return ring.offer(
                Records.sample(
                        7,
                        Leg.TO_REMOTE.bit(),
                        port,
                        packets,
                        40,
                        clock.millis,
                        clock.millis,
                        true));
    }

    /** To the beginning of the next period, in which files of this one are due. */
    void nextPeriod() {
        clock.millis = (clock.millis / PERIOD_MILLIS + 1) * PERIOD_MILLIS + 5_000;
    }

    /** Lets the patience with a destination that failed end. */
    void tryAgain() {
        clock.millis += 60_000;
    }

    DeliveryStatus status() {
        return exporter.status().getOrDefault(Sample.FLOW_LOG, new DeliveryStatus.Success());
    }

    void awaitFailures(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> exporter.counters().failures() >= count);
    }

    void awaitUploads(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> exporter.counters().uploads() >= count);
    }

    @Override
    public void close() {
        exporter.close(Duration.ZERO);
    }
}
