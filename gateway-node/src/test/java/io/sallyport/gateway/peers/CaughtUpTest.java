package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.Member;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From when on routers may send packets to a node that has joined. Simulated time. */
class CaughtUpTest {

    private static final int CONNECTIONS = 40;
    private static final int NODES = 3;

    private static final Duration LONG = Duration.ofMinutes(2);

    /** One question after the other, at a node that has to ask for all. */
    private static final long FOUND_NANOS = 50 * SimWorld.MS;

    /** In which nobody is silent for too long: what is looked for is there. */
    private static SimWorld world(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, NODES, 64));
        world.timeouts = new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG);
        return world;
    }

    private static SimLoad loaded(SimWorld world) {
        world.start();
        SimLoad load = new SimLoad(world, CONNECTIONS, 1);
        for (int i = 0; i < CONNECTIONS; i++) {
            load.open(world.nodes.get(i % NODES), load.key(i));
        }
        world.run(1_000 * SimWorld.MS);
        assertThat(load.believed()).hasSize(CONNECTIONS);
        return load;
    }

    /** What came of looking for every connection, by both of its keys. */
    private static List<String> found(SimWorld world, SimLoad load, SimNode at) {
        List<String> answers = new ArrayList<>();
        Keeping.Waiter waiter =
                new Keeping.Waiter() {
                    @Override
                    public void ready(int slot) {
                        answers.add("found");
                    }

                    @Override
                    public void refused(Keeping.Refusal refusal) {
                        answers.add(refusal.toString());
                    }
                };
        for (Connection c : load.believed()) {
            at.protocol().find(c.outside(), waiter);
            at.protocol().find(c.inside(), waiter);
        }
        world.run(FOUND_NANOS);
        return answers;
    }

    private static void runUntilLive(SimWorld world, SimNode node) {
        for (int i = 0; i < 5_000; i++) {
            if (node.life() != null && node.protocol().status().live()) {
                return;
            }
            world.run(SimWorld.MS);
        }
        throw new AssertionError(node.id + " does not join");
    }

    private static void runUntilCaughtUp(SimWorld world, SimNode node) {
        for (int i = 0; i < 5_000 && !node.protocol().status().caughtUp(); i++) {
            world.run(SimWorld.MS);
        }
        assertThat(node.protocol().status().caughtUp()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoHasJoinedHasNobodyToAskAndIsNotCaughtUpUntilItFindsAll(long seed) {
        SimWorld world = world(seed);
        SimLoad load = loaded(world);
        SimNode back = world.nodes.get((int) (seed % NODES));
        back.crash();
        world.run(3_000 * SimWorld.MS);
        back.start();

        runUntilLive(world, back);
        assertThat(back.protocol().status().caughtUp()).isFalse();
        assertThat(back.protocol().status().suspected()).hasSize(NODES - 1);
        runUntilCaughtUp(world, back);
        assertThat(found(world, load, back)).hasSize(2 * CONNECTIONS).containsOnly("found");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoIsCaughtUpStaysSoWhileLaterEpochsAreSettled(long seed) {
        SimWorld world = world(seed);
        SimLoad load = loaded(world);
        world.nodes.get((int) (seed % NODES)).crash();
        boolean unsettled = false;
        for (int i = 0; i < 3_000; i++) {
            world.run(SimWorld.MS);
            for (SimNode node : world.nodes) {
                if (node.up()) {
                    unsettled |= !node.protocol().status().settled();
                    assertThat(node.protocol().status().caughtUp()).isTrue();
                }
            }
        }
        assertThat(unsettled).as("an epoch began").isTrue();
        assertThat(load.believed()).hasSize(CONNECTIONS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoWasAwayHasToCatchUpAgain(long seed) {
        SimWorld world = world(seed);
        SimLoad load = loaded(world);
        SimNode stopped = world.nodes.get((int) (seed % NODES));
        SimNode other = world.nodes.get((int) ((seed + 1) % NODES));
        Incarnation life = requireNonNull(stopped.life());
        stopped.pause();
        world.run(3_000 * SimWorld.MS);
        assertThat(other.protocol().status().membership().member(life).map(Member::status))
                .contains(Member.Status.AWAY);
        stopped.resume();

        boolean away = false;
        for (int i = 0; i < 3_000; i++) {
            world.run(SimWorld.MS);
            PeerStatus status = stopped.protocol().status();
            away |= !status.live();
            assertThat(status.caughtUp() && !status.live()).isFalse();
        }
        assertThat(away).isTrue();
        runUntilCaughtUp(world, stopped);
        assertThat(found(world, load, stopped)).hasSize(2 * CONNECTIONS).containsOnly("found");
    }
}
