package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.connections.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes tell each other of where a TCP stream is, in simulated time. */
class StreamNumbersTest {

    private static final Numbers BEGUN = Numbers.afterSyn(77);
    private static final Numbers LATER = new Numbers(true, -5, true, 1 << 31);
    private static final int SYN = 2;
    private static final int FIN_ACK = 17;
    private static final int ACK = 16;

    private final SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 64));
    private SimLoad load = new SimLoad(world, 10, 1);
    private final List<Keeping.Refusal> refusals = new ArrayList<>();
    private int installed;

    @BeforeEach
    void start() {
        world.start();
        load = new SimLoad(world, 10, 1);
    }

    /** A TCP connection that is open at one node, and found at others. */
    private Connection open(SimNode at, Numbers numbers) {
        Wish wish = load.wish(load.key(1));
        Wish numbered =
                new Wish(
                        wish.gateway(),
                        wish.tenant(),
                        wish.inside(),
                        wish.eip(),
                        wish.poolGeneration(),
                        wish.copies(),
                        wish.path(),
                        numbers);
        at.protocol().open(numbered, waiter());
        world.run(300 * SimWorld.MS);
        assertThat(installed).isEqualTo(1);
        return at.entries().getLast().connection;
    }

    private Keeping.Waiter waiter() {
        return new Keeping.Waiter() {
            @Override
            public void ready(int slot) {
                installed++;
            }

            @Override
            public void refused(Keeping.Refusal refusal) {
                refusals.add(refusal);
            }
        };
    }

    private SimCarriage.Entry entry(SimNode node, Connection connection) {
        return node.entries().stream()
                .filter(e -> e.connection.equals(connection))
                .findFirst()
                .orElseThrow();
    }

    private void find(Connection connection, List<SimNode> nodes) {
        nodes.forEach(node -> node.protocol().find(connection.outside(), waiter()));
        world.run(300 * SimWorld.MS);
    }

    private void packets(Connection connection, SimNode node, int millis) {
        for (int i = 0; i < millis; i += 100) {
            load.packet(node, connection, i % 200 == 0, ACK);
            world.run(100 * SimWorld.MS);
        }
    }

    private List<SimNode> others(SimNode node) {
        return world.nodes.stream().filter(n -> n != node).toList();
    }

    private long carriers(Connection connection) {
        return world.nodes.stream()
                .filter(n -> n.entries().stream().anyMatch(e -> e.connection.equals(connection)))
                .count();
    }

    @Test
    void whoeverKeepsAConnectionKnowsItsFirstNumberBeforeItsFirstPacket() {
        SimNode opener = world.nodes.getFirst();
        Connection connection = open(opener, BEGUN);
        assertThat(entry(opener, connection).numbers).isEqualTo(BEGUN);
        opener.crash();
        find(connection, others(opener));
        for (SimNode survivor : others(opener)) {
            assertThat(entry(survivor, connection).numbers).isEqualTo(BEGUN);
        }
    }

    @Test
    void aSurvivorKnowsWhereTheStreamWasWhenItsCarrierToldLast() {
        SimNode carrier = world.nodes.getFirst();
        Connection connection = open(carrier, BEGUN);
        entry(carrier, connection).numbers = LATER;
        packets(connection, carrier, 4_000);
        SimNode asker = others(carrier).getFirst();
        find(connection, List.of(asker));
        assertThat(entry(asker, connection).numbers).isEqualTo(LATER);
        entry(asker, connection).numbers = Numbers.NONE;
        packets(connection, carrier, 3_000);
        carrier.crash();
        SimNode last = others(carrier).getLast();
        find(connection, List.of(last));
        assertThat(entry(last, connection).numbers)
                .as("what the other does not know does not undo it")
                .isEqualTo(LATER);
    }

    @Test
    void anEndThatItsCarrierCannotJudgeCountsWhereAnotherCan() {
        SimNode seer = world.nodes.getFirst();
        Connection connection = open(seer, BEGUN);
        find(connection, world.nodes);
        world.nodes.forEach(node -> entry(node, connection).numbers = Numbers.NONE);
        SimNode knower = world.nodes.getLast();
        entry(knower, connection).numbers = LATER;
        load.packet(knower, connection, true, ACK);
        load.packet(knower, connection, false, ACK);

        seer.protocol().endClaimed(connection.id(), false, LATER.nextIn() + 1, true);
        for (int i = 0; i < 8; i++) {
            // A node that meets none of its packets may let it go.
            world.nodes.forEach(node -> load.packet(node, connection, true, ACK));
            world.run(500 * SimWorld.MS);
        }
        assertThat(carriers(connection)).as("a stranger's").isEqualTo(3);

        load.packet(knower, connection, true, ACK);
        seer.protocol().endClaimed(connection.id(), false, LATER.nextIn(), true);
        world.run(4_000 * SimWorld.MS);
        assertThat(carriers(connection)).as("the stream's").isZero();
    }

    @Test
    void anEndIsAskedAboutASecondTimeWhenTheLastAcknowledgementsHaveCome() {
        SimNode seer = world.nodes.getFirst();
        Connection connection = open(seer, BEGUN);
        find(connection, world.nodes);
        world.nodes.forEach(node -> entry(node, connection).numbers = Numbers.NONE);
        load.packet(seer, connection, false, ACK);
        seer.protocol().endClaimed(connection.id(), false, LATER.nextIn(), true);
        world.run(100 * SimWorld.MS);
        entry(world.nodes.getLast(), connection).numbers = LATER;
        world.run(4_000 * SimWorld.MS);
        assertThat(carriers(connection)).isZero();
    }

    /** What was adopted there a node does not tell, and so it knows nothing to tell. */
    @Test
    void whatStrangersMadeOfAStreamIsRememberedByNobodyAndEndsNothing() {
        SimNode carrier = world.nodes.getFirst();
        Connection connection = open(carrier, BEGUN);
        find(connection, world.nodes);
        entry(carrier, connection).numbers = LATER;
        packets(connection, carrier, 200);
        assertThat(carrier.protocol().numbers(connection.id())).isEqualTo(LATER);

        entry(carrier, connection).numbers = Numbers.NONE;
        packets(connection, carrier, 3_000);
        assertThat(carrier.protocol().numbers(connection.id()))
                .as("what was known stays known")
                .isEqualTo(LATER);
        for (SimNode node : world.nodes) {
            for (boolean outward : new boolean[] {true, false}) {
                node.protocol().endClaimed(connection.id(), outward, 4711, true);
                node.protocol().endClaimed(connection.id(), outward, 4711, false);
            }
        }
        packets(connection, carrier, 12_000);
        assertThat(carriers(connection)).isEqualTo(3);
    }

    @Test
    void aSynEndsNoConnectionOfWhichOneSideIsStillInUse() {
        SimNode carrier = world.nodes.getFirst();
        Connection connection = open(carrier, BEGUN);
        load.packet(carrier, connection, true, SYN);
        load.packet(carrier, connection, false, FIN_ACK);
        packets(connection, carrier, 500);
        for (SimNode node : world.nodes) {
            installed = 0;
            node.protocol().open(load.wish(connection.inside()), waiter());
            world.run(300 * SimWorld.MS);
            assertThat(installed).as("it goes on").isEqualTo(1);
            world.run(700 * SimWorld.MS); // all are asked once in 0.9 s
        }
        assertThat(refusals).isEmpty();
        packets(connection, carrier, 2_000);
        assertThat(entry(carrier, connection).stopped).isFalse();

        load.packet(carrier, connection, true, FIN_ACK);
        world.nodes.getLast().protocol().open(load.wish(connection.inside()), waiter());
        world.run(300 * SimWorld.MS);
        assertThat(refusals).as("both are through").containsExactly(Keeping.Refusal.ENDING);
        assertThat(carriers(connection)).isZero();
    }
}
