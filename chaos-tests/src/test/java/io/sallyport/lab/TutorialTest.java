package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.lab.SharedLab.UnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** docs/tutorial.md, as it stands, on one of the lab's machines. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class TutorialTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");

    @TempDir Path directory;

    private static boolean has(String... tools) {
        return List.of(tools).stream()
                .allMatch(tool -> Files.isExecutable(Path.of("/usr/bin", tool)));
    }

    private static String commands(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
    }

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void everyCommandOfTheTutorialDoesWhatItSays(UnderTest lab) throws Exception {
        assumeTrue(has("aws", "curl", "jq"), "awscli, curl or jq is not installed");
        Path script = directory.resolve("tutorial.sh");
        Files.writeString(
                script,
                "set -euo pipefail\n"
                        + commands(lab.installation.home().resolve("docs/tutorial.md")));
        Host client = lab.topology.client(1);
        ProcessBuilder builder =
                new ProcessBuilder(client.inside("bash", script.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("out").toFile());
        builder.environment()
                .putAll(
                        Map.ofEntries(
                                Map.entry("CONTROL", lab.state.rest()),
                                Map.entry("OPERATOR_KEY", lab.state.operatorKey()),
                                Map.entry("S3", lab.state.s3().endpoint()),
                                Map.entry("S3_ACCESS_KEY", lab.state.s3().accessKey()),
                                Map.entry("S3_SECRET_KEY", lab.state.s3().secretKey()),
                                Map.entry("TUNNEL", lab.topology.underlay().tunnelAddress),
                                Map.entry("HERE", client.address()),
                                Map.entry("SERVER", lab.server.address()),
                                Map.entry("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                                Map.entry("HOME", directory.toString()),
                                Map.entry("AWS_EC2_METADATA_DISABLED", "true")));
        Process process = builder.start();
        int status = process.waitFor();
        String said = Files.readString(directory.resolve("out"));
        assertThat(status).as(said).isZero();
        assertThat(said)
                .contains("333333333333", "the server saw 203.0.113.", " ACCEPT OK")
                .contains(" curl/AWSLogs/333333333333/");
    }
}
