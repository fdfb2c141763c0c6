package io.sallyport.flowlogs.s3;

import java.net.URI;
import java.util.Optional;

/**
 * How to reach S3, or what speaks like it.
 *
 * @param endpoint empty: AWS' own for the region
 * @param region the region that requests are signed for
 * @param pathStyle bucket in the path (true for most servers that are not AWS)
 * @param localAllowed requests may go to loopback and link-local addresses also where the endpoint
 *     is a name
 */
public record S3Settings(
        Optional<URI> endpoint,
        String region,
        String accessKey,
        String secretKey,
        boolean pathStyle,
        boolean localAllowed) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "S3Settings[endpoint=" + endpoint + ", region=" + region + "]";
    }
}
