package io.sallyport.lab;

import static io.sallyport.lab.Segments.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.StreamReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Who knows a connection's tuple, and not where its stream is, says RST, FIN, SYN and data in the
 * name of either end: before its node dies, and straight after. The streams pause for longer than
 * anything that was finished or reset is kept.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class BlindSegmentsTest {

    private static final int PAUSE_MILLIS = 16_000;
    private static final long[] OFF = {1L << 30, -(1L << 30), 64L << 20, -(64L << 20)};
    private static final int[] KINDS = {RST, RST | ACK, FIN | ACK, SYN, SYN | ACK, ACK};

    @TempDir private Path files = Path.of("/");

    /** A stream that pauses, between real TCP stacks, and all that is known of it. */
    private final class Stream implements AutoCloseable {
        final UnderTest lab;
        final Host client;
        final String remote;
        final Path seen;
        final Process sniffer;
        final Traffic.Running running;
        final int port;

        Stream(UnderTest lab, Host client, boolean v4) throws IOException {
            this.lab = lab;
            this.client = client;
            remote = v4 ? lab.server.address() : lab.server.links().getFirst().ipv6();
            seen = files.resolve(client.name() + (v4 ? "-4" : "-6"));
            sniffer =
                    new ProcessBuilder(
                                    client.inside(
                                            "tcpdump",
                                            "-i",
                                            "any",
                                            "-nn",
                                            "-S",
                                            "-l",
                                            "tcp port " + TestServer.TCP_PORT))
                            .redirectErrorStream(true)
                            .redirectOutput(seen.toFile())
                            .start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(seen).contains("listening on"));
            running =
                    lab.traffic.start(
                            client,
                            "stream",
                            "--seconds",
                            "50",
                            "--every-millis",
                            Integer.toString(PAUSE_MILLIS),
                            "--patience-seconds",
                            "90",
                            "--to",
                            (v4 ? remote : "[" + remote + "]") + ":" + TestServer.TCP_PORT);
            port = Integer.parseInt(running.line().split(" ")[1]);
        }

        /** What each node that carries it says of it. */
        List<JsonNode> records() {
            List<JsonNode> found = new ArrayList<>();
            for (LabState.Tenant tenant : lab.state.tenants()) {
                found.addAll(
                        Carriers.records(
                                lab.state,
                                lab.traffic,
                                tenant.gateway(),
                                port,
                                TestServer.TCP_PORT));
            }
            found.removeIf(entry ->
                    entry.path("elasticIp").asString().contains(":") != remote.contains(":"));
            return found;
        }

        /** The last number that one end acknowledged: what it expects next. */
        long acknowledged(boolean byClient) throws IOException {
            String end = Pattern.quote("." + port);
            Pattern line =
                    Pattern.compile(
                            (byClient ? end + " > \\S+" : "\\S+ > \\S+" + end)
                                    + ": Flags \\[[P.]+\\].* ack ([0-9]+),");
            long last = -1;
            for (Matcher m = line.matcher(Files.readString(seen)); m.find(); ) {
                last = Long.parseLong(m.group(1));
            }
            assertThat(last).as("an acknowledgement was seen").isNotNegative();
            return last;
        }

        Segments fromServer() {
            JsonNode record = records().getFirst();
            return new Segments(
                    lab.server,
                    remote,
                    TestServer.TCP_PORT,
                    record.path("elasticIp").asString(),
                    record.path("port").asInt());
        }

        Segments fromClient() {
            String inside = records().getFirst().path("client").asString();
            String address = inside.substring(0, inside.lastIndexOf(':'));
            return new Segments(
                    client,
                    address.replace("[", "").replace("]", ""),
                    port,
                    remote,
                    TestServer.TCP_PORT);
        }

        /** A burst of strangers' segments from both sides. */
        List<Segments> strangers() throws IOException {
            long in = acknowledged(true);
            long out = acknowledged(false);
            Segments server = fromServer();
            Segments own = fromClient();
            for (long off : OFF) {
                for (int kind : KINDS) {
                    server.add(kind, in + off, out + off, kind == ACK ? 100 : 0);
                    own.add(kind, out + off, in + off, kind == ACK ? 100 : 0);
                }
            }
            return List.of(server, own);
        }

        @Override
        public void close() {
            running.close();
            sniffer.destroy();
        }
    }

    @Test
    void strangersEndNothingBeforeOrAfterANodesDeathAndATrueResetDoes(UnderTest lab)
            throws IOException {
        Host one = lab.topology.client(1);
        Host other = lab.topology.client(2);
        String carrier;
        try (Stream four = new Stream(lab, one, true);
                Stream six = new Stream(lab, one, false);
                Stream reset = new Stream(lab, other, true);
                Stream resetSix = new Stream(lab, other, false)) {
            List<Stream> all = List.of(four, six, reset, resetSix);
            Processes.pause(Duration.ofSeconds(2));
            for (Stream stream : all) {
                stream.strangers().forEach(Segments::send);
            }
            Processes.pause(Duration.ofMillis(PAUSE_MILLIS));
            assertThat(all).allSatisfy(BlindSegmentsTest::isEstablished);

            List<Segments> strangers = new ArrayList<>();
            for (Stream stream : all) {
                strangers.addAll(stream.strangers());
            }
            carrier = Carriers.of(lab.state, lab.traffic, lab.ant.gateway(), four.port, 9001);
            lab.faults().kill(List.of(carrier));
            for (int i = 0; i < 4; i++) {
                strangers.forEach(Segments::send);
                Processes.pause(Duration.ofMillis(300));
            }
            Processes.pause(Duration.ofMillis(PAUSE_MILLIS));
            assertThat(all).allSatisfy(BlindSegmentsTest::isEstablished);

            for (Stream stream : List.of(reset, resetSix)) {
                Segments server = stream.fromServer().add(RST, stream.acknowledged(true), 0, 0);
                Segments client = stream.fromClient().add(RST, stream.acknowledged(false), 0, 0);
                server.send();
                assertThat(stream.running.report(StreamReport.class).reset()).isTrue();
                client.send(); // or the server would keep its end
            }
            for (Stream stream : List.of(four, six)) {
                StreamReport report = stream.running.report(StreamReport.class);
                System.out.println("among strangers: " + report);
                assertThat(report.error()).isEmpty();
                assertThat(report.lostBytes()).isZero();
                assertThat(report.wrongBytes()).isZero();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> {
                        assertThat(reset.records()).isEmpty();
                        assertThat(resetSix.records()).isEmpty();
                    });
        }
        lab.restart(carrier);
    }

    private static void isEstablished(Stream stream) {
        assertThat(stream.records())
                .isNotEmpty()
                .allSatisfy(entry -> {
                    assertThat(entry.path("state").asString()).isEqualTo("established");
                });
    }
}
