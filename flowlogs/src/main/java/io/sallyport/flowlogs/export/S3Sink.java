package io.sallyport.flowlogs.export;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * S3 by AWS' own client, in the plainest form of PUT, since servers that are "S3-compatible" differ
 * in the rest: no trailing checksums, no chunked signing, no conditional write. The signature
 * covers the content's SHA-256, so what is confirmed is what was sent.
 */
final class S3Sink implements ObjectSink {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration CALL = Duration.ofMinutes(2);

    private final S3Client client;

    S3Sink(S3Settings settings) {
        S3ClientBuilder builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                settings.accessKey(), settings.secretKey())))
                        .forcePathStyle(settings.pathStyle())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(it -> it.chunkedEncodingEnabled(false))
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .connectionTimeout(CONNECT)
                                        .socketTimeout(SILENCE))
                        .overrideConfiguration(it ->
                                it.apiCallTimeout(CALL)
                                        // Deliveries retries, with its own patience.
                                        .retryStrategy(DefaultRetryStrategy.doNotRetry()));
        settings.endpoint().ifPresent((URI endpoint) -> builder.endpointOverride(endpoint));
        client = builder.build();
    }

    @Override
    public void put(String bucket, String key, byte[] content) throws NotDelivered {
        try {
            client.putObject(
                    it -> it.bucket(bucket).key(key).contentType("application/gzip"),
                    RequestBody.fromBytes(content));
        } catch (S3Exception e) {
            AwsErrorDetails details = e.awsErrorDetails();
            String said =
                    details == null
                            ? String.valueOf(e.getMessage())
                            : details.errorCode() + ": " + details.errorMessage();
            throw new NotDelivered(e.statusCode() + " " + said, e);
        } catch (SdkClientException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new NotDelivered(root.toString(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
