package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The whole way, from the ring into a bucket of a real S3 server. */
class FlowLogExporterTest {

    @TempDir static Path server;
    private static S3ServerProcess s3;
    private static S3Client client;

    @TempDir Path spool;
    private final FlowRing ring = new FlowRing(1024);
    private final Sample.Clock clock = new Sample.Clock();

    @BeforeAll
    static void start() throws IOException {
        s3 = new S3ServerProcess(server);
        client =
                S3Client.builder()
                        .endpointOverride(URI.create(s3.endpoint()))
                        .region(Region.US_EAST_1)
                        .forcePathStyle(true)
                        .httpClientBuilder(Apache5HttpClient.builder())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                S3ServerProcess.IDENTITY, S3ServerProcess.SECRET)))
                        .build();
        client.createBucket(it -> it.bucket("bucket"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        client.close();
        s3.close();
    }

    @BeforeEach
    void emptyTheBucket() {
        for (S3Object object : objects()) {
            client.deleteObject(it -> it.bucket("bucket").key(object.key()));
        }
    }

    private static List<S3Object> objects() {
        return client.listObjectsV2(it -> it.bucket("bucket")).contents();
    }

    private static List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (S3Object object : objects()) {
            try (GZIPInputStream in =
                    new GZIPInputStream(
                            client.getObject(it -> it.bucket("bucket").key(object.key())))) {
                lines.addAll(
                        new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .skip(1)
                                .toList());
            }
        }
        return lines;
    }

    private FlowLogExporter exporter(String secret) throws IOException {
        ExportSettings settings = Sample.settings(spool, 1 << 26, s3.endpoint(), secret);
        FlowLogExporter exporter =
                FlowLogExporter.start(
                        settings, ring, Witnesses.NONE, new S3Sink(settings.s3()), clock);
        exporter.subscriptions(List.of(Sample.SUBSCRIPTION));
        // It has heard of the subscription when it has written that down.
        await().until(() ->
                Files.exists(spool.resolve("progress"))
                        && Files.readString(spool.resolve("progress")).contains("running"));
        return exporter;
    }

    private void offer(long millis) {
        assertThat(
                        ring.offer(
                                Records.sample(
                                        7, Leg.TO_REMOTE.bit(), 1024, 1, 40, millis, millis, true)))
                .isTrue();
    }

    @Test
    void trafficComesToTheBucketUnderAwsNames() throws IOException {
        try (FlowLogExporter exporter = exporter(S3ServerProcess.SECRET)) {
            offer(610_000);
            clock.millis = 902_000;
            await().atMost(Duration.ofSeconds(30)).until(() -> objects().size() == 1);
            assertThat(objects().getFirst().key())
                    .matches(
                            "logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/1970/01/01/"
                                    + "123456789012_vpcflowlogs_us-east-1_fl-00000000000000001_"
                                    + "19700101T0010Z_[0-9a-f]{8}\\.log\\.gz");
            assertThat(lines())
                    .hasSize(5)
                    .first()
                    .isEqualTo(
                            "2 123456789012 eni-00000000000000001 10.0.0.220 203.0.113.5 1024 443 6"
                                    + " 1 40 610 610 ACCEPT OK");
            await().until(() -> exporter.spooledBytes() == 0);
            assertThat(exporter.counters().records()).isEqualTo(5);
            assertThat(exporter.isRunning()).isTrue();
        }
    }

    @Test
    void whileS3IsAwayNothingIsLostAndThenEachObjectComesOnce() throws Exception {
        try (FlowLogExporter exporter = exporter(S3ServerProcess.SECRET)) {
            s3.kill();
            offer(610_000);
            clock.millis = 902_000;
            await().atMost(Duration.ofSeconds(30)).until(() -> exporter.counters().failures() >= 1);
            clock.millis = 1_202_000;
            await().atMost(Duration.ofSeconds(30)).until(() -> exporter.counters().failures() >= 2);
            assertThat(exporter.status().get(Sample.FLOW_LOG))
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> assertThat(it.reason()).contains("refused"));
            assertThat(exporter.spooledBytes()).isPositive();
            s3.startAgain();
            clock.millis += 60_000;
            await().atMost(Duration.ofSeconds(30)).until(() -> objects().size() == 2);
            assertThat(lines()).hasSize(10).doesNotHaveDuplicates();
            assertThat(exporter.status().get(Sample.FLOW_LOG))
                    .isEqualTo(new DeliveryStatus.Success());
        }
    }

    @Test
    void aWrongSecretKeepsTheFilesAndShowsS3sReason() throws IOException {
        try (FlowLogExporter exporter = exporter("wrong")) {
            offer(610_000);
            clock.millis = 902_000;
            await().atMost(Duration.ofSeconds(30)).until(() -> exporter.counters().failures() >= 1);
            assertThat(exporter.status().get(Sample.FLOW_LOG))
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> assertThat(it.reason()).startsWith("403 SignatureDoesNotMatch"));
        }
        assertThat(objects()).isEmpty();

        clock.millis = 903_000;
        try (FlowLogExporter next = exporter(S3ServerProcess.SECRET)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> next.counters().uploads() >= 1);
            assertThat(lines()).anyMatch(it -> it.endsWith("1 40 610 610 ACCEPT OK"));
        }
    }

    @Test
    void aCleanStopDeliversWhatIsKnown() throws IOException {
        FlowLogExporter exporter = exporter(S3ServerProcess.SECRET);
        offer(610_000);
        clock.millis = 620_000;
        exporter.close();
        exporter.close();
        assertThat(lines()).singleElement().asString().endsWith("1 40 610 610 ACCEPT OK");
        assertThat(exporter.spooledBytes()).isZero();
        assertThat(Files.readString(spool.resolve("progress"))).startsWith("clean 660");
    }
}
