package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Installation.Role;
import io.sallyport.lab.SharedLab.UnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** One that may own the address: what to say by REST, and the letter of its clients. */
    private record Party(String letter, Map<String, Object> attachment, SideVpc vpc) {}

    @Test
    void aMovingEipHasOneOwnerAtAnyMoment(UnderTest lab) {
        try (World world = new World(lab)) {
            world.move(0);
            world.awaitTurn("P");
            for (int i = 1; i <= MOVES; i++) {
                Party next = world.parties.get(i % world.parties.size());
                Rest.Exchange answer = world.move(i % world.parties.size());
                assertThat(answer.status()).as("all nodes are there: %s", answer).isEqualTo(200);
                world.awaitTurn(next.letter());
            }
            Letters.Heard heard = world.heard();
            System.out.println(summary(heard));
            assertThat(heard.turns()).as("no letter came out of its turn").isEqualTo(MOVES);
        }
    }

    @Test
    void aNodeThatIsStoppedHoldsTheNewOwnerUntilItIsBack(UnderTest lab) {
        try (World world = new World(lab)) {
            world.move(0);
            world.awaitTurn("P");
            List<String> stopped = List.of("gw-3");
            lab.faults().pause(stopped);
            Rest.Exchange answer;
            JsonNode waiting;
            try {
                answer = world.move(1);
                waiting = answer.json().path("move").path("waitingFor");
                assertThat(answer.status()).as("%s", answer).isEqualTo(202);
                assertThat(waiting).hasSize(1);
                assertThat(waiting.get(0).path("node").asString()).isEqualTo("gw-3");
                System.out.println("waiting for " + waiting.get(0));
                assertThat(world.eip().path("state").asString()).isEqualTo("pending");
            } finally {
                lab.faults().resume(stopped);
            }
            world.awaitTurn("Q");
            assertThat(world.heard().turns()).isEqualTo(1);
            lab.traffic.awaitSettled(Duration.ofSeconds(60));
        }
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

    /** The three VPCs, the address, and everybody talking. */
    private static final class World implements AutoCloseable {
        final List<Party> parties = new ArrayList<>();
        private final UnderTest lab;
        private final Rest api;
        private final String eip;
        private final List<AutoCloseable> open = new ArrayList<>();
        private final Traffic.Running ear;

        World(UnderTest lab) {
            this.lab = lab;
            api = lab.api(lab.ant);
            JsonNode allocated = api.post("/v1/elastic-ips", Map.of("pool", "public"));
            eip = allocated.path("id").asString();
            SideVpc p = vpc(1, 301, "10.71.0");
            SideVpc q = vpc(2, 302, "10.72.0");
            SideVpc r = vpc(2, 303, "10.73.0");
            parties.add(new Party("P", Map.of("gatewayId", p.gateway), p));
            parties.add(new Party("Q", Map.of("gatewayId", q.gateway), q));
            parties.add(new Party("R", Map.of("instance", r.instance()), r));
            ear =
                    lab.traffic.start(
                            Role.LETTERS,
                            lab.server,
                            "hear",
                            "--address",
                            allocated.path("address").asString());
            assertThat(ear.line()).isEqualTo("hearing");
            for (Party party : parties) {
                Traffic.Running voice =
                        lab.traffic.start(
                                Role.LETTERS,
                                party.vpc().host,
                                "say",
                                "--letter",
                                party.letter(),
                                "--from",
                                party.vpc().client,
                                "--to",
                                lab.server.address());
                open.add(voice);
                assertThat(voice.line()).isEqualTo("saying " + party.letter());
            }
        }

        private SideVpc vpc(int client, int vni, String net) {
            SideVpc made = SideVpc.make(lab, client, vni, net);
            open.addFirst(made);
            return made;
        }

        Rest.Exchange move(int party) {
            return api.call("PUT", path(), parties.get(party).attachment());
        }

        private String path() {
            return "/v1/elastic-ips/" + eip + "/attachment";
        }

        JsonNode eip() {
            return api.get("/v1/elastic-ips/" + eip);
        }

        /** The next letter that is another than the one before. */
        void awaitTurn(String letter) {
            assertThat(ear.line()).isEqualTo("turn " + letter);
        }

        Letters.Heard heard() {
            ear.release();
            return ear.report(Letters.Heard.class);
        }

        @Override
        public void close() {
            ear.close();
            api.delete(path());
            api.delete("/v1/elastic-ips/" + eip);
            for (AutoCloseable each : open.reversed()) {
                try {
                    each.close();
                } catch (Exception e) {
                    throw new LabFailure("a test's VPC is still there", e);
                }
            }
        }
    }
}
