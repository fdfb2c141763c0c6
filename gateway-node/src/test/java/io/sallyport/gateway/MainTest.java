package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as its supervisor sees it, where it does not get far enough to need root. */
class MainTest {

    private record Ended(int code, String out, String err) {}

    @TempDir static Path directory = Path.of("");

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "io.sallyport.gateway.Main"));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(directory, "main", ".err");
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    @Test
    void endsWith2AndOneLineForAWrongKey() throws Exception {
        Path config = directory.resolve("wrong.properties");
        Files.writeString(config, "cluster.id=c\nnode.id=Not_A_Label\n");
        assertThat(run("--config", config.toString()))
                .isEqualTo(
                        new Ended(
                                2,
                                "",
                                "config: node.id=Not_A_Label: a host label: a-z, 0-9 and -\n"));
    }

    @Test
    void endsWith2ForAnInterfaceThatIsNotThereAndLogsNothingElse() throws Exception {
        Path config = directory.resolve("gateway.properties");
        Files.writeString(
                config,
                """
                cluster.id=c
                tls=off
                node.id=gw-1
                node.directory=%s
                stores=s1=127.0.0.1:1
                peers.listen=127.0.0.1:1
                management.listen=127.0.0.1:1
                tunnel.address=127.0.0.1
                outside.interface=none0
                """
                        .formatted(directory.resolve("node")));
        assertThat(run("--config", config.toString()))
                .isEqualTo(
                        new Ended(
                                2,
                                "",
                                "config: outside.interface=none0:"
                                        + " no network device is called none0\n"));
    }

    @Test
    void explainRefusesWhatIsNoPacketAndSaysWhenNoNodeAnswers() throws Exception {
        Path config = directory.resolve("explain.properties");
        Files.writeString(
                config,
                """
                cluster.id=c
                tls=off
                node.id=gw-1
                node.directory=%s
                stores=s1=127.0.0.1:1
                peers.listen=127.0.0.1:1
                management.listen=127.0.0.1:1
                tunnel.address=127.0.0.1
                outside.interface=none0
                """
                        .formatted(directory.resolve("node")));
        Ended wrong = run("explain", "--config", config.toString(), "tcp 10.0.0.1 > 10.0.0.2:1");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .startsWith("'10.0.0.1' is not address:port: a packet is \"PROTOCOL SOURCE >");
        Ended alone = run("explain", "--config", config.toString(), "udp", "10.0.0.1:1>10.0.0.2:1");
        assertThat(alone.code()).isEqualTo(1);
        assertThat(alone.err())
                .startsWith("no node answers at 127.0.0.1:1")
                .contains("start it with ./sallyport gateway --config");
    }

    @Test
    void saysHowItIsUsed() throws Exception {
        assertThat(run("--help").out()).contains("--config=FILE");
        assertThat(run().code()).isEqualTo(2);
    }
}
