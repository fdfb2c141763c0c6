package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is not translated never leaves. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class LeakTest {

    @Test
    void noInsideAddressIsEverSeenOutside(UnderTest lab) throws Exception {
        List<String> taps = new java.util.ArrayList<>();
        for (int n = 1; n <= lab.topology.gateways(); n++) {
            taps.add("gw-" + n + "-o");
        }
        Path seen = Files.createTempFile("outside", ".txt");
        List<Process> sniffers = new java.util.ArrayList<>();
        try {
            for (String tap : taps) {
                Process sniffer =
                        new ProcessBuilder(
                                        lab.topology
                                                .router()
                                                .inside(
                                                        "tcpdump",
                                                        "-i",
                                                        tap,
                                                        "-Q",
                                                        "in",
                                                        "-nn",
                                                        "-l",
                                                        "-q",
                                                        "ip or ip6"))
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(seen.toFile()))
                                .redirectError(ProcessBuilder.Redirect.appendTo(seen.toFile()))
                                .start();
                sniffers.add(sniffer);
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            Files.readString(seen)
                                            .lines()
                                            .filter(l -> l.contains("listening on"))
                                            .count()
                                    == taps.size());
            provoke(lab);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(seen).contains(" " + lab.ipv4(lab.ant) + "."));
        } finally {
            sniffers.forEach(Process::destroy);
            for (Process sniffer : sniffers) {
                sniffer.waitFor();
            }
        }
        assertThat(Files.readString(seen).lines())
                .noneMatch(line -> line.contains("10.0.1.") || line.contains("fd00:aa:"));
        Files.delete(seen);
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
