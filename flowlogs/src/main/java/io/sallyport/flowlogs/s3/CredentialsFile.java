package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * Keys in AWS's credentials file. A file that was changed is read again before the next request, so
 * keys are rotated while all runs; one that cannot be used then (half written, gone) is told in the
 * log, and what it said before stays. Nothing that a profile can ask for besides keys is done: no
 * command is run, no role is taken.
 */
final class CredentialsFile implements AwsCredentialsProvider {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialsFile.class);

    private final S3Credentials.InFile place;
    private AwsCredentials known;
    private String seen;

    /**
     * @throws IOException where the file cannot be read or the profile has no keys
     */
    CredentialsFile(S3Credentials.InFile place) throws IOException {
        this.place = place;
        seen = look();
        known = read(place);
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        String now = look();
        if (!now.equals(seen)) {
            seen = now;
            try {
                known = read(place);
                LOG.info("{}: changed, and read again", place.file());
            } catch (IOException e) {
                LOG.warn("{}; what it said before is used", S3Keys.told(e));
            }
        }
        return known;
    }

    /** What differs after a change: the file itself where it was put in place of the old one. */
    private String look() {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(place.file(), BasicFileAttributes.class);
            return file.lastModifiedTime() + " " + file.size() + " " + file.fileKey();
        } catch (IOException e) {
            return "gone";
        }
    }

    private static AwsCredentials read(S3Credentials.InFile place) throws IOException {
        Path file = place.file();
        Profile profile;
        try (InputStream in = Files.newInputStream(file)) {
            profile =
                    ProfileFile.builder()
                            .content(in)
                            .type(ProfileFile.Type.CREDENTIALS)
                            .build()
                            .profile(place.profile())
                            .orElseThrow(() ->
                                    new IOException(
                                            file + " has no profile [" + place.profile() + "]"));
        } catch (UncheckedIOException e) { // a directory, for example
            throw new IOException(file + " cannot be read: " + e.getCause(), e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Its message may show a line of the file.
            throw new IOException(file + " is no credentials file", e);
        }
        String access = needed(file, profile, "aws_access_key_id");
        String secret = needed(file, profile, "aws_secret_access_key");
        return profile.property("aws_session_token")
                .<AwsCredentials>map(token -> AwsSessionCredentials.create(access, secret, token))
                .orElseGet(() -> AwsBasicCredentials.create(access, secret));
    }

    private static String needed(Path file, Profile profile, String property) throws IOException {
        return profile.property(property)
                .filter(text -> !text.isBlank())
                .orElseThrow(() ->
                        new IOException(
                                file + ": profile [" + profile.name() + "] has no " + property));
    }
}
