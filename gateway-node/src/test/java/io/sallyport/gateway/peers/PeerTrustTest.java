package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real links between real ports; the younger life dials the older. */
class PeerTrustTest {

    private static final Authority AUTHORITY = Authority.found("blue");
    private static final Epoch EPOCH = new Epoch(1, 9);
    private static final Incarnation OLD = new Incarnation(3);
    private static final Incarnation YOUNG = new Incarnation(5);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path disk = Path.of("/");
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    /** Links, the thread that works for them, and what they told. */
    private final class Node implements PeerLinks.Listener, AutoCloseable {
        final Endpoint listen;
        final Trust trust;
        final List<String> told = new CopyOnWriteArrayList<>();
        private final PeerLinks links;
        private final ScheduledExecutorService worker =
                Executors.newSingleThreadScheduledExecutor();

        /**
         * @param said what it says that it is
         */
        Node(Trust trust, String said, Incarnation life) throws IOException {
            this(trust, said);
            begin(life);
        }

        /** Not a member yet. */
        Node(Trust trust, String said) throws IOException {
            this.trust = trust;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                listen = Endpoint.parse("127.0.0.1:" + free.getLocalPort());
            }
            links =
                    new PeerLinks(
                            trust, new NodeId(said), listen, worker::execute, System::nanoTime);
            links.listen();
            nodes.add(this);
            var unused =
                    worker.scheduleAtFixedRate(
                            () -> links.tend(System.nanoTime()), 5, 5, TimeUnit.MILLISECONDS);
        }

        void begin(Incarnation life) {
            worker.execute(() -> links.begin(life, this));
        }

        /** Until they can be greeted. */
        void approach(Member... members) throws Exception {
            CompletableFuture<Void> reached = new CompletableFuture<>();
            worker.execute(
                    () -> links.approach(List.of(members)).thenRun(() -> reached.complete(null)));
            reached.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void reach(Member... members) {
            worker.execute(() -> links.reach(new Membership(EPOCH, List.of(members))));
        }

        void send(Incarnation peer, Frame frame) {
            worker.execute(() -> links.send(peer, EPOCH, frame));
        }

        @Override
        public void up(Incarnation peer) {
            told.add("up " + peer.number());
        }

        @Override
        public void down(Incarnation peer) {
            told.add("down " + peer.number());
        }

        @Override
        public void received(Incarnation from, Epoch epoch, List<Frame> frames) {
            frames.forEach(frame -> told.add(from.number() + " says " + frame));
        }

        @Override
        public void close() {
            worker.shutdownNow();
            links.close();
        }
    }

    private Trust trust(Authority authority, String cluster, String id) {
        MemberName me = new MemberName(cluster, Role.NODE, id);
        return Trust.open(
                me, Optional.of(authority.issue(me, List.of(), disk.resolve(cluster + id))));
    }

    private Trust trust(String id) {
        return trust(AUTHORITY, "blue", id);
    }

    private static Member member(String node, Incarnation life, Endpoint peers) {
        return new Member(
                new NodeId(node),
                life,
                Member.Status.LIVE,
                "machine/boot",
                peers,
                Endpoint.parse("127.0.0.1:1"),
                new Epoch(1, life.number()),
                EPOCH,
                1,
                EPOCH,
                Set.of(),
                Map.of(),
                0);
    }

    private void refused(Node guard, Node guest, Refusal reason) {
        await().atMost(PATIENCE).until(() -> guard.trust.refusals().count(reason) >= 2);
        assertThat(guard.told).as("the guard").isEmpty();
        assertThat(guest.told).as("the guest").isEmpty();
    }

    @Test
    void nodesOfOneClusterTalk() throws IOException {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        Node young = new Node(trust("gw-2"), "gw-2", YOUNG);
        old.reach(member("gw-2", YOUNG, young.listen));
        young.reach(member("gw-1", OLD, old.listen));
        await().atMost(PATIENCE)
                .until(() -> old.told.contains("up 5") && young.told.contains("up 3"));
        young.send(OLD, new Frame.Heartbeat(7));
        old.send(YOUNG, new Frame.HeartbeatAck(7));
        await().atMost(PATIENCE)
                .until(() ->
                        old.told.contains("5 says " + new Frame.Heartbeat(7))
                                && young.told.contains("3 says " + new Frame.HeartbeatAck(7)));
        assertThat(old.trust.refusals().total() + young.trust.refusals().total()).isZero();
    }

    @Test
    void whoIsAboutToJoinHasProvedItselfByThenAndOnlyGreets() throws Exception {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        Node young = new Node(trust("gw-2"), "gw-2");
        young.approach(member("gw-1", OLD, old.listen));
        assertThat(old.told).as("before it has a life").isEmpty();
        assertThat(young.told).isEmpty();

        // It is told of nobody whom it could dial by now.
        young.begin(YOUNG);
        await().atMost(PATIENCE)
                .until(() -> old.told.contains("up 5") && young.told.contains("up 3"));
        young.send(OLD, new Frame.Heartbeat(7));
        await().atMost(PATIENCE).until(() -> old.told.contains("5 says " + new Frame.Heartbeat(7)));
        assertThat(old.trust.refusals().total() + young.trust.refusals().total()).isZero();
    }

    @Test
    void whoApproachesAnEmptyPlaceIsNotHeldUpByIt() throws Exception {
        Node young = new Node(trust("gw-2"), "gw-2");
        Endpoint nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = Endpoint.parse("127.0.0.1:" + free.getLocalPort());
        }
        young.approach(member("gw-1", OLD, nobody));
        assertThat(young.told).isEmpty();
    }

    @Test
    void whoSaysThatItIsAnotherNodeIsRefused() throws IOException {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        Node thief = new Node(trust("gw-9"), "gw-2", YOUNG);
        thief.reach(member("gw-1", OLD, old.listen));
        refused(old, thief, Refusal.OTHER_MEMBER);
    }

    @Test
    void whoGreetsWithTheLifeOfAnotherNodeIsRefused() throws IOException {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        old.reach(member("gw-2", YOUNG, old.listen));
        Node thief = new Node(trust("gw-9"), "gw-9", YOUNG);
        thief.reach(member("gw-1", OLD, old.listen));
        await().atMost(PATIENCE).until(() -> old.trust.refusals().count(Refusal.OTHER_MEMBER) >= 2);
        assertThat(old.told).isEmpty();
    }

    @Test
    void whoseLifeTurnsOutToBeAnothersLosesItsSession() throws IOException {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        Node thief = new Node(trust("gw-9"), "gw-9", YOUNG);
        thief.reach(member("gw-1", OLD, old.listen));
        await().atMost(PATIENCE).until(() -> old.told.contains("up 5"));
        old.reach(member("gw-2", YOUNG, old.listen));
        await().atMost(PATIENCE).until(() -> old.told.contains("down 5"));
    }

    @Test
    void whoDialsANodeAndMeetsAnotherTellsItNothing() throws IOException {
        Node old = new Node(trust("gw-9"), "gw-1", OLD);
        Node young = new Node(trust("gw-2"), "gw-2", YOUNG);
        young.reach(member("gw-1", OLD, old.listen));
        refused(young, old, Refusal.OTHER_MEMBER);
    }

    @Test
    void aStrangersClusterOrAuthorityIsRefused() throws IOException {
        Node old = new Node(trust("gw-1"), "gw-1", OLD);
        Node green = new Node(trust(AUTHORITY, "green", "gw-2"), "gw-2", YOUNG);
        green.reach(member("gw-1", OLD, old.listen));
        refused(green, old, Refusal.OTHER_CLUSTER);
        Node forged = new Node(trust(Authority.found("blue"), "blue", "gw-2"), "gw-2", YOUNG);
        forged.reach(member("gw-1", OLD, old.listen));
        refused(forged, old, Refusal.NOT_SIGNED);
        Node plain = new Node(Trust.plain("blue"), "gw-2", YOUNG);
        plain.reach(member("gw-1", OLD, old.listen));
        refused(old, plain, Refusal.NOT_TLS);
    }
}
