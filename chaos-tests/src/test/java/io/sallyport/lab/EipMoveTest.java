package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Installation.Role;
import io.sallyport.lab.SharedLab.UnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * An elastic IP moves between two gateways and an instance, each of another VPC whose clients talk
 * all the time. What the server hears from the address tells whose it is.
 */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class EipMoveTest {

    /** {@code -Deip.moves=100} for figures. */
    private static final int MOVES = Integer.getInteger("eip.moves", 6);

    @Test
    void aMovingEipHasOneOwnerAtAnyMoment(UnderTest lab) {
        try (MovingAddress address = new MovingAddress(lab.state, lab.traffic)) {
            address.move(0);
            address.awaitTurn(0);
            for (int i = 1; i <= MOVES; i++) {
                Rest.Exchange answer = address.move(i);
                assertThat(answer.status()).as("all nodes are there: %s", answer).isEqualTo(200);
                address.awaitTurn(i);
            }
            Letters.Heard heard = address.heard();
            System.out.println(summary(heard));
            assertThat(heard.turns()).as("no letter came out of its turn").isEqualTo(MOVES);
        }
    }

    @Test
    void aNodeThatIsStoppedHoldsTheNewOwnerUntilItIsBack(UnderTest lab) {
        try (MovingAddress address = new MovingAddress(lab.state, lab.traffic)) {
            address.move(0);
            address.awaitTurn(0);
            List<String> stopped = List.of("gw-3");
            lab.faults().pause(stopped);
            Rest.Exchange answer;
            JsonNode waiting;
            try {
                answer = address.move(1);
                waiting = answer.json().path("move").path("waitingFor");
                assertThat(answer.status()).as("%s", answer).isEqualTo(202);
                assertThat(waiting).hasSize(1);
                assertThat(waiting.get(0).path("node").asString()).isEqualTo("gw-3");
                System.out.println("waiting for " + waiting.get(0));
                assertThat(address.view().path("state").asString()).isEqualTo("pending");
            } finally {
                lab.faults().resume(stopped);
            }
            address.awaitTurn(1);
            assertThat(address.heard().turns()).isEqualTo(1);
            lab.traffic.awaitSettled(Duration.ofSeconds(120));
        }
    }

    @Test
    void aNodeThatIsGoneIsWaitedForUntilTheOperatorFencesIt(UnderTest lab) {
        try (MovingAddress address = new MovingAddress(lab.state, lab.traffic)) {
            address.move(0);
            address.awaitTurn(0);
            String gone = "gw-3";
            lab.faults().kill(List.of(gone));
            lab.faults().cut(gone);
            try {
                Rest.Exchange answer = address.move(1);
                JsonNode waiting = answer.json().path("move").path("waitingFor");
                assertThat(answer.status()).as("%s", answer).isEqualTo(202);
                assertThat(waiting).as("%s", answer).hasSize(1);
                assertThat(waiting.get(0).path("node").asString()).isEqualTo(gone);
                Instant until = Instant.parse(waiting.get(0).path("until").asString());
                assertThat(until).isAfter(Instant.now());
                fence(lab, gone);
                address.awaitTurn(1);
                assertThat(Instant.now()).as("sooner than it would be dead").isBefore(until);
                assertThat(address.heard().turns()).as("two owners at no moment").isEqualTo(1);
                // "Off" was said of its programs too, which go on until then on a box that is not.
                Processes.pause(Duration.between(Instant.now(), until.plusSeconds(1)));
            } finally {
                lab.faults().heal();
                lab.restart(gone);
                // Who is no member yet is not waited for, and owns nothing.
                lab.traffic.awaitSettled(Duration.ofSeconds(120));
            }
        }
    }

    private static void fence(UnderTest lab, String node) {
        Host store = lab.topology.store(1);
        List<String> command = new ArrayList<>(lab.installation.command(Role.STORE));
        command.addAll(
                List.of(
                        "fence",
                        node,
                        "--it-is-off",
                        "--config",
                        Path.of(lab.state.directory())
                                .resolve(store.name())
                                .resolve(store.name() + ".properties")
                                .toString()));
        assertThat(Shell.run(store.inside(command)).orFail()).contains(node + " is dead");
    }

    private static String summary(Letters.Heard heard) {
        double[] gaps =
                heard.gapsMillis().stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return "%d moves, %d packets; from the last of the old owner to the first of the new, ms: p50 %.1f, p99 %.1f, worst %.1f"
                .formatted(
                        gaps.length,
                        heard.packets(),
                        gaps[gaps.length / 2],
                        gaps[Math.min(gaps.length - 1, gaps.length * 99 / 100)],
                        gaps[gaps.length - 1]);
    }
}
