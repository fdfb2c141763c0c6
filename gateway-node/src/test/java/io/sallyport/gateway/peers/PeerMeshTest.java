package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes over real sockets on loopback, with real threads and real time. */
class PeerMeshTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final SharedStore store = new SharedStore();
    private final List<MeshNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(MeshNode::kill);
    }

    private MeshNode node(int number) {
        MeshNode node = new MeshNode("node-" + number, freePort(), store);
        nodes.add(node);
        return node;
    }

    private static Endpoint freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Endpoint.parse("127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startThree() {
        for (int i = 1; i <= 3; i++) {
            node(i).start();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(nodes)
                                .allSatisfy(n -> {
                                    PeerStatus s = n.status();
                                    assertThat(s.settled()).isTrue();
                                    assertThat(s.suspected()).isEmpty();
                                    assertThat(s.membership().live()).hasSize(3);
                                }));
    }

    private static InsideKey key(int number) {
        return new InsideKey(
                7,
                Protocol.TCP,
                new Endpoint(new Ipv4(0x0a000005), 5_000 + number),
                new Endpoint(new Ipv4(0xcb007109), 443));
    }

    @Test
    void whatOneNodeOpensTheOthersFindAlsoAfterItsDeath() throws Exception {
        startThree();
        List<Connection> opened = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            opened.add(nodes.get(i % 3).open(key(i)));
        }
        assertThat(opened.stream().map(Connection::outside).distinct()).hasSize(30);
        nodes.get(0).kill();
        for (Connection connection : opened) {
            for (MeshNode survivor : nodes.subList(1, 3)) {
                assertThat(survivor.find(connection.outside())).isEqualTo(connection);
                assertThat(survivor.find(connection.inside())).isEqualTo(connection);
            }
        }
        // The store has not been told; it finds out, and opens go on.
        store.awayWhenSilent();
        Connection after = nodes.get(1).open(key(100));
        assertThat(nodes.get(2).find(after.outside())).isEqualTo(after);
    }

    @Test
    void aSecondOpenOfOneKeyAtAnotherNodeGetsTheSameConnection() throws Exception {
        startThree();
        List<CompletableFuture<Connection>> both = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            for (MeshNode node : nodes) {
                both.add(node.opening(key(i)));
            }
        }
        for (int i = 0; i < 60; i += 3) {
            Connection first = both.get(i).get(30, TimeUnit.SECONDS);
            assertThat(both.get(i + 1).get(30, TimeUnit.SECONDS)).isEqualTo(first);
            assertThat(both.get(i + 2).get(30, TimeUnit.SECONDS)).isEqualTo(first);
        }
    }

    @Test
    void aSynAtAnyNodeWithTheTupleOfAFinishedConnectionOpensAnother() throws Exception {
        startThree();
        for (int i = 0; i < 9; i++) {
            InsideKey key = key(i);
            Connection old = nodes.getFirst().open(key);
            for (MeshNode node : nodes) {
                assertThat(node.open(key)).as("a SYN that is said again").isEqualTo(old);
            }
            nodes.getFirst().finish(old);
            MeshNode met = nodes.get(i % 3);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(met.open(key)).isNotEqualTo(old));
            assertThatThrownBy(() -> met.find(old.outside()))
                    .hasMessageContaining("UNKNOWN_CONNECTION");
        }
    }

    @Test
    void whatIsOfAnEndedLifeOfItsEipEndsWhereverItIs() throws Exception {
        startThree();
        List<Connection> opened = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            opened.add(nodes.get(i % 3).open(key(i)));
        }
        nodes.forEach(MeshNode::endLives);
        for (Connection connection : opened) {
            for (MeshNode node : nodes) {
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThatThrownBy(() -> node.find(connection.outside()))
                                        .hasMessageContaining("UNKNOWN_CONNECTION"));
            }
        }
    }

    @Test
    void aClientsMoveIsKnownToAllWhoCarryItsConnection() throws Exception {
        startThree();
        for (int i = 0; i < 6; i++) {
            Connection opened = nodes.get(i % 3).open(key(i));
            MeshNode outward = nodes.get((i + 1) % 3);
            outward.find(opened.inside());
            nodes.get((i + 2) % 3).find(opened.outside());
            outward.moved(opened, path(i));
            awaitThere(opened, path(i));
            outward.moved(opened, opened.path());
            awaitThere(opened, opened.path());
        }
    }

    @Test
    void aCarrierThatCannotJudgeAMoveIsToldByOneThatCan() throws Exception {
        startThree();
        nodes.getLast().canProve();
        for (int i = 0; i < 6; i++) {
            Connection opened = nodes.get(i % 3).open(key(i));
            for (MeshNode node : nodes) {
                node.find(opened.inside());
            }
            nodes.getFirst().elsewhere(opened, path(i));
            awaitThere(opened, path(i));
        }
    }

    private static ClientPath path(int number) {
        return new ClientPath(Optional.of(new Ipv4(0x0a630000 + number)), 7, 8);
    }

    private void awaitThere(Connection connection, ClientPath path) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    for (MeshNode node : nodes) {
                        ClientPath known = node.find(connection.outside()).path();
                        assertThat(known.with(0)).isEqualTo(path.with(0));
                    }
                });
    }

    @Test
    void aNodeThatComesLaterIsAMemberAndHasItsShare() throws Exception {
        node(1).start();
        Connection alone = nodes.getFirst().open(key(1));
        node(2).start();
        node(3).start();
        await().atMost(PATIENCE).until(() -> nodes.get(2).status().settled());
        assertThat(nodes.get(2).find(alone.outside())).isEqualTo(alone);
    }

    @Test
    void whoLeavesTellsItsPeersOfTheEpochThatFollows() {
        startThree();
        store.hearOnlyLeaves();
        nodes.getLast().leave();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(nodes.subList(0, 2))
                                .allSatisfy(n -> {
                                    assertThat(n.status().membership().live()).hasSize(2);
                                    assertThat(n.status().settled()).isTrue();
                                }));
    }

    @Test
    void aStrangerGetsNotOneByteBack() throws Exception {
        startThree();
        Endpoint target = nodes.getFirst().listens();
        try (Socket socket = new Socket("127.0.0.1", target.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes("US-ASCII"));
            InputStream in = socket.getInputStream();
            assertThat(in.readAllBytes()).isEmpty();
        }
        assertThat(nodes.getFirst().open(key(1))).isNotNull();
    }

    @Test
    void aBusyAddressIsSaidByName() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint taken = Endpoint.parse("127.0.0.1:" + busy.getLocalPort());
            MeshNode node = new MeshNode("node-9", taken, store);
            nodes.add(node);
            assertThatThrownBy(node::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot listen for peers at " + taken);
        }
    }

    @Test
    void beforeTheJoinNothingIsOpenedAndNobodyActs() {
        MeshNode node = node(1);
        List<Keeping.Refusal> refusals = new ArrayList<>();
        node.keeping()
                .find(
                        key(1),
                        new Keeping.Waiter() {
                            @Override
                            public void ready(int slot) {
                                throw new AssertionError("found before the join");
                            }

                            @Override
                            public void refused(Keeping.Refusal refusal) {
                                refusals.add(refusal);
                            }
                        });
        assertThat(refusals).containsExactly(Keeping.Refusal.NOT_ACTING);
        assertThat(node.keeping().acting(System.nanoTime())).isFalse();
        assertThat(node.status()).isEqualTo(PeerStatus.BEFORE_JOIN);
    }
}
