package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class CredentialsFileTest {

    @TempDir Path directory;

    private Path write(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), text);
        return Files.move(
                next, directory.resolve("credentials"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String keys(String access, String more) {
        return "[logs]\naws_access_key_id = %s\naws_secret_access_key = of %s\n%s"
                .formatted(access, access, more);
    }

    private CredentialsFile open(Path file) throws IOException {
        return new CredentialsFile(new S3Credentials.InFile(file, "logs"));
    }

    @Test
    void aFileThatWasReplacedIsReadBeforeTheNextRequest() throws IOException {
        CredentialsFile credentials = open(write(keys("A1", "")));
        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("A1");
        write(keys("A2", "aws_session_token = token\n"));
        assertThat(credentials.resolveCredentials())
                .isEqualTo(AwsSessionCredentials.create("A2", "of A2", "token"));
    }

    @Test
    void whatCannotBeUsedChangesNothing() throws IOException {
        Path file = write(keys("A1", ""));
        CredentialsFile credentials = open(file);
        for (String text : new String[] {"", "half of a li", "[logs]\naws_access_key_id = A2\n"}) {
            write(text);
            assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("A1");
        }
        Files.delete(file);
        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("A1");
        write(keys("A3", ""));
        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("A3");
    }

    @Test
    void noCommandIsRun() throws IOException {
        Path ran = directory.resolve("ran");
        CredentialsFile credentials =
                open(write(keys("A1", "credential_process = touch " + ran + "\n")));
        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("A1");
        assertThat(ran).doesNotExist();
    }
}
