package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.s3.S3Encryption;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.FlowLogId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What flow logs ask of a server that calls itself S3, whichever it is. */
abstract class DeliveryContract {

    @TempDir Path spools;
    private int nodes;

    abstract S3Server server();

    abstract Bucket bucket();

    /** Another node, with a spool of its own. */
    ExportingNode node(S3Settings s3) throws IOException {
        nodes++;
        return new ExportingNode(
                spools.resolve(Integer.toString(nodes)), 1 << 26, s3, List.of(Sample.SUBSCRIPTION));
    }

    /** Delivers one flow, and gives back its object's key. */
    String deliver(ExportingNode node) {
        int before = bucket().keys().size();
        node.flows(1);
        node.nextPeriod();
        await().atMost(Duration.ofSeconds(60)).until(() -> bucket().keys().size() == before + 1);
        return bucket().keys().getLast();
    }

    List<String> accepted() throws IOException {
        return bucket().lines().stream().filter(it -> it.endsWith(" ACCEPT OK")).toList();
    }

    @Test
    void eachLineComesOnceThoughTheServerDiesAndComesBack() throws Exception {
        bucket().empty();
        try (ExportingNode node = node(ExportingNode.s3(server().endpoint()))) {
            node.flows(50);
            node.nextPeriod();
            node.awaitUploads(1);
            server().kill();
            node.flows(50);
            node.nextPeriod();
            node.awaitFailures(1);
            assertThat(node.status()).isInstanceOf(DeliveryStatus.Failed.class);
            server().startAgain();
            node.tryAgain();
            node.awaitUploads(2);
            assertThat(bucket().keys()).hasSize(2).allMatch(it -> it.endsWith(".log.gz"));
            assertThat(accepted()).hasSize(100).doesNotHaveDuplicates();
            assertThat(node.status()).isEqualTo(new DeliveryStatus.Success());
            node.nextPeriod();
            await().until(() -> node.exporter.spooledBytes() == 0);
        }
    }

    @Test
    void aParquetObjectIsThereWhole() throws IOException {
        bucket().empty();
        Subscription parquet =
                new Subscription(
                        7,
                        Records.watched("123456789012", 1),
                        new FlowLogId("fl-00000000000000002"),
                        new Destination("bucket", "a/b=c!(d)'*", FileFormat.PARQUET, true, true),
                        TrafficKind.ALL,
                        AwsFormat.DEFAULT,
                        1);
        try (ExportingNode node =
                new ExportingNode(
                        spools, 1 << 26, ExportingNode.s3(server().endpoint()), List.of(parquet))) {
            String key = deliver(node);
            assertThat(key)
                    .startsWith("a/b=c!(d)'*/AWSLogs/aws-account-id=")
                    .endsWith(".log.parquet");
            byte[] magic = "PAR1".getBytes(StandardCharsets.UTF_8);
            byte[] object = bucket().bytes(key);
            assertThat(object).startsWith(magic).endsWith(magic);
            assertThat(bucket().head(key).contentLength()).isEqualTo(object.length);
        }
    }

    S3Settings encrypted(S3Encryption encryption) {
        return ExportingNode.s3(server().endpoint(), encryption, List.of());
    }
}
