package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is not translated never leaves. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class LeakTest {

    @Test
    void noInsideAddressIsEverSeenOutside(UnderTest lab, @TempDir Path files) throws Exception {
        // A file each: two writers of one file may tear each other's lines.
        List<Path> seen = new ArrayList<>();
        List<Process> sniffers = new ArrayList<>();
        try {
            for (int n = 1; n <= lab.topology.gateways(); n++) {
                seen.add(files.resolve("gw-" + n));
                sniffers.add(sniff(lab, "gw-" + n + "-o", seen.getLast()));
            }
            await(() -> seen.stream().allMatch(file -> text(file).contains("listening on")));
            provoke(lab);
            await(() -> text(seen).contains(" " + lab.ipv4(lab.ant) + "."));
        } finally {
            sniffers.forEach(Process::destroy);
            for (Process sniffer : sniffers) {
                sniffer.waitFor();
            }
        }
        assertThat(text(seen).lines())
                .noneMatch(line -> line.contains("10.0.1.") || line.contains("fd00:aa:"));
    }

    private static Process sniff(UnderTest lab, String device, Path file) throws IOException {
        List<String> command =
                List.of("tcpdump", "-i", device, "-Q", "in", "-nn", "-l", "-q", "ip or ip6");
        return new ProcessBuilder(lab.topology.router().inside(command))
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    private static String text(List<Path> files) {
        return files.stream().map(LeakTest::text).collect(Collectors.joining("\n"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Good traffic, and what a usual NAT lets through untranslated. */
    private static void provoke(UnderTest lab) {
        Host client = lab.topology.client(1);
        lab.traffic.curl(client, "http://" + lab.server.address() + "/whoami").orFail();
        // A protocol without ports, a closed port, a segment of no connection, fragments, IPv6.
        Shell.run(
                client.inside(
                        "ping",
                        "-c",
                        "2",
                        "-i",
                        "0.2",
                        "-s",
                        "4000",
                        "-W",
                        "1",
                        lab.server.address()));
        Shell.run(client.inside("ping", "-c", "2", "-i", "0.2", "-W", "1", "2001:db8:51::11"));
        lab.traffic.curl(client, "http://" + lab.server.address() + ":81/");
        lab.traffic.curl(client, "http://198.51.100.99/");
        try (Traffic.Running stream =
                lab.traffic.start(
                        client, "stream", "--seconds", "2", "--to", lab.tcp(lab.server))) {
            stream.report(TestClient.StreamReport.class);
        }
    }
}
