package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.GatewayId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says that a gateway was silent. */
class SilencesTest {

    private static final int NODES = 3;
    private static final long SECOND = 1_000 * SimWorld.MS;
    private static final GatewayId GATEWAY = new GatewayId("nat-0123456789abcdef0");

    private record Told(int node, IdleWindow silence) {}

    private final List<Told> told = new ArrayList<>();

    private static SimWorld world(long seed) {
        SimWorld world = new SimWorld(SimScenario.quiet(seed, NODES, 256));
        world.start();
        world.run(20 * SECOND);
        return world;
    }

    /** A window that ends now and began so many seconds ago. */
    private void say(SimNode node, long end, int seconds) {
        node.protocol()
                .silent(
                        List.of(new IdleWindow(1, GATEWAY, end - seconds, end)),
                        end,
                        silence -> told.add(new Told(node.number, silence)));
    }

    @Test
    void whatAllSayOneTellsAndNotAlwaysTheSameOne() {
        SimWorld world = world(1);
        for (int end = 1000; end < 1060; end++) {
            for (SimNode node : world.nodes) {
                say(node, end, 5);
            }
        }
        world.run(SECOND);
        assertThat(told.stream().map(it -> it.silence().endSeconds()))
                .hasSize(60)
                .doesNotHaveDuplicates();
        assertThat(told.stream().map(Told::node).distinct()).hasSize(NODES);
    }

    @Test
    void whatOneDoesNotSayNobodyTells() {
        SimWorld world = world(2);
        for (int end = 1000; end < 1060; end++) {
            for (SimNode node : world.nodes) {
                if (end % NODES != node.number) {
                    say(node, end, 5);
                }
            }
        }
        world.run(SECOND);
        assertThat(told).isEmpty();
    }

    @Test
    void itIsToldFromWhenTheLastBeganToLook() {
        SimWorld world = world(3);
        say(world.nodes.get(0), 1000, 5);
        say(world.nodes.get(1), 1000, 2);
        say(world.nodes.get(2), 1000, 7);
        world.run(SECOND);
        assertThat(told.stream().map(Told::silence))
                .containsExactly(new IdleWindow(1, GATEWAY, 998, 1000));
    }

    @Test
    void windowsInWhichAMemberDiedNobodyTellsAndLaterOnesTheOthersDo() {
        SimWorld world = world(4);
        world.nodes.get(1).crash();
        List<SimNode> others = List.of(world.nodes.get(0), world.nodes.get(2));
        int end = 1000;
        while (told.isEmpty() && end < 1200) {
            end++;
            for (SimNode node : others) {
                say(node, end, 5);
            }
            world.run(SECOND);
        }
        // The dead one may have seen a packet as long as it may have lived.
        assertThat(end).isBetween(1008, 1199);
        for (SimNode node : others) {
            say(node, end, 60);
        }
        for (int later = end + 1; later < end + 11; later++) {
            for (SimNode node : others) {
                say(node, later, 5);
            }
        }
        world.run(SECOND);
        assertThat(told).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7})
    void noWindowIsToldTwiceWhileMembersComeAndGo(long seed) {
        SimWorld world = world(seed);
        Random random = new Random(seed);
        for (int end = 1000; end < 1100; end++) {
            if (random.nextInt(20) == 0) {
                SimNode node = world.nodes.get(random.nextInt(NODES));
                if (node.up()) {
                    node.crash();
                } else {
                    node.start();
                }
            }
            for (SimNode node : world.nodes) {
                if (node.up()) {
                    say(node, end, 1);
                }
                world.run(random.nextLong(SECOND / NODES));
            }
        }
        world.run(SECOND);
        assertThat(told.stream().map(it -> it.silence().endSeconds()))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }
}
