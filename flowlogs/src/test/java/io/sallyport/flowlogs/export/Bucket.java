package io.sallyport.flowlogs.export;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What is in a bucket, seen by AWS's client as it comes. */
final class Bucket implements AutoCloseable {

    private static final String NAME = "bucket"; // as Sample has it

    private final S3Client client;

    Bucket(String endpoint) {
        client =
                S3Client.builder()
                        .endpointOverride(URI.create(endpoint))
                        .region(Region.US_EAST_1)
                        .forcePathStyle(true)
                        .httpClientBuilder(Apache5HttpClient.builder())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                S3ServerProcess.IDENTITY, S3ServerProcess.SECRET)))
                        .build();
    }

    Bucket create() {
        client.createBucket(it -> it.bucket(NAME));
        return this;
    }

    void empty() {
        keys().forEach(key -> client.deleteObject(it -> it.bucket(NAME).key(key)));
    }

    List<String> keys() {
        return client.listObjectsV2(it -> it.bucket(NAME)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    HeadObjectResponse head(String key) {
        return client.headObject(it -> it.bucket(NAME).key(key));
    }

    byte[] bytes(String key) {
        return client.getObjectAsBytes(it -> it.bucket(NAME).key(key)).asByteArray();
    }

    /** Of all objects, text ones; without the fields' names. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String key : keys()) {
            try (GZIPInputStream in =
                    new GZIPInputStream(client.getObject(it -> it.bucket(NAME).key(key)))) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                lines.addAll(text.lines().skip(1).toList());
            }
        }
        return lines;
    }

    @Override
    public void close() {
        client.close();
    }
}
