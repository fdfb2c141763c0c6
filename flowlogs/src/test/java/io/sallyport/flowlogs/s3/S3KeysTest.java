package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3KeysTest {

    private static final Map<String, String> KEYS =
            Map.of("s3.access.key", "AKIA", "s3.secret.key", "hush/hush");

    @TempDir static Path keys;
    @TempDir Path directory;
    private final Map<String, String> environment = new HashMap<>();

    private Optional<S3Settings> read(Map<String, String> values) {
        return S3Keys.read(
                key -> Optional.ofNullable(values.get(key)),
                name -> Optional.ofNullable(environment.get(name)),
                "eu-north-1");
    }

    private S3Settings with(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(KEYS);
        values.putAll(more);
        return read(values).orElseThrow();
    }

    @Test
    void withKeysAloneItIsAwsByPath() {
        assertThat(with(Map.of()))
                .isEqualTo(
                        new S3Settings(
                                Optional.empty(), "eu-north-1", "AKIA", "hush/hush", true, false));
    }

    @Test
    void withoutKeysThereIsNoS3ButWhatIsWrongIsTold() {
        assertThat(read(Map.of("s3.endpoint", "http://s3.test"))).isEmpty();
        assertThatThrownBy(() -> read(Map.of("s3.encryption", "rot13")))
                .isInstanceOf(S3KeyException.class);
    }

    @Test
    void everythingThatCanBeSaid() throws IOException {
        Path authority = TestServerKey.of(keys, "ip:127.0.0.1").certificate();
        S3Settings all =
                with(
                        Map.of(
                                "s3.endpoint", "https://s3.test:9443",
                                "s3.region", "garage",
                                "s3.path.style", "false",
                                "s3.encryption", "sse-kms",
                                "s3.encryption.key", "arn:aws:kms:eu:1:key/2",
                                "s3.authorities", authority + " , " + authority,
                                "s3.local.allowed", "true"));
        assertThat(all)
                .isEqualTo(
                        new S3Settings(
                                Optional.of(URI.create("https://s3.test:9443")),
                                "garage",
                                new S3Credentials.Keys("AKIA", "hush/hush", Optional.empty()),
                                false,
                                new S3Encryption.ByKms(Optional.of("arn:aws:kms:eu:1:key/2")),
                                List.of(authority, authority),
                                true));
        assertThat(with(Map.of("s3.encryption", "sse-s3")).encryption())
                .isEqualTo(new S3Encryption.ByS3());
        assertThat(with(Map.of("s3.encryption", "sse-kms")).encryption())
                .isEqualTo(new S3Encryption.ByKms(Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    s3.endpoint       | s3.test:9000         | http:// or https://
                    s3.endpoint       | ftp://s3.test        | http:// or https://
                    s3.endpoint       | http:///bucket       | a host
                    s3.endpoint       | http://s3.test/?a=b  | a host
                    s3.endpoint       | http://s3 .test      | a host
                    s3.region         | US                   | a-z, 0-9 and -
                    s3.path.style     | yes                  | true or false, default true
                    s3.local.allowed  | yes                  | true or false, default false
                    s3.credentials    | vault                | keys (default), file, environment
                    s3.credentials    | environment          | only with s3.credentials=keys
                    s3.encryption     | aes                  | none (default), sse-s3, sse-kms
                    s3.encryption.key | arn                  | only with s3.encryption=sse-kms
                    s3.credentials.file    | /x              | only with s3.credentials=file
                    s3.credentials.profile | x               | only with s3.credentials=file
                    s3.authorities    | /nowhere             | NoSuchFileException: /nowhere
                    """)
    void whatIsWrongIsToldWithKeyAndWhatIsAllowed(String key, String value, String allowed) {
        assertThatThrownBy(() -> with(Map.of(key, value)))
                .isInstanceOf(S3KeyException.class)
                .hasMessageContaining(allowed)
                .hasMessageNotContaining("hush");
        if (!allowed.contains("s3.credentials=keys")) {
            assertThatThrownBy(() -> with(Map.of(key, value)))
                    .hasMessageStartingWith(key + "=" + value + ": ");
        }
    }

    @Test
    void whatContradictsAnotherKeyIsTold() throws IOException {
        for (String address : List.of("http://10.0.0.1:9000", "http://[2001:db8::1]:9000")) {
            assertThatThrownBy(() -> with(Map.of("s3.endpoint", address, "s3.path.style", "false")))
                    .hasMessageStartingWith("s3.path.style=false: true, where s3.endpoint is an");
        }
        String authority = TestServerKey.of(keys, "ip:127.0.0.1").certificate().toString();
        assertThatThrownBy(() ->
                        with(Map.of("s3.endpoint", "http://a.test", "s3.authorities", authority)))
                .hasMessage("s3.authorities=" + authority + ": only where s3.endpoint is https");
        Path nothing = Files.writeString(directory.resolve("nothing.pem"), "");
        assertThatThrownBy(() -> with(Map.of("s3.authorities", nothing.toString())))
                .hasMessageContaining("holds no certificate");
        Path broken =
                Files.writeString(
                        directory.resolve("broken.pem"),
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> with(Map.of("s3.authorities", broken.toString())))
                .isInstanceOf(S3KeyException.class)
                .hasMessageContaining("PEM files with certificates");
    }

    @Test
    void aSecretIsShownInNoMessageAlsoWhereItStandsInTheWrongPlace() {
        assertThatThrownBy(() -> read(Map.of("s3.access.key", "hush")))
                .hasMessage("s3.access.key=...: together with s3.secret.key, or neither");
        assertThatThrownBy(() -> read(Map.of("s3.secret.key", "hush")))
                .hasMessage("s3.secret.key=...: together with s3.access.key, or neither");
        assertThatThrownBy(() -> read(Map.of("s3.access.key", "hush/1", "s3.secret.key", "AKIA")))
                .hasMessage("s3.access.key=...: an access key id, without '/' or ','");
        assertThatThrownBy(() -> with(Map.of("s3.endpoint", "http://me:hush@s3.test")))
                .hasMessageStartingWith("s3.endpoint=...: ");
        assertThat(with(Map.of()).toString()).contains("AKIA").doesNotContain("hush");
    }

    @Test
    void theEnvironmentIsLookedAtWhereThatIsSaid() {
        Map<String, String> said = Map.of("s3.credentials", "environment");
        environment.put("AWS_ACCESS_KEY_ID", "ASIA");
        assertThat(read(Map.of())).isEmpty();
        assertThatThrownBy(() -> read(said))
                .hasMessage(
                        "s3.credentials=environment: AWS_SECRET_ACCESS_KEY is not in the"
                                + " environment");
        environment.put("AWS_SECRET_ACCESS_KEY", "hush");
        environment.put("AWS_SESSION_TOKEN", "token");
        assertThat(read(said).orElseThrow().credentials())
                .isEqualTo(new S3Credentials.Keys("ASIA", "hush", Optional.of("token")));
        assertThat(read(said).toString()).doesNotContain("hush").doesNotContain("token");
    }

    @Test
    void aCredentialsFileMustHaveTheKeysAtTheStart() throws IOException {
        Path file = directory.resolve("credentials");
        Map<String, String> said =
                Map.of("s3.credentials", "file", "s3.credentials.file", file.toString());
        assertThatThrownBy(() -> read(Map.of("s3.credentials", "file")))
                .hasMessageStartingWith("s3.credentials.file=: required");
        assertThatThrownBy(() -> read(said)).hasMessageContaining("NoSuchFileException");
        Map<String, String> folder = new HashMap<>(said);
        folder.put("s3.credentials.file", directory.toString());
        assertThatThrownBy(() -> read(folder)).isInstanceOf(S3KeyException.class);
        Files.writeString(file, "[default]\naws_access_key_id = AKIA\n");
        assertThatThrownBy(() -> read(said))
                .hasMessageContaining("profile [default] has no aws_secret_access_key");
        Files.writeString(file, "hush\n");
        assertThatThrownBy(() -> read(said))
                .hasMessageContaining("is no credentials file")
                .hasMessageNotContaining("hush");
        Files.writeString(file, "[logs]\naws_access_key_id=A\naws_secret_access_key=hush\n");
        assertThatThrownBy(() -> read(said)).hasMessageContaining("has no profile [default]");
        Map<String, String> profile = new HashMap<>(said);
        profile.put("s3.credentials.profile", "logs");
        assertThat(read(profile).orElseThrow().credentials())
                .isEqualTo(new S3Credentials.InFile(file, "logs"));
    }
}
