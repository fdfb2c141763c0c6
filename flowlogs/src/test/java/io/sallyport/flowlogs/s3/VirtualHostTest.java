package io.sallyport.flowlogs.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.export.S3ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bucket in front of the host's name, at a real S3 server that has a name of its own. */
class VirtualHostTest {

    private static final class Names implements DnsResolver {
        final List<String> asked = new ArrayList<>();

        @Override
        public InetAddress[] resolve(String host) {
            asked.add(host);
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @TempDir Path directory;
    private final Names names = new Names();

    private S3Store store(S3ServerProcess server, boolean pathStyle) {
        URI endpoint = URI.create(server.endpoint().replace("127.0.0.1", "s3.test"));
        return new S3Store(
                new S3Settings(
                        Optional.of(endpoint),
                        "us-east-1",
                        S3ServerProcess.IDENTITY,
                        S3ServerProcess.SECRET,
                        pathStyle,
                        false),
                Duration.ofSeconds(30),
                names);
    }

    @Test
    void whatIsWrittenInOneStyleIsReadInBoth() throws IOException, InterruptedException, S3Failure {
        Files.createDirectories(directory.resolve("objects/logs"));
        byte[] text = {1, 2, 3, 4, 5, 6};
        try (S3ServerProcess server =
                        new S3ServerProcess(directory, "s3proxy.virtual-host=s3.test");
                S3Store byHost = store(server, false);
                S3Store byPath = store(server, true)) {
            byHost.put("logs", "a/b c+d", "text/plain", text);
            assertThat(names.asked).containsOnly("logs.s3.test");
            names.asked.clear();
            assertThat(byPath.read("logs", "a/b c+d")).isEqualTo(text);
            assertThat(names.asked).containsOnly("s3.test");
            assertThat(byHost.read("logs", "a/b c+d", 2, 3)).containsExactly(3, 4, 5);
            assertThat(byHost.list("logs", "a/", "", "b"))
                    .containsExactly(new S3Store.Listed("a/b c+d", 6));
            assertThat(byHost.has("logs", "a/none")).isFalse();
        }
    }
}
