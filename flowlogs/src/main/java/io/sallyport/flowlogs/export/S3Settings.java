package io.sallyport.flowlogs.export;

import java.net.URI;
import java.util.Optional;

/**
 * How to reach S3, or what speaks like it.
 *
 * @param endpoint empty: AWS' own for the region
 * @param region the region that requests are signed for
 * @param pathStyle bucket in the path (true for most servers that are not AWS)
 */
public record S3Settings(
        Optional<URI> endpoint,
        String region,
        String accessKey,
        String secretKey,
        boolean pathStyle) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "S3Settings[endpoint=" + endpoint + ", region=" + region + "]";
    }
}
