package io.sallyport.store.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.TlsFiles;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertificatesCommandTest {

    @TempDir private Path disk = Path.of("/");

    private int run(String... members) {
        CommandLine line = new CommandLine(new CertificatesCommand());
        line.setExecutionExceptionHandler((failure, command, parsed) -> 2);
        String[] words = new String[4 + members.length];
        System.arraycopy(
                new String[] {"--cluster", "blue", "--into", disk.toString()}, 0, words, 0, 4);
        System.arraycopy(members, 0, words, 4, members.length);
        return line.execute(words);
    }

    private Trust trust(String member) {
        return Trust.open(
                MemberName.parse("sallyport://blue/" + member),
                Optional.of(
                        new TlsFiles(
                                disk.resolve(member + ".pem"),
                                disk.resolve(member + ".key"),
                                List.of(disk.resolve("authority.pem")))));
    }

    @Test
    void membersGetFilesThatTheyStartWithAndTheAuthorityStays() throws IOException {
        assertThat(run("store/store-1", "control/control=192.0.2.1,2001:db8::1")).isZero();
        assertThat(trust("store/store-1").secures()).isTrue();
        assertThat(trust("control/control").expires()).isPresent();
        String authority = Files.readString(disk.resolve("authority.pem"));
        assertThat(run("node/gw-1")).isZero();
        assertThat(Files.readString(disk.resolve("authority.pem"))).isEqualTo(authority);
        assertThat(trust("node/gw-1").secures()).isTrue();
    }

    @Test
    void whatIsNoMemberIsRefused() {
        assertThat(run("king/arthur")).isEqualTo(2);
        assertThat(run("node")).isEqualTo(2);
        assertThat(run("node/gw-1=here")).isEqualTo(2);
    }
}
