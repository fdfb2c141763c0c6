package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import io.sallyport.lab.TestClient.StreamReport;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A5: a connection outlives the node that carries it. Only the process is touched. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class NodeDeathTest {

    @Test
    void aStreamLosesNothingWhenItsNodeIsKilled(UnderTest lab) {
        long resets = lab.resets();
        String[] carrier = new String[1];
        StreamReport report =
                disturbed(
                        lab,
                        10,
                        port -> {
                            carrier[0] = carrier(lab, port);
                            lab.faults().kill(List.of(carrier[0]));
                        });
        lab.restart(carrier[0]);

        System.out.println("killed " + carrier[0] + ": " + report);
        assertThat(report.error()).isEmpty();
        assertThat(report.lostBytes()).isZero();
        assertThat(report.wrongBytes()).isZero();
        assertThat(lab.resets() - resets).isZero();
        assertThat(report.longestGapMillis()).isLessThan(5_000);
    }

    @Test
    void aStreamLosesNothingWhenItsNodeIsRestartedBesideItsPeers(UnderTest lab) {
        long resets = lab.resets();
        StreamReport report =
                disturbed(
                        lab,
                        10,
                        port -> {
                            String carrier = carrier(lab, port);
                            lab.faults().stop(List.of(carrier));
                            lab.restart(carrier);
                        });
        System.out.println("restarted: " + report);
        assertThat(report.error()).isEmpty();
        assertThat(report.lostBytes()).isZero();
        assertThat(report.wrongBytes()).isZero();
        assertThat(lab.resets() - resets).isZero();
    }

    @Test
    void aStreamLosesNothingWhenItsNodeStopsForAWhile(UnderTest lab) {
        StreamReport report =
                disturbed(
                        lab,
                        10,
                        port -> {
                            List<String> carrier = List.of(carrier(lab, port));
                            lab.faults().pause(carrier);
                            Processes.pause(java.time.Duration.ofSeconds(3));
                            lab.faults().resume(carrier);
                        });
        System.out.println("paused: " + report);
        assertThat(report.error()).isEmpty();
        assertThat(report.lostBytes()).isZero();
        assertThat(report.wrongBytes()).isZero();
    }

    private static StreamReport disturbed(
            UnderTest lab, int seconds, java.util.function.IntConsumer fault) {
        try (Traffic.Running stream =
                lab.traffic.start(
                        lab.topology.client(1),
                        "stream",
                        "--seconds",
                        Integer.toString(seconds),
                        "--to",
                        lab.tcp(lab.server))) {
            int port = Integer.parseInt(stream.line().split(" ")[1]);
            Processes.pause(java.time.Duration.ofSeconds(1));
            fault.accept(port);
            return stream.report(StreamReport.class);
        }
    }

    private static String carrier(UnderTest lab, int port) {
        return Carriers.of(lab.state, lab.traffic, lab.ant.gateway(), port, TestServer.TCP_PORT);
    }
}
