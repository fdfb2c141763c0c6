package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.net.Ipv4;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that move while a node hears nothing of those who learn of it, in simulated time. */
class WhereaboutsTest {

    private final SimWorld world = new SimWorld(SimScenario.quiet(1, 3, 64));
    private SimNode seer;
    private SimNode stray;
    private Connection connection;

    @BeforeEach
    void start() {
        world.start();
        SimLoad load = new SimLoad(world, 10, 1);
        seer = world.nodes.getFirst();
        stray = world.nodes.getLast();
        seer.protocol().open(load.wish(load.key(1)), waiter());
        world.run(300 * SimWorld.MS);
        connection = seer.entries().getLast().connection;
        world.nodes.forEach(node -> node.protocol().find(connection.outside(), waiter()));
        world.run(300 * SimWorld.MS);
    }

    private static Keeping.Waiter waiter() {
        return new Keeping.Waiter() {
            @Override
            public void ready(int slot) {}

            @Override
            public void refused(Keeping.Refusal refusal) {
                throw new AssertionError(refusal);
            }
        };
    }

    private static ClientPath place(int number) {
        return new ClientPath(Optional.of(new Ipv4(0x0a630000 + number)), 7, 8);
    }

    private static SimCarriage.Entry entry(SimNode node, Connection connection) {
        return node.entries().stream()
                .filter(e ->
                        e.connection.equals(connection)
                                || e.connection.id().equals(connection.id()))
                .findFirst()
                .orElseThrow();
    }

    /** As the packets of a node show it, which go there from then on. */
    private void moves(SimNode at, int to) {
        if (!isAt(at, to)) {
            at.carriageMoved(connection.id(), place(to));
            at.protocol().moved(connection.id(), place(to));
        }
    }

    private boolean isAt(SimNode node, int place) {
        ClientPath path = entry(node, connection).connection.path();
        return path.tunnelEndpoint().equals(place(place).tunnelEndpoint());
    }

    /** What is said to it until there is another session is lost. */
    private void breakSessions() {
        world.network.breakAll(requireNonNull(stray.life()));
    }

    @Test
    void whoHeardNothingHearsWhereTheClientWentMeanwhile() {
        breakSessions();
        moves(seer, 1);
        world.run(500 * SimWorld.MS);
        assertThat(isAt(stray, 1)).isTrue();
    }

    @Test
    void aMoveSeenByWhoHeardNothingIsBelievedByAllThoughTheyKnowOfMore() {
        breakSessions();
        for (int place = 1; place <= 4; place++) {
            moves(seer, place);
        }
        for (int i = 0; i < 20; i++) {
            moves(stray, 5);
            world.run(50 * SimWorld.MS);
        }
        assertThat(world.nodes.stream().map(node -> entry(node, connection).connection.path()))
                .allMatch(path -> path.tunnelEndpoint().equals(place(5).tunnelEndpoint()));
    }
}
