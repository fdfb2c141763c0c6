package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.DnsResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * S3 by AWS' own client, in the plainest form of its calls, since servers that are "S3-compatible"
 * differ in the rest: no trailing checksums, no chunked signing, no conditional write. The
 * signature covers the content's SHA-256, so what is confirmed is what was sent. Nothing is tried
 * twice, and no redirect is followed.
 */
public final class S3Store implements S3Objects, AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration CALL = Duration.ofMinutes(2);

    /** Of an answer; our objects are smaller. */
    private static final long ANSWER_BYTES_MAX = 256L << 20;

    private static final int CONNECTIONS = 64;

    private final S3Client client;
    private final S3Encryption encryption;

    /**
     * @throws UncheckedIOException where files that the settings name cannot be read
     */
    public S3Store(S3Settings settings) {
        this(settings, CALL);
    }

    S3Store(S3Settings settings, Duration patience) {
        this(settings, patience, new Addresses(settings));
    }

    S3Store(S3Settings settings, Duration patience, DnsResolver names) {
        encryption = settings.encryption();
        Apache5HttpClient.Builder http =
                Apache5HttpClient.builder()
                        .dnsResolver(names)
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE);
        S3ClientBuilder builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .forcePathStyle(settings.pathStyle())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .serviceConfiguration(it -> it.chunkedEncodingEnabled(false))
                        .overrideConfiguration(it ->
                                it.apiCallTimeout(patience)
                                        .addExecutionInterceptor(new BodyLimit(ANSWER_BYTES_MAX))
                                        // Callers retry, with their own patience.
                                        .retryStrategy(AwsRetryStrategy.doNotRetry()));
        settings.endpoint().ifPresent((URI endpoint) -> builder.endpointOverride(endpoint));
        try {
            builder.credentialsProvider(provider(settings.credentials()));
            if (!settings.authorities().isEmpty()) {
                TrustManager[] trust = Authorities.read(settings.authorities());
                http.tlsTrustManagersProvider(() -> trust);
            }
        } catch (IOException e) { // it was looked at when the configuration was read
            throw new UncheckedIOException(e);
        }
        client = builder.httpClientBuilder(http).build();
    }

    private static AwsCredentialsProvider provider(S3Credentials credentials) throws IOException {
        return switch (credentials) {
            case S3Credentials.InFile file -> new CredentialsFile(file);
            case S3Credentials.Keys(String access, String secret, Optional<String> token) ->
                    StaticCredentialsProvider.create(
                            token.<AwsCredentials>map(
                                            it -> AwsSessionCredentials.create(access, secret, it))
                                    .orElseGet(() -> AwsBasicCredentials.create(access, secret)));
        };
    }

    /** Returns when the object is there, whole. Writing it again changes nothing. */
    public void put(String bucket, String key, String contentType, byte[] content)
            throws S3Failure {
        call(() ->
                client.putObject(
                        it -> encrypted(it.bucket(bucket).key(key).contentType(contentType)),
                        RequestBody.fromBytes(content)));
    }

    private void encrypted(PutObjectRequest.Builder request) {
        switch (encryption) {
            case S3Encryption.None() -> {}
            case S3Encryption.ByS3() -> request.serverSideEncryption(ServerSideEncryption.AES256);
            case S3Encryption.ByKms(Optional<String> key) -> {
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS);
                key.ifPresent(it -> request.ssekmsKeyId(it));
            }
        }
    }

    /** Whether there is such an object. */
    public boolean has(String bucket, String key) throws S3Failure {
        try {
            call(() -> client.headObject(it -> it.bucket(bucket).key(key)));
            return true;
        } catch (S3Failure e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public byte[] read(String bucket, String key) throws S3Failure {
        return call(() -> client.getObjectAsBytes(it -> it.bucket(bucket).key(key)).asByteArray());
    }

    @Override
    public byte[] read(String bucket, String key, long from, int length) throws S3Failure {
        String range = "bytes=" + from + "-" + (from + length - 1);
        return call(() ->
                client.getObjectAsBytes(it -> it.bucket(bucket).key(key).range(range))
                        .asByteArray());
    }

    @Override
    public List<Listed> list(String bucket, String prefix, String after, String until)
            throws S3Failure {
        List<Listed> all = new ArrayList<>();
        String[] from = {after};
        while (true) {
            ListObjectsV2Response page =
                    call(() ->
                            client.listObjectsV2(
                                    it -> it.bucket(bucket).prefix(prefix).startAfter(from[0])));
            page.contents().stream()
                    .filter(object -> object.key().compareTo(until) <= 0)
                    .forEach(object -> all.add(new Listed(object.key(), object.size())));
            if (!Boolean.TRUE.equals(page.isTruncated()) || page.contents().isEmpty()) {
                return all;
            }
            String last = page.contents().getLast().key();
            if (last.compareTo(until) > 0 || last.compareTo(from[0]) <= 0) {
                return all;
            }
            from[0] = last;
        }
    }

    private static <T> T call(Supplier<T> request) throws S3Failure {
        try {
            return request.get();
        } catch (S3Exception e) {
            AwsErrorDetails details = e.awsErrorDetails();
            String code = details == null ? "" : String.valueOf(details.errorCode());
            String said =
                    details == null
                            ? String.valueOf(e.getMessage())
                            : code + ": " + details.errorMessage();
            throw new S3Failure(e.statusCode(), code, e.statusCode() + " " + said, e);
        } catch (SdkClientException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new S3Failure(0, "", root.toString(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
