package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Limits;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Epoch;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A5 and A6, in simulated time: what a death costs. */
class SurvivalTest {

    private static final class Answer implements Keeping.Waiter {
        final long asked;
        final SimWorld world;
        long answered = -1;
        int slot = -1;
        Keeping.@Nullable Refusal refusal;

        Answer(SimWorld world) {
            this.world = world;
            asked = world.now();
        }

        @Override
        public void ready(int itsSlot) {
            answered = world.now();
            slot = itsSlot;
        }

        @Override
        public void refused(Keeping.Refusal why) {
            answered = world.now();
            refusal = why;
        }

        long millis() {
            return (answered - asked) / SimWorld.MS;
        }
    }

    private static SimLoad opened(SimWorld world, int count) {
        SimLoad load = new SimLoad(world, count, 1);
        for (int i = 0; i < count; i++) {
            load.open(world.nodes.get(i % world.nodes.size()), load.key(i));
        }
        world.run(1_000 * SimWorld.MS);
        assertThat(load.believed()).hasSize(count);
        return load;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyConnectionIsFoundAtOnceAfterADeathAlsoWithoutTheStore(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
        world.start();
        SimLoad load = opened(world, 40);
        world.storeSilent = true;
        world.nodes.get((int) (seed % 3)).crash();
        world.run(20 * SimWorld.MS);
        List<Answer> answers =
                found(world, load, world.nodes.stream().filter(SimNode::up).toList());
        world.run(3_000 * SimWorld.MS);
        assertThat(answers)
                .hasSize(160)
                .allSatisfy(a -> {
                    assertThat(a.refusal).isNull();
                    assertThat(a.millis()).isBetween(0L, 50L);
                });
    }

    /** Nothing that it kept is copied again before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theEpochWithoutADeadNodeIsKnownToAllSoon(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
        world.start();
        world.run((1_000 + 37 * seed) * SimWorld.MS);
        SimNode dead = world.nodes.get((int) (seed % 3));
        List<SimNode> others = world.nodes.stream().filter(node -> node != dead).toList();
        Epoch before = others.getFirst().protocol().status().membership().epoch();
        dead.crash();
        // A second of silence, of which a quarter may have passed; the leader's turn; theirs.
        world.run(1_200 * SimWorld.MS);
        assertThat(others)
                .allSatisfy(node ->
                        assertThat(node.protocol().status().membership().epoch())
                                .isGreaterThan(before));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aNodeThatIsWronglySuspectedLosesNothingAndComesBack(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
        world.start();
        SimLoad load = opened(world, 40);
        SimNode busy = world.nodes.get((int) (seed % 3));
        List<SimNode> others = world.nodes.stream().filter(node -> node != busy).toList();
        Epoch epoch = busy.protocol().status().membership().epoch();

        // A worker that gets no processor: longer than three heartbeats, less than the store minds.
        busy.pause();
        world.run(250 * SimWorld.MS);
        for (SimNode node : others) {
            assertThat(node.protocol().status().suspected()).containsExactly(busy.id);
        }
        List<Answer> meanwhile = found(world, load, others);
        world.run(100 * SimWorld.MS);
        busy.resume();
        world.run(500 * SimWorld.MS);
        List<Answer> afterwards = found(world, load, world.nodes);
        world.run(100 * SimWorld.MS);

        assertThat(meanwhile)
                .hasSize(160)
                .allSatisfy(a -> {
                    assertThat(a.refusal).isNull();
                    assertThat(a.millis()).isBetween(0L, 50L);
                });
        assertThat(afterwards).hasSize(240).allSatisfy(a -> assertThat(a.refusal).isNull());
        for (SimNode node : world.nodes) {
            PeerStatus status = node.protocol().status();
            assertThat(status.membership().epoch()).isEqualTo(epoch);
            assertThat(status.suspected()).isEmpty();
            assertThat(status.ended()).isZero();
            assertThat(status.collisions()).isZero();
        }
        for (SimNode node : others) {
            assertThat(node.protocol().status().falseSuspicions()).isPositive();
        }
        // It heard nobody while it stood, and suspects nobody for that.
        assertThat(busy.protocol().status().suspicions()).isZero();
    }

    /** Every connection is looked for at each of these nodes, by both of its keys. */
    private static List<Answer> found(SimWorld world, SimLoad load, List<SimNode> nodes) {
        List<Answer> answers = new ArrayList<>();
        for (Connection c : load.believed()) {
            for (SimNode node : nodes) {
                Answer outside = new Answer(world);
                node.protocol().find(c.outside(), outside);
                Answer inside = new Answer(world);
                node.protocol().find(c.inside(), inside);
                answers.add(outside);
                answers.add(inside);
            }
        }
        return answers;
    }

    /** What a datagram that comes to this node finds. */
    private record Met(SimNode node, Connection flow, Answer answer) {}

    private static List<Connection> flows(SimWorld world, SimLoad load, int count) {
        for (int i = 0; i < count; i++) {
            load.open(world.nodes.get(i % world.nodes.size()), load.key(3 * i));
        }
        world.run(1_000 * SimWorld.MS);
        List<Connection> flows = List.copyOf(load.believed());
        assertThat(flows)
                .hasSize(count)
                .allMatch(flow -> flow.inside().protocol().equals(Protocol.UDP));
        return flows;
    }

    private static Met datagram(SimWorld world, SimLoad load, SimNode node, Connection flow) {
        Answer answer = new Answer(world);
        node.protocol().open(load.wish(flow.inside()), answer);
        return new Met(node, flow, answer);
    }

    private static void goesOnWithin(long millis, Met met) {
        assertThat(met.answer.refusal).isNull();
        assertThat(met.answer.millis()).isBetween(0L, millis);
        assertThat(met.node.at(met.answer.slot).connection.id()).isEqualTo(met.flow.id());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aKnownFlowGoesOnAtOnceThoughItsGateDiedAndNoStoreSaysSo(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 4, Limits.PORTS));
        world.start();
        SimLoad load = new SimLoad(world, 120, 1);
        List<Connection> flows = flows(world, load, 40);
        world.storeSilent = true;
        world.nodes.get((int) (seed % 4)).crash();
        world.run(20 * SimWorld.MS);
        List<Met> met = new ArrayList<>();
        for (SimNode node : world.nodes) {
            if (node.up()) {
                flows.forEach(flow -> met.add(datagram(world, load, node, flow)));
            }
        }
        world.run(3_500 * SimWorld.MS);
        // Those whose gate lives, but for which there is no port in hand, ask a moment later.
        assertThat(met).hasSize(120).allSatisfy(m -> goesOnWithin(150, m));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aKnownFlowGoesOnAsSoonAsItsGateIsSuspected(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 4, Limits.PORTS));
        world.start();
        SimLoad load = new SimLoad(world, 120, 1);
        List<Connection> flows = flows(world, load, 40);
        world.storeSilent = true;
        world.nodes.get((int) (seed % 4)).pause();
        List<Met> met = new ArrayList<>();
        for (SimNode node : world.nodes) {
            if (node.up()) {
                flows.forEach(flow -> met.add(datagram(world, load, node, flow)));
            }
        }
        world.run(3_500 * SimWorld.MS);
        assertThat(met).hasSize(120).allSatisfy(m -> goesOnWithin(200, m));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aKnownFlowDoesNotWaitForTheNewEpochNorUntilItIsSettled(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 4, Limits.PORTS));
        world.start();
        SimLoad load = new SimLoad(world, 300, 1);
        List<Connection> flows = flows(world, load, 100);
        Epoch before = world.nodes.getFirst().protocol().status().membership().epoch();
        world.nodes.get(3).crash();
        List<Met> met = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            world.run(20 * SimWorld.MS);
            met.add(datagram(world, load, world.nodes.get(i % 3), flows.get(i)));
        }
        world.run(3_500 * SimWorld.MS);
        assertThat(world.nodes.getFirst().protocol().status().membership().epoch())
                .isNotEqualTo(before);
        assertThat(met).allSatisfy(m -> goesOnWithin(150, m));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void opensStallForLessThanTwoSecondsAfterADeath(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
        world.start();
        SimLoad load = new SimLoad(world, 60, 1);
        world.nodes.get((int) (seed % 3)).crash();
        world.run(SimWorld.MS);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SimNode node = world.nodes.get(i % 3);
            if (node.up()) {
                Answer answer = new Answer(world);
                answers.add(answer);
                InsideKey key = load.key(i);
                node.protocol().open(load.wish(key), answer);
            }
        }
        world.run(4_000 * SimWorld.MS);
        assertThat(answers)
                .isNotEmpty()
                .allSatisfy(a -> {
                    assertThat(a.refusal).isNull();
                    assertThat(a.millis()).isBetween(0L, 2_000L);
                });
    }

    @Test
    void aLoneNodeOpensAloneAndActsForEver() {
        SimWorld world = new SimWorld(SimScenario.quiet(1, 1, 64));
        world.start();
        opened(world, 20);
        world.storeSilent = true;
        world.run(60_000 * SimWorld.MS);
        assertThat(world.nodes.getFirst().forwards()).isTrue();
        world.storeSilent = false;
        world.run(60_000 * SimWorld.MS);
        assertThat(world.nodes.getFirst().protocol().status().copies()).isZero();
    }

    @Test
    void twoNodesWithoutTheStoreActForEverAndOneOfThemNot() {
        SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 64));
        world.start();
        world.storeSilent = true;
        SimNode lonely = world.nodes.get(2);
        world.network.cut(lonely, world.nodes.get(0));
        world.network.cut(lonely, world.nodes.get(1));
        world.run(14_000 * SimWorld.MS);
        assertThat(lonely.forwards()).isTrue();
        world.run(2_000 * SimWorld.MS);
        assertThat(lonely.forwards()).isFalse();
        world.run(60_000 * SimWorld.MS);
        assertThat(world.nodes.get(0).forwards()).isTrue();
        assertThat(world.nodes.get(1).forwards()).isTrue();
    }

    @Test
    void aNodeThatOnlyTheStoreDoesNotHearRenewsThroughItsPeers() {
        SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 64));
        world.start();
        SimNode unheard = world.nodes.get(1);
        Epoch before = unheard.protocol().status().membership().epoch();
        unheard.reachesStore = false;
        world.run(30_000 * SimWorld.MS);
        PeerStatus status = unheard.protocol().status();
        assertThat(status.membership().epoch()).as("never put away").isEqualTo(before);
        assertThat(status.live()).isTrue();
        assertThat(status.relaysAsked()).isGreaterThan(50);
        assertThat(world.nodes)
                .filteredOn(node -> node != unheard)
                .allMatch(node -> node.protocol().status().relaysDone() > 20);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void portsThatCoolWhileTheStoreIsSilentAreSpentAgain(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 1_024));
        world.start();
        SimLoad load = new SimLoad(world, 240, 1);
        for (int i = 0; i < 120; i++) {
            load.open(world.nodes.get(i % 3), load.key(i));
        }
        world.run(1_000 * SimWorld.MS);
        List<Connection> finished =
                load.believed().stream()
                        .filter(c -> c.inside().protocol().equals(Protocol.TCP))
                        .toList();
        for (Connection c : finished) {
            SimNode carrier = world.nodes.get((c.inside().client().port() - 5_000) % 3);
            load.packet(carrier, c, true, 17);
            load.packet(carrier, c, false, 17);
        }
        world.run(200 * SimWorld.MS);
        world.storeSilent = true;
        world.run(15_000 * SimWorld.MS);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            InsideKey key = load.key(120 + i);
            if (key.protocol().equals(Protocol.TCP)) {
                Answer answer = new Answer(world);
                world.nodes.get(i % 3).protocol().open(load.wish(key), answer);
                answers.add(answer);
            }
        }
        world.run(4_000 * SimWorld.MS);
        assertThat(answers).hasSameSizeAs(finished).allSatisfy(a -> assertThat(a.refusal).isNull());
    }

    @Test
    void whatANodeOpensInTheMomentInWhichItIsCutOffOutlivesItsReturn() {
        int opened = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
            world.start();
            world.network.delayMs = 20;
            SimLoad load = new SimLoad(world, 30, 1);
            SimNode cut = world.nodes.get((int) (seed % 3));
            for (int i = 0; i < 30; i++) {
                load.open(cut, load.key(i));
            }
            world.run((seed % 30) * 4 * SimWorld.MS);
            for (SimNode node : world.nodes) {
                if (node != cut) {
                    world.network.cut(cut, node);
                }
            }
            world.network.breakAll(requireNonNull(cut.life()));
            cut.reachesStore = false;
            world.run(1_400 * SimWorld.MS);
            cut.reachesStore = true;
            world.network.heal();
            world.run(200 * SimWorld.MS);
            // While it is away its datagrams may open others for the same keys, which end.
            List<Connection> believed = List.copyOf(load.believed());
            for (Connection c : believed) {
                for (SimNode node : world.nodes) {
                    load.packet(node, c, true, 16);
                }
            }
            world.run(600 * SimWorld.MS);
            opened += believed.size();
            assertThat(world.tally.refusals)
                    .as("seed %d", seed)
                    .doesNotContainKey("find " + Keeping.Refusal.UNKNOWN_CONNECTION);
            Set<Connection> carried = new HashSet<>();
            for (SimNode node : world.nodes) {
                node.entries().forEach(entry -> carried.add(entry.connection));
            }
            assertThat(carried).as("seed %d", seed).containsAll(believed);
        }
        assertThat(opened).isGreaterThan(500);
    }

    /** Its word that a connection is open may be late where it is missed by routers already. */
    @Test
    void whatASilentNodeHasJustOpenedIsUnknownToNobody() {
        int opened = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SimWorld world = new SimWorld(SimScenario.quiet(seed, 3, 64));
            world.start();
            world.network.delayMs = 20;
            SimLoad load = new SimLoad(world, 30, 1);
            SimNode silent = world.nodes.get((int) (seed % 3));
            List<SimNode> others = world.nodes.stream().filter(node -> node != silent).toList();
            for (int i = 0; i < 30; i++) {
                load.open(silent, load.key(i));
            }
            world.run((seed % 30) * 4 * SimWorld.MS);
            others.forEach(node -> world.network.cut(silent, node));
            world.run(110 * SimWorld.MS);
            for (Connection c : load.believed()) {
                others.forEach(node -> load.packet(node, c, true, 16));
            }
            world.run(200 * SimWorld.MS);
            opened += load.believed().size();
            assertThat(world.tally.refusals)
                    .as("seed %d", seed)
                    .doesNotContainKey("find " + Keeping.Refusal.UNKNOWN_CONNECTION);
        }
        assertThat(opened).isGreaterThan(500);
    }

    /** A home is told again what it may have missed, but that takes as many turns as there is. */
    @Test
    void aSynByWhatIsOverDoesNotGoOnThoughItsHomeHasNotHeardOfTheEnd() {
        SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 1_024));
        world.start();
        SimLoad load = new SimLoad(world, 1_500, 1);
        SimNode carrier = world.nodes.getFirst();
        for (int i = 0; i < 1_500; i++) {
            load.open(carrier, load.key(i));
        }
        world.run(1_000 * SimWorld.MS);
        List<Connection> finished =
                load.believed().stream()
                        .filter(c -> c.inside().protocol().equals(Protocol.TCP))
                        .toList();
        assertThat(finished).hasSizeGreaterThan(900);
        List<SimNode> others = world.nodes.subList(1, 3);
        others.forEach(node -> world.network.cut(carrier, node));
        world.network.breakAll(requireNonNull(carrier.life()));
        world.run(10 * SimWorld.MS);
        for (Connection c : finished) {
            load.packet(carrier, c, true, 17);
            load.packet(carrier, c, false, 17);
        }
        world.network.heal();
        while (!others.stream().allMatch(node -> carrier.isUp(requireNonNull(node.life())))) {
            world.run(SimWorld.MS / 20);
        }
        List<Answer> answers = new ArrayList<>();
        for (Connection c : finished) {
            Answer answer = new Answer(world);
            load.beginsAnew(c.inside());
            carrier.protocol().open(load.wish(c.inside()), answer);
            answers.add(answer);
        }
        world.run(30 * SimWorld.MS);
        assertThat(answers)
                .extracting(answer -> answer.refusal)
                .containsOnly(Keeping.Refusal.ENDING);
    }

    @Test
    void aForgedResetNeitherEndsNorShortensAStreamThatGoesOn() {
        SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 64));
        world.start();
        SimLoad load = opened(world, 3);
        Connection tcp =
                load.believed().stream()
                        .filter(c -> c.inside().protocol().number() == 6)
                        .findFirst()
                        .orElseThrow();
        load.packet(world.nodes.get(1), tcp, false, 4);
        for (int i = 0; i < 100; i++) {
            world.run(500 * SimWorld.MS);
            load.packet(world.nodes.get(i % 3), tcp, i % 2 == 0, 16);
        }
        assertThat(world.tally.refusals).isEmpty();
        world.run(5_000 * SimWorld.MS);
        long carriers =
                world.nodes.stream()
                        .filter(n -> n.entries().stream().anyMatch(e -> e.connection.equals(tcp)))
                        .count();
        assertThat(carriers).as("once silent it is over within the closing time").isZero();
    }

    @Test
    void oneInsideKeyMetAtAllNodesAtOnceGetsOneMapping() {
        for (long seed = 1; seed <= 20; seed++) {
            SimWorld world = new SimWorld(SimScenario.quiet(seed, 5, 64));
            world.start();
            SimLoad load = new SimLoad(world, 10, 1);
            for (int i = 0; i < 10; i++) {
                for (SimNode node : world.nodes) {
                    load.open(node, load.key(i));
                }
            }
            world.run(2_000 * SimWorld.MS);
            assertThat(load.believed()).as("seed %d", seed).hasSize(10);
            assertThat(world.tally.refusals).as("seed %d", seed).isEmpty();
        }
    }
}
