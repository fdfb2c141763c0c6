package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.flowlogs.export.FaultyPath.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is slow, says no, or is half dead, before a real one. */
class FaultyServersTest {

    @TempDir static Path directory;
    private static S3ServerProcess server;
    private static Bucket bucket;

    @TempDir Path spool;

    @BeforeAll
    static void start() throws IOException {
        server = new S3ServerProcess(directory);
        bucket = new Bucket(server.endpoint()).create();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        bucket.close();
        server.close();
    }

    @BeforeEach
    void emptyTheBucket() {
        bucket.empty();
    }

    private ExportingNode node(FaultyPath path, long spoolBytesMax) throws IOException {
        return new ExportingNode(
                spool,
                spoolBytesMax,
                ExportingNode.s3(path.endpoint()),
                List.of(Sample.SUBSCRIPTION));
    }

    private static List<String> accepted() throws IOException {
        return bucket.lines().stream().filter(it -> it.endsWith(" ACCEPT OK")).toList();
    }

    private static List<String> skipped() throws IOException {
        return bucket.lines().stream().filter(it -> it.endsWith(" SKIPDATA")).toList();
    }

    @Test
    void aSlowServerGetsEachLineOnceAndIsNoFailure() throws IOException {
        try (FaultyPath path = new FaultyPath(server.endpoint(), Fault.SLOW);
                ExportingNode node = node(path, 1 << 26)) {
            node.flows(1_000);
            node.nextPeriod();
            node.flows(1_000);
            node.nextPeriod();
            node.awaitUploads(2);
            assertThat(path.harmed).hasPositiveValue();
            assertThat(accepted()).hasSize(2_000).doesNotHaveDuplicates();
            assertThat(node.exporter.counters().failures()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    FORBIDDEN       | 403 AccessDenied: not yours | 0
                    SILENT          | Read timed out              | 0
                    DIES_IN_REQUEST | Exception                   | 0
                    DIES_IN_ANSWER  | Exception                   | 1
                    """)
    void whatFailedIsToldAndComesOnceWhenTheServerIsWell(Fault fault, String reason, int written)
            throws IOException {
        try (FaultyPath path = new FaultyPath(server.endpoint(), fault);
                ExportingNode node = node(path, 1 << 26)) {
            node.flows(50);
            node.nextPeriod();
            node.awaitFailures(1);
            assertThat(path.harmed).hasPositiveValue();
            assertThat(node.status())
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> {
                                assertThat(it.reason()).contains(reason);
                                assertThat(it.nextAttempt()).isAfter(node.clock.instant());
                            });
            assertThat(node.exporter.spooledBytes()).isPositive();
            assertThat(bucket.keys()).as("an answer that was lost").hasSize(written);
            path.become(Fault.NONE);
            node.tryAgain();
            node.awaitUploads(1);
            assertThat(bucket.keys()).hasSize(1);
            assertThat(accepted()).hasSize(50).doesNotHaveDuplicates();
            assertThat(node.status()).isEqualTo(new DeliveryStatus.Success());
            node.nextPeriod();
            await().until(() -> node.exporter.spooledBytes() == 0);
        }
    }

    /** The packets' thread hands over what is more than the ring holds, while uploads hang. */
    @Test
    void packetsGoOnAndTheSpoolStaysBoundedWhileNothingIsAnswered() throws IOException {
        int most = 1 << 20;
        try (FaultyPath path = new FaultyPath(server.endpoint(), Fault.SILENT);
                ExportingNode node = node(path, most)) {
            for (int period = 0; period < 4; period++) {
                node.flows(6_000);
                node.nextPeriod();
            }
            ExportCounters counters = node.exporter.counters();
            await().atMost(Duration.ofSeconds(30)).until(() -> counters.records() >= 24_000);
            assertThat(node.ring.lost()).isZero();
            assertThat(node.exporter.isRunning()).isTrue();
            assertThat(node.exporter.spooledBytes()).isLessThanOrEqualTo(most);
            assertThat(counters.lost()).isPositive();

            path.become(Fault.NONE);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        node.tryAgain();
                        return counters.uploads() > 0
                                && node.status().equals(new DeliveryStatus.Success());
                    });
            node.nextPeriod();
            await().atMost(Duration.ofSeconds(60)).until(() -> node.exporter.spooledBytes() == 0);
            assertThat(skipped()).as("what was dropped is told").isNotEmpty();
            assertThat(bucket.lines()).hasSize((int) (counters.records() - counters.lost()));
            assertThat(accepted()).doesNotHaveDuplicates();
            assertThat(accepted().size() + counters.lost()).isGreaterThanOrEqualTo(24_000);
        }
    }

    @Test
    void aStopDoesNotWaitForAServerThatDoesNotAnswer() throws IOException {
        try (FaultyPath path = new FaultyPath(server.endpoint(), Fault.SILENT);
                ExportingNode node = node(path, 1 << 26)) {
            node.flows(50);
            node.nextPeriod();
            await().until(() -> path.harmed.get() > 0);
            long began = System.nanoTime();
            node.exporter.close(Duration.ofSeconds(2));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(8));
            assertThat(node.exporter.spooledBytes()).isPositive();
        }
        try (FaultyPath path = new FaultyPath(server.endpoint(), Fault.NONE);
                ExportingNode next = node(path, 1 << 26)) {
            next.awaitUploads(1);
            assertThat(accepted()).hasSize(50).doesNotHaveDuplicates();
        }
    }
}
