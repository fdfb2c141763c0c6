package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.s3.S3Encryption;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** s3proxy verifies signatures, and can neither encrypt nor pretend to. */
class DeliveryToS3ProxyTest extends DeliveryContract {

    @TempDir static Path directory;
    private static S3ServerProcess server;
    private static Bucket bucket;

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

    @Override
    S3Server server() {
        return server;
    }

    @Override
    Bucket bucket() {
        return bucket;
    }

    @Test
    void whereEncryptionIsRefusedNothingIsWrittenWithoutIt() throws IOException {
        bucket.empty();
        try (ExportingNode node = node(encrypted(new S3Encryption.ByS3()))) {
            node.flows(1);
            node.nextPeriod();
            node.awaitFailures(1);
            assertThat(node.status())
                    .isInstanceOfSatisfying(
                            DeliveryStatus.Failed.class,
                            it -> assertThat(it.reason()).startsWith("501 NotImplemented"));
            assertThat(node.exporter.spooledBytes()).isPositive();
        }
        assertThat(bucket.keys()).isEmpty();
    }
}
