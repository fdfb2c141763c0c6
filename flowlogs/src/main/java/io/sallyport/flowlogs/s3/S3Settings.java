package io.sallyport.flowlogs.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to reach S3, or what speaks like it.
 *
 * @param endpoint empty: AWS' own for the region
 * @param region the region that requests are signed for
 * @param pathStyle bucket in the path (true for most servers that are not AWS); else it is the
 *     first part of the host's name
 * @param authorities PEM files with those who vouch for the server, in the place of the JDK's own;
 *     empty: the JDK's
 * @param localAllowed requests may go to loopback and link-local addresses also where the endpoint
 *     is a name
 */
public record S3Settings(
        Optional<URI> endpoint,
        String region,
        S3Credentials credentials,
        boolean pathStyle,
        S3Encryption encryption,
        List<Path> authorities,
        boolean localAllowed) {

    public S3Settings {
        authorities = List.copyOf(authorities);
    }

    /** With a long-lived key, nothing said about encryption, and the JDK's authorities. */
    public S3Settings(
            Optional<URI> endpoint,
            String region,
            String accessKey,
            String secretKey,
            boolean pathStyle,
            boolean localAllowed) {
        this(
                endpoint,
                region,
                new S3Credentials.Keys(accessKey, secretKey, Optional.empty()),
                pathStyle,
                new S3Encryption.None(),
                List.of(),
                localAllowed);
    }
}
