package io.sallyport.flowlogs.s3;

import java.util.Optional;

/** How S3 is asked to keep objects (AWS: SSE). What a server cannot do, it refuses. */
public sealed interface S3Encryption {

    /** Nothing is asked for: the bucket's own rule holds. */
    record None() implements S3Encryption {}

    /** With a key of S3's own (SSE-S3). */
    record ByS3() implements S3Encryption {}

    /**
     * With a key of the key service (SSE-KMS).
     *
     * @param key its id or ARN; empty: AWS's own for S3
     */
    record ByKms(Optional<String> key) implements S3Encryption {}
}
