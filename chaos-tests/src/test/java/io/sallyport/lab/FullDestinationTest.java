package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * One destination, filled from 1 % to the last port by real TCP connections through three nodes and
 * one elastic IP: all 64,512 ports can be used (A2), and none can be guessed at any fill (A3).
 */
@Tag("privileged")
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FullDestinationTest {

    private static final int PORTS = 64_512;

    /** Of draws: a box that gets too few processors meanwhile does not bear all at once. */
    private static final int ROUNDS = 5;

    private final CrowdedLab lab =
            CrowdedLab.up(
                    "full",
                    List.of(
                            "gateway.timeout.tcp.closing.seconds=2",
                            "gateway.cooling.fin=500",
                            // What is held says nothing, for as long as a busy box takes.
                            "gateway.timeout.tcp.established.seconds=3600"));

    @AfterAll
    void end() {
        lab.close();
    }

    @Test
    @Order(1)
    void atOnePercentNoPortCanBeGuessed() {
        lab.hold(PORTS / 100);
        unpredictable(20_000, 600);
    }

    @Test
    @Order(2)
    void atHalfNoPortCanBeGuessed() {
        lab.hold(PORTS / 2);
        unpredictable(20_000, 600);
    }

    @Test
    @Order(3)
    void atNinetyNinePercentNoPortCanBeGuessed() {
        lab.hold(PORTS * 99 / 100);
        unpredictable(5_000, 160);
    }

    @Test
    @Order(4)
    void everyPortCanBeUsedAndTheNextIsRefusedUntilOneIsFree() {
        lab.hold(PORTS);
        if (lab.wasOverloaded()) {
            lab.letGoOfMute();
            lab.hold(PORTS);
        }
        assertThat(lab.settlesAt(PORTS)).as(lab::disagreements).isTrue();
        assertThat(lab.ports()).doesNotHaveDuplicates();
        assertThat(lab.told("open 1 1")).as("one more than there are").isEqualTo("opened 0 1");
        assertThat(shortages()).as("what the nodes say of it").contains("64512");

        assertThat(lab.told("close 1")).isEqualTo("closed 1");
        Awaitility.await("the freed port")
                .atMost(Duration.ofSeconds(90))
                .until(() -> lab.told("open 1 1").equals("opened 1 0"));
        assertThat(lab.held()).isEqualTo(PORTS);
        assertThat(lab.ports()).hasSize(PORTS).doesNotHaveDuplicates();
    }

    private String shortages() {
        return lab.management(1, "/events")
                + lab.management(2, "/events")
                + lab.management(3, "/events");
    }

    private void unpredictable(int draws, int perSecond) {
        int[] held = lab.ports().stream().mapToInt(Integer::intValue).sorted().toArray();
        int[] free =
                IntStream.rangeClosed(1024, 65535)
                        .filter(port -> Arrays.binarySearch(held, port) < 0)
                        .toArray();
        long began = System.nanoTime();
        int opened = 0;
        for (int round = 0; round < ROUNDS && opened < draws; round++) {
            opened += lab.churn(draws - opened, Math.min(perSecond, lab.borne() / 2));
        }
        List<Integer> drawn =
                lab.acceptedSince(began).stream()
                        // Where the server was not told of an end its kernel holds a port too long.
                        .filter(port -> Arrays.binarySearch(free, port) >= 0)
                        .toList();
        assertThat(drawn.size()).as("opened").isGreaterThan(draws * 95 / 100);
        PortStatistics statistics = PortStatistics.of(drawn, free);
        System.out.println("on the wire: " + statistics);
        assertThat(statistics.isEven()).as(statistics.toString()).isTrue();
        assertThat(statistics.isUncorrelated()).as(statistics.toString()).isTrue();
        assertThat(statistics.hasNoGuess()).as(statistics.toString()).isTrue();
    }
}
