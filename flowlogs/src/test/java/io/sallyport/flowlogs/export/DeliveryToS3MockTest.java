package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.s3.S3Encryption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** S3Mock knows encryption and speaks TLS; it believes every signature. */
class DeliveryToS3MockTest extends DeliveryContract {

    @TempDir static Path directory;
    private static S3MockProcess server;
    private static Bucket bucket;

    @BeforeAll
    static void start() throws IOException {
        server = new S3MockProcess(directory);
        bucket = new Bucket(server.endpoint()).create();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        bucket.close();
        server.close();
    }

    @Override
    S3Server server() {
        return server;
    }

    @Override
    Bucket bucket() {
        return bucket;
    }

    @Test
    void objectsAreEncryptedAsTheOperatorSays() throws IOException {
        bucket.empty();
        try (ExportingNode node = node(encrypted(new S3Encryption.None()))) {
            assertThat(bucket.head(deliver(node)).serverSideEncryption()).isNull();
        }
        bucket.empty();
        try (ExportingNode node = node(encrypted(new S3Encryption.ByS3()))) {
            assertThat(bucket.head(deliver(node)).serverSideEncryption())
                    .isEqualTo(ServerSideEncryption.AES256);
        }
        bucket.empty();
        S3Encryption kms = new S3Encryption.ByKms(Optional.of(S3MockProcess.KMS_KEY));
        try (ExportingNode node = node(encrypted(kms))) {
            String key = deliver(node);
            assertThat(bucket.head(key).serverSideEncryption())
                    .isEqualTo(ServerSideEncryption.AWS_KMS);
            assertThat(bucket.head(key).ssekmsKeyId()).endsWith(S3MockProcess.KMS_KEY);
            assertThat(accepted()).hasSize(1);
        }
    }

    @Test
    void aKeyThatTheKeyServiceDoesNotHaveIsTold() throws IOException {
        bucket.empty();
        S3Encryption kms = new S3Encryption.ByKms(Optional.of("no-such-key"));
        try (ExportingNode node = node(encrypted(kms))) {
            node.flows(1);
            node.nextPeriod();
            node.awaitFailures(1);
            assertThat(node.status())
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> assertThat(it.reason()).startsWith("400 "));
        }
        assertThat(bucket.keys()).isEmpty();
    }

    private static ExportingNode overTls(Path spool, List<Path> authorities) throws IOException {
        return new ExportingNode(
                spool,
                1 << 26,
                ExportingNode.s3(server.secureEndpoint(), new S3Encryption.None(), authorities),
                List.of(Sample.SUBSCRIPTION));
    }

    @Test
    void overTlsWhoTheOperatorsAuthorityVouchesForIsBelievedAndNobodyElse() throws IOException {
        bucket.empty();
        Path spool = spools.resolve("tls");
        try (ExportingNode node = overTls(spool, List.of())) {
            node.flows(1);
            node.nextPeriod();
            node.awaitFailures(1);
            assertThat(node.status())
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> assertThat(it.reason()).contains("certification path"));
        }
        assertThat(bucket.keys()).isEmpty();
        // What that one left in its spool goes out first.
        try (ExportingNode node = overTls(spool, List.of(server.authority()))) {
            node.awaitUploads(1);
            assertThat(accepted()).hasSize(1);
        }
    }
}
