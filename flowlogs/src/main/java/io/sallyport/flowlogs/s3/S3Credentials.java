package io.sallyport.flowlogs.s3;

import java.nio.file.Path;
import java.util.Optional;

/** What requests to S3 are signed with. Secrets are in no {@code toString}. */
public sealed interface S3Credentials {

    /**
     * As they stand in a configuration or in the environment.
     *
     * @param accessKey the access key id
     * @param token of a session; empty for a long-lived key
     */
    record Keys(String accessKey, String secretKey, Optional<String> token)
            implements S3Credentials {

        @Override
        public String toString() {
            return "Keys[" + accessKey + "]";
        }
    }

    /**
     * In a file, as AWS's tools keep them; read again when it changes.
     *
     * @param profile the section's name
     */
    record InFile(Path file, String profile) implements S3Credentials {}
}
