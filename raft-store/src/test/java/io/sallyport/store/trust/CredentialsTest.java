package io.sallyport.store.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

    private static final MemberName ME = new MemberName("blue", Role.NODE, "gw-1");
    private static final Authority AUTHORITY = Authority.found("blue");

    @TempDir private Path disk = Path.of("/");
    private TlsFiles files = new TlsFiles(disk, disk, List.of(disk));

    @BeforeEach
    void issue() {
        files = AUTHORITY.issue(ME, List.of(), disk);
    }

    private String refusal(TlsFiles these, MemberName who) {
        try {
            Credentials.load(these, who);
            return "loaded";
        } catch (TrustException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String refusal() {
        return refusal(files, ME);
    }

    @Test
    void whatTheAuthorityIssuedIsLoaded() throws IOException {
        assertThat(refusal()).isEqualTo("loaded");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatIsMissingIsNamedWithItsKey() throws IOException {
        Files.delete(files.certificate());
        assertThat(refusal()).startsWith("config: tls.certificate=").endsWith("no such file");
        issue();
        Files.delete(files.key());
        assertThat(refusal()).startsWith("config: tls.key=").endsWith("no such file");
        issue();
        Files.delete(files.authorities().getFirst());
        assertThat(refusal()).startsWith("config: tls.authorities=").endsWith("no such file");
    }

    @Test
    void aFileThatHoldsSomethingElseIsNamedWithItsKey() throws IOException {
        Files.writeString(files.certificate(), "hello");
        assertThat(refusal()).contains("tls.certificate").contains("no PEM block CERTIFICATE");
        issue();
        Files.writeString(files.key(), Files.readString(files.certificate()));
        assertThat(refusal()).contains("tls.key").contains("one block PRIVATE KEY");
        issue();
        Files.writeString(files.key(), Pem.write("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertThat(refusal()).contains("tls.key").contains("EC, RSA, EdDSA");
    }

    @Test
    void aKeyThatIsAnothersIsSaid() throws IOException {
        Path certificate = disk.resolve("kept.pem");
        Files.copy(files.certificate(), certificate);
        issue();
        assertThat(refusal(new TlsFiles(certificate, files.key(), files.authorities()), ME))
                .contains("tls.key")
                .contains("is not the key of");
    }

    @Test
    void aCertificateOfAnotherTimeClusterMemberOrAuthorityIsSaid() {
        Instant now = Instant.now();
        AUTHORITY.issue(
                ME,
                List.of(),
                now.minus(Duration.ofDays(9)),
                now.minus(Duration.ofDays(1)),
                files.certificate(),
                files.key());
        assertThat(refusal()).contains("tls.certificate").contains("is valid from");
        issue();
        assertThat(refusal(files, new MemberName("green", Role.NODE, "gw-1")))
                .contains("is of sallyport://blue/node/gw-1")
                .contains("this process is sallyport://green/node/gw-1");
        assertThat(refusal(files, ME.other(Role.STORE, "gw-1"))).contains("this process is");
        Path other = disk.resolve("other.pem");
        Authority.found("blue").writeCertificate(other);
        assertThat(refusal(new TlsFiles(files.certificate(), files.key(), List.of(other)), ME))
                .contains("is not signed by an authority of");
    }

    @Test
    void plainTextIsAWordOfItsOwn() {
        assertThatThrownBy(() -> TlsFiles.read(key -> Optional.empty()))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("tls.certificate")
                .hasMessageContaining("or tls=off for plain text");
        assertThat(TlsFiles.read(key -> Optional.ofNullable(Map.of("tls", "off").get(key))))
                .isEmpty();
        Map<String, String> both = Map.of("tls", "off", "tls.key", "/k");
        assertThatThrownBy(() -> TlsFiles.read(key -> Optional.ofNullable(both.get(key))))
                .hasMessageContaining("not together with [tls.key]");
        assertThatThrownBy(() -> TlsFiles.read(key -> Optional.of("maybe")))
                .hasMessageContaining("tls=maybe");
        Map<String, String> whole =
                Map.of("tls.certificate", "/c", "tls.key", "/k", "tls.authorities", "/a, /b");
        assertThat(TlsFiles.read(key -> Optional.ofNullable(whole.get(key))))
                .contains(
                        new TlsFiles(
                                Path.of("/c"),
                                Path.of("/k"),
                                List.of(Path.of("/a"), Path.of("/b"))));
    }

    @Test
    void anAuthorityThatWasKeptSignsOn() throws Exception {
        Path certificate = disk.resolve("kept/authority.pem");
        Path key = disk.resolve("kept/authority.key");
        AUTHORITY.write(certificate, key);
        TlsFiles again =
                Authority.read(certificate, key)
                        .issue(ME, List.of(InetAddress.ofLiteral("192.0.2.7")), disk);
        assertThat(refusal(again, ME)).isEqualTo("loaded");
        var names =
                Pem.certificates("x", again.certificate()).getFirst().getSubjectAlternativeNames();
        assertThat(names).containsExactlyInAnyOrder(List.of(6, ME.uri()), List.of(7, "192.0.2.7"));
    }

    @Test
    void namesAreReadStrictly() {
        assertThat(MemberName.parse(ME.uri())).isEqualTo(ME);
        for (String wrong :
                List.of(
                        "sallyport://blue/node",
                        "sallyport://blue/node/gw-1/x",
                        "sallyport://blue/king/gw-1",
                        "sallyport:///node/gw-1",
                        "https://blue/node/gw-1",
                        "sallyport://blue/NODE/gw-1")) {
            assertThatThrownBy(() -> MemberName.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
