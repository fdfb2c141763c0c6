package io.sallyport.store.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.calls.Law;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.machine.ClusterCommand;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.trust.Trust;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrontServerTest {

    private static final Stores STORES =
            new Stores(
                    3,
                    List.of(
                            new StoreAddress(
                                    "store-1",
                                    Endpoint.parse("192.0.2.1:7100"),
                                    Endpoint.parse("192.0.2.1:7000"))));

    private final List<ClientCall> submitted = new ArrayList<>();
    private final ControlMachine control = new ControlMachine();
    private final LeaseMachine lease = new LeaseMachine(1, 1, 9);
    private final CatalogWatch watch = new CatalogWatch();
    private Endpoint listen = Endpoint.parse("127.0.0.1:1");
    private FrontServer server;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket()) {
            free.setReuseAddress(true);
            free.bind(new InetSocketAddress("127.0.0.1", 0));
            listen = Endpoint.parse("127.0.0.1:" + free.getLocalPort());
        }
        server =
                FrontServer.start(
                        "store-1",
                        Trust.plain("test"),
                        listen,
                        new StoreDesk() {
                            @Override
                            public int leaseGroups() {
                                return 1;
                            }

                            @Override
                            public Stores stores() {
                                return STORES;
                            }

                            @Override
                            public void check(int group, ClientCall call) {
                                (group == 0 ? control : lease).check(call);
                            }

                            @Override
                            public CompletableFuture<Answer> submit(int group, ClientCall call) {
                                submitted.add(call);
                                return CompletableFuture.completedFuture(
                                        new Answer.NotLeader(Optional.empty()));
                            }

                            @Override
                            public ControlMachine.View view() {
                                return control.view();
                            }

                            @Override
                            public OrphansPage orphans(int group, Optional<Orphan.Position> after) {
                                return lease.orphans(after);
                            }

                            @Override
                            public StoreStatus status() {
                                throw new AssertionError("nobody asks here");
                            }

                            @Override
                            public CompletableFuture<Answer> change(
                                    int group, Call.ChangeStores change) {
                                return CompletableFuture.completedFuture(
                                        new Answer.StoresNow(STORES));
                            }

                            @Override
                            public List<LeaseKey> wanted(Incarnation holder) {
                                return lease.wanted(holder, 10);
                            }
                        },
                        watch);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A client without our client's manners. */
    private final class Wire implements AutoCloseable {
        private final Socket socket = new Socket(listen.address().toInetAddress(), listen.port());
        private final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        private final DataInputStream in = new DataInputStream(socket.getInputStream());

        private Wire() throws IOException {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
        }

        private Wire say(long request, Call call) throws IOException {
            return say(0, request, call);
        }

        private Wire say(int group, long request, Call call) throws IOException {
            return say(Frames.encode(group, request, call));
        }

        private Wire say(byte[] frame) throws IOException {
            out.write(new WireWriter().i32(frame.length).raw(frame).toBytes());
            return this;
        }

        private Frames.Framed<Answer> hear() throws IOException {
            return Frames.decodeAnswer(in.readNBytes(in.readInt()));
        }

        private boolean ended() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Wire welcome() throws IOException {
        Wire wire = new Wire().say(0, new Call.Hello("test"));
        assertThat(wire.hear().body()).isEqualTo(new Answer.Welcome("store-1", 1, STORES));
        return wire;
    }

    @Test
    void everyQuestionIsAnsweredUnderItsNumber() throws IOException {
        try (Wire wire = welcome()) {
            wire.say(5, new Call.Members());
            assertThat(wire.hear())
                    .isEqualTo(
                            new Frames.Framed<Answer>(
                                    0, 5, new Answer.MembersNow(control.view().membership())));
            wire.say(1, 6, new Call.Orphans(Optional.empty()));
            assertThat(wire.hear().body()).isInstanceOf(Answer.OrphansNow.class);
            wire.say(7, new Call.CatalogAfter(-1, 60_000));
            assertThat(wire.hear().body()).isInstanceOf(Answer.CatalogNow.class);
            wire.say(8, new Call.CatalogAfter(100, 50));
            assertThat(wire.hear().request()).isEqualTo(8);
        }
    }

    @Test
    void aCommandThatMakesNoSenseNeverReachesTheLog() throws IOException {
        try (Wire wire = welcome()) {
            wire.say(9, new Call.Submit(ClientCall.of(1, 1, 1, Law.ALLOCATOR, new byte[] {99})));
            assertThat(wire.hear().body()).isInstanceOf(Answer.Bad.class);
            assertThat(submitted).isEmpty();
        }
    }

    @Test
    void whatOnlyTheLeaderSaysIsNotTakenFromAClient() throws IOException {
        byte[] forget = AllocatorCodec.encode(new AllocatorCommand.Forget(new Incarnation(1)));
        byte[] found = ClusterCommand.encode(new ClusterCommand.Found(5));
        byte[] learn =
                AllocatorCodec.encode(
                        new AllocatorCommand.Learn(9, Membership.EMPTY, List.of(), List.of()));
        try (Wire wire = welcome()) {
            wire.say(0, 1, new Call.Submit(ClientCall.of(1, 1, 1, Law.ALLOCATOR, forget)));
            assertThat(wire.hear().body()).isInstanceOf(Answer.Bad.class);
            wire.say(0, 2, new Call.Submit(ClientCall.of(1, 1, 1, Law.CLUSTER, found)));
            assertThat(wire.hear().body()).isInstanceOf(Answer.Bad.class);
            wire.say(1, 3, new Call.Submit(ClientCall.of(1, 1, 1, Law.ALLOCATOR, learn)));
            assertThat(wire.hear().body()).isInstanceOf(Answer.Bad.class);
            assertThat(submitted).isEmpty();
        }
    }

    @Test
    void aGroupThatIsNotThereEndsTheConnection() throws IOException {
        try (Wire wire = welcome()) {
            wire.say(2, 1, new Call.Members());
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void withoutAHelloNothingIsAnswered() throws IOException {
        try (Wire wire = new Wire().say(1, new Call.Members())) {
            assertThat(wire.hear().body()).isInstanceOf(Answer.Bad.class);
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void aFrameThatClaimsTooMuchEndsTheConnection() throws IOException {
        try (Wire wire = welcome()) {
            wire.out.writeInt(Integer.MAX_VALUE);
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void noiseEndsItsConnectionAndNoOther() throws IOException {
        long seed = 99;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Wire good = welcome()) {
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[1 + random.nextInt(40)];
                random.nextBytes(noise);
                try (Wire bad = welcome().say(noise)) {
                    assertThat(bad.ended()).isTrue();
                }
            }
            good.say(1, new Call.Members());
            assertThat(good.hear().request()).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> server.connections() == 0);
    }
}
