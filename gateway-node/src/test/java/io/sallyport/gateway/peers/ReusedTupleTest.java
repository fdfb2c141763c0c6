package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.Numbers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client uses its tuple again while the carriers that met the old stream's end cannot say so: its
 * SYN must not pass by the old mapping, which ends when they can. Simulated time.
 */
class ReusedTupleTest {

    private static final int CONNECTIONS = 90;
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final long SECOND = 1_000 * SimWorld.MS;

    /**
     * @param outward who met the client's FIN: the node that the SYN comes to (0), or one of those
     *     who cannot be heard
     */
    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "3,0", "1,2", "2,2", "3,2"})
    void aSynOfAFinishedStreamDoesNotPassByItsMapping(long seed, int outward) {
        Clients clients = new Clients(seed);
        SimNode client = clients.world.nodes.get(outward);
        for (Connection c : clients.old) {
            clients.load.packet(clients.remote, c, false, SYN | ACK);
            clients.load.packet(client, c, true, ACK);
        }
        // Homes hear of a handshake after a quarter of the time that half open ones have.
        clients.world.run(10 * SECOND);
        clients.whileNobodyHears(
                client,
                c -> {
                    clients.load.packet(clients.remote, c, false, FIN | ACK);
                    clients.load.packet(client, c, true, FIN | ACK);
                });
        clients.theTuplesAreUsedAnew();
    }

    /**
     * The remote's answer came when the client had given up: it was reset, and all that others know
     * of the stream is its SYN.
     */
    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,1", "1,2", "2,2", "3,2"})
    void norDoesOneOfAStreamThatWasGivenUpBeforeItWasAnswered(long seed, int outward) {
        Clients clients = new Clients(seed);
        SimNode client = clients.world.nodes.get(outward);
        for (Connection c : clients.old) {
            clients.load.packet(clients.remote, c, true, SYN);
            clients.load.packet(client, c, true, SYN);
        }
        clients.world.run(2 * SECOND);
        clients.whileNobodyHears(
                client,
                c -> {
                    clients.load.packet(clients.remote, c, false, SYN | ACK);
                    clients.load.packet(client, c, true, RST);
                });
        clients.theTuplesAreUsedAnew();
    }

    /** The same of one that nobody answered: whoever opens anew needs none of its timers. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatNobodyAnsweredIsGivenUpForAnotherSyn(long seed) {
        Clients clients = new Clients(seed);
        clients.world.run(SECOND);
        clients.theTuplesAreUsedAnew();
    }

    /** Whoever says it again is forwarded at once, also where its home cannot be asked. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aSynThatIsSaidAgainNeedsNobodysWord(long seed) {
        Clients clients = new Clients(seed);
        clients.world.nodes.forEach(node -> clients.world.network.cut(clients.asker, node));
        for (Connection c : clients.old) {
            clients.syn(c.inside());
            assertThat(clients.ready.get(c.inside())).isEqualTo(c.id());
        }
    }

    /** Segments that do not fit a record are no life: it would end under its stream. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRecordHasTheNumbersOfTheStreamWhoseSynLeaves(long seed) {
        Clients clients = new Clients(seed);
        List<InsideKey> keys =
                IntStream.range(CONNECTIONS, 2 * CONNECTIONS)
                        .filter(i -> i % 3 != 0)
                        .mapToObj(clients.load::key)
                        .toList();
        clients.world.nodes.forEach(node -> clients.world.network.cut(clients.asker, node));
        keys.forEach(clients::syn);
        clients.world.run(SECOND / 2);
        keys.forEach(clients.load::beginsAnew);
        clients.met.clear();
        keys.forEach(clients::syn);
        clients.world.run(SECOND / 2);
        clients.world.network.heal();
        clients.world.run(3 * SECOND);
        for (int again = 0; again < 3; again++) {
            keys.stream().filter(key -> !clients.met.containsKey(key)).forEach(clients::syn);
            clients.world.run(3 * SECOND);
        }
        for (InsideKey key : keys) {
            assertThat(clients.met.get(key)).isEqualTo(clients.load.wish(key).numbers());
        }
    }

    /** One direction has ended, so that each SYN is asked about anew; the other still talks. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void synsThatSomebodyMadeUpStopAStreamOnceInASecond(long seed) {
        Clients clients = new Clients(seed);
        for (Connection c : clients.old) {
            clients.load.packet(clients.remote, c, false, SYN | ACK);
            clients.load.packet(clients.asker, c, true, FIN | ACK);
        }
        clients.world.run(10 * SECOND);
        Connection stream = clients.old.getFirst();
        long before = clients.stops();
        for (int tenth = 0; tenth < 30; tenth++) {
            clients.load.beginsAnew(stream.inside());
            clients.syn(stream.inside());
            clients.world.run(SECOND / 10);
        }
        assertThat(clients.stops() - before).isBetween(1L, 4L);
    }

    /** A client for each connection, and what they have met. */
    private static final class Clients {
        final Map<InsideKey, ConnectionId> ready = new HashMap<>();

        /** Of the record that the last SYN met. */
        final Map<InsideKey, Numbers> met = new HashMap<>();

        final SimWorld world;
        final SimLoad load;
        final List<Connection> old;

        /** Their SYNs come to it. */
        final SimNode asker;

        /** The remote's packets come to it. */
        final SimNode remote;

        Clients(long seed) {
            world = new SimWorld(SimScenario.quiet(seed, 3, 256));
            world.timeouts = Timeouts.DEFAULT;
            world.start();
            asker = world.nodes.getFirst();
            remote = world.nodes.get(1);
            load = new SimLoad(world, CONNECTIONS, 1);
            for (int i = 0; i < CONNECTIONS; i++) {
                if (i % 3 != 0) { // TCP
                    load.open(asker, load.key(i));
                }
            }
            world.run(SECOND);
            old = List.copyOf(load.believed());
            assertThat(old).hasSize(CONNECTIONS * 2 / 3);
        }

        /** What the two carriers meet then, they alone know of; and the tuple's next SYN comes. */
        void whileNobodyHears(SimNode client, Consumer<Connection> packets) {
            for (SimNode other : world.nodes) {
                world.network.cut(remote, other);
                world.network.cut(client, other);
            }
            world.run(SECOND / 10);
            old.forEach(packets);
            world.run(SECOND / 50);
            old.forEach(c -> load.beginsAnew(c.inside()));
            old.forEach(c -> syn(c.inside()));
            world.run(SECOND / 10);
            world.network.heal();
            world.run(20 * SECOND);
            noneHasPassed();
        }

        void theTuplesAreUsedAnew() {
            old.forEach(c -> load.beginsAnew(c.inside()));
            for (int again = 0; again < 3; again++) {
                old.stream()
                        .map(Connection::inside)
                        .filter(k -> !ready.containsKey(k))
                        .forEach(this::syn);
                world.run(3 * SECOND);
            }
            assertThat(ready).hasSize(old.size());
            noneHasPassed();
        }

        void noneHasPassed() {
            for (Connection c : old) {
                assertThat(ready.get(c.inside())).as("%s", c.inside()).isNotEqualTo(c.id());
            }
        }

        /** Ends that were called off. */
        long stops() {
            return world.nodes.stream()
                    .mapToLong(node -> node.protocol().status().endsCalledOff())
                    .sum();
        }

        void syn(InsideKey key) {
            asker.protocol()
                    .open(
                            load.wish(key),
                            new Keeping.Waiter() {
                                @Override
                                public void ready(int slot) {
                                    ConnectionId id = asker.at(slot).connection.id();
                                    ready.put(key, id);
                                    met.put(key, asker.at(slot).numbers);
                                    asker.packet(id, true, SYN);
                                }

                                @Override
                                public void refused(Keeping.Refusal why) {}
                            });
        }
    }
}
