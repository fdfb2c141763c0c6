package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A machine is gone for good while nearly all ports of a destination are out: what it held comes
 * back to the others by itself, since they vouch that it acts no more.
 */
@Tag("privileged")
@Order(2)
class PowerLossTest {

    /** Open at a time, of the 64,512 that are possible. */
    private static final int OPEN = 58_000;

    private static final int HELD = 50_000;
    private static final int PER_SECOND = 800;
    private static final int LIFE_SECONDS = 10;
    private static final Duration GRACE = Duration.ofSeconds(30);

    @Test
    void halfAMinuteLaterNoOpenIsRefusedForWantOfPorts() throws Exception {
        try (CrowdedLab lab =
                CrowdedLab.up(
                        "loss",
                        List.of(
                                "gateway.timeout.tcp.closing.seconds=2",
                                "gateway.cooling.fin=500"))) {
            lab.hold(HELD);
            int perSecond =
                    lab.wasOverloaded() ? Math.min(PER_SECOND, lab.borne() / 2) : PER_SECOND;
            lab.hold(OPEN - perSecond * LIFE_SECONDS);
            lab.turn(2 * LIFE_SECONDS, perSecond, LIFE_SECONDS);
            System.out.printf("power loss: %,d connections are open%n", lab.open());

            lab.loseForGood("gw-2");
            long began = System.nanoTime();
            while (System.nanoTime() - began < GRACE.toNanos()) {
                CrowdedLab.Turned during = lab.turn(2, perSecond, LIFE_SECONDS);
                System.out.printf(
                        "power loss: after %.0f s %d opened, %d failed%n",
                        (System.nanoTime() - began) / 1e9, during.opened(), during.failed());
            }

            double refused = refusedForWantOfPorts(lab);
            CrowdedLab.Turned after = lab.turn(20, perSecond, LIFE_SECONDS);
            System.out.printf("power loss: from then on %s%n", after);
            assertThat(refusedForWantOfPorts(lab) - refused).as("refused of %s", after).isZero();
            assertThat(after.failed()).as("of %s", after).isLessThan(after.opened() / 100);
            assertThat(lab.ports()).doesNotHaveDuplicates();
        }
    }

    /** By the word of the two nodes that are left. */
    private static double refusedForWantOfPorts(CrowdedLab lab) {
        return Stream.of(1, 3)
                .flatMap(node -> lab.management(node, "/metrics").lines())
                .filter(line -> line.startsWith("sallyport_refusals_total"))
                .filter(line -> line.contains("ports_exhausted"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
