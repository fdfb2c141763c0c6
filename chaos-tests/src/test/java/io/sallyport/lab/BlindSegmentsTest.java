package io.sallyport.lab;

import static io.sallyport.lab.Segments.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Segments.End;
import io.sallyport.lab.SharedLab.UnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two who know a connection's tuple, and not where its stream is, say RST, FIN, SYN and data in the
 * names of its ends, and agree with each other: before its node dies, and straight after. The
 * connections are silent for longer than one is kept that was finished or reset.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class BlindSegmentsTest {

    /** Beyond any window: of the nodes, and of what the ends' stacks receive into. */
    private static final long[] BESIDE = {64L << 20, -(64L << 20), 1L << 30, -(1L << 30)};

    private static final int[] ENDS = {RST, RST | ACK, FIN | ACK, SYN, SYN | ACK};
    private static final int EACH = 4;

    /** What each connection says first, and the server says back. */
    private static final int WORD = "client/0".length();

    private static final Duration AFTER_DEATH = Duration.ofSeconds(2);

    /** More than the ten seconds of gateway.timeout.tcp.closing.seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(13);

    private static final Pattern ANSWERED =
            Pattern.compile(
                    "IP6? (\\S+)\\.9001 > (\\S+)\\.([0-9]+): Flags \\[S\\.\\],"
                            + " seq ([0-9]+), ack ([0-9]+)");

    /**
     * @param out what the server expects next of the client, {@code in} the other way
     */
    private record Talk(End remote, End client, long out, long in) {}

    @TempDir private Path files = Path.of("/");

    /** Those whose SYN was answered, by the client's own word. */
    private static Set<Talk> talks(Tcpdump tcpdump) {
        Set<Talk> found = new LinkedHashSet<>();
        for (Matcher line = ANSWERED.matcher(tcpdump.text()); line.find(); ) {
            found.add(
                    new Talk(
                            new End(line.group(1), TestServer.TCP_PORT),
                            new End(line.group(2), Integer.parseInt(line.group(3))),
                            Long.parseLong(line.group(5)) + WORD,
                            Long.parseLong(line.group(4)) + 1 + WORD));
        }
        return found;
    }

    private static Traffic.Running hold(UnderTest lab, String address, int count) {
        Traffic.Running held =
                lab.traffic.start(
                        lab.topology.client(1),
                        "hold",
                        "--count",
                        Integer.toString(count),
                        "--to",
                        address + ":" + TestServer.TCP_PORT);
        assertThat(held.report(TestClient.OpensReport.class).opened()).isEqualTo(count);
        return held;
    }

    /** What each node that carries it says of it. */
    private static List<JsonNode> records(UnderTest lab, Talk talk) {
        int port = talk.client().port();
        String v6 = "[" + talk.client().address() + "]:" + port;
        List<JsonNode> found =
                Carriers.records(
                        lab.state, lab.traffic, lab.ant.gateway(), port, TestServer.TCP_PORT);
        found.removeIf(entry ->
                !Set.of(talk.client().address() + ":" + port, v6)
                        .contains(entry.path("client").asString()));
        return found;
    }

    private static List<String> states(UnderTest lab, Talk talk) {
        return records(lab, talk).stream().map(entry -> entry.path("state").asString()).toList();
    }

    private static End outside(UnderTest lab, Talk talk) {
        JsonNode entry = records(lab, talk).getFirst();
        return new End(entry.path("elasticIp").asString(), entry.path("port").asInt());
    }

    /** Of both ends: first each acknowledges the other's numbers, then all that could end. */
    private static void assault(UnderTest lab, Set<Talk> talks, List<End> outsides) {
        for (long off : BESIDE) {
            for (boolean ends : new boolean[] {false, true}) {
                Segments theirs = new Segments(lab.server);
                Segments ours = new Segments(lab.topology.client(1));
                int i = 0;
                for (Talk talk : talks) {
                    End eip = outsides.get(i++);
                    long in = talk.in() + off;
                    long out = talk.out() + off;
                    for (int flags : ends ? ENDS : new int[] {ACK}) {
                        theirs.add(talk.remote(), eip, flags, in, out, 0);
                        ours.add(talk.client(), talk.remote(), flags, out, in, 0);
                    }
                    if (ends) {
                        theirs.add(talk.remote(), eip, PUSH | ACK, in, out, 100);
                        ours.add(talk.client(), talk.remote(), PUSH | ACK, out, in, 100);
                    }
                }
                theirs.send();
                ours.send();
            }
        }
    }

    @Test
    void strangersEndNothingBeforeOrAfterANodesDeathAndATrueResetDoes(UnderTest lab) {
        Host client = lab.topology.client(1);
        String v6 = "[" + lab.server.links().getFirst().ipv6() + "]";
        String dead = "";
        try (Tcpdump tcpdump =
                        new Tcpdump(
                                client,
                                "any",
                                "tcp port " + TestServer.TCP_PORT,
                                files.resolve("tcpdump"));
                Traffic.Running four = hold(lab, lab.server.address(), EACH);
                Traffic.Running six = hold(lab, v6, EACH)) {
            awaitTalks(tcpdump, 2 * EACH);
            Set<Talk> talks = talks(tcpdump);
            List<End> outsides = talks.stream().map(talk -> outside(lab, talk)).toList();
            try (Traffic.Running another = hold(lab, lab.server.address(), 1)) {
                awaitTalks(tcpdump, 2 * EACH + 1);
                Set<Talk> others = talks(tcpdump);
                others.removeAll(talks);
                assault(lab, talks, outsides);
                assertThat(talks).allSatisfy(talk -> isNotEnding(lab, talk));
                reset(lab, others.iterator().next());
                another.release();
            }

            Talk first = talks.iterator().next();
            dead =
                    Carriers.of(
                            lab.state,
                            lab.traffic,
                            lab.ant.gateway(),
                            first.client().port(),
                            TestServer.TCP_PORT);
            lab.faults().kill(List.of(dead));
            long died = System.nanoTime();
            do {
                assault(lab, talks, outsides);
            } while (System.nanoTime() - died < AFTER_DEATH.toNanos());
            assertThat(talks).allSatisfy(talk -> isNotEnding(lab, talk));

            Processes.pause(SILENCE);
            assertThat(talks).allSatisfy(talk -> isNotEnding(lab, talk));
            for (Traffic.Running held : List.of(four, six)) {
                held.release();
                assertThat(held.line()).isEqualTo("alive " + EACH);
            }
        } finally {
            if (!dead.isEmpty()) {
                lab.restart(dead);
            }
        }
    }

    private static void awaitTalks(Tcpdump tcpdump, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(talks(tcpdump)).hasSize(count));
    }

    /** As its server would: with the number that the client expects. */
    private static void reset(UnderTest lab, Talk talk) {
        Segments segment = new Segments(lab.server);
        segment.add(talk.remote(), outside(lab, talk), RST, talk.in(), 0, 0);
        segment.send();
        Awaitility.await()
                .atMost(Duration.ofSeconds(9))
                .untilAsserted(() -> assertThat(states(lab, talk)).contains("closing"));
    }

    private static void isNotEnding(UnderTest lab, Talk talk) {
        assertThat(states(lab, talk)).isNotEmpty().doesNotContain("closing", "ending");
    }
}
