package io.sallyport.store.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.TestCommands;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.trust.Trust;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The client against stores that follow a script. */
class NettyStoreClientTest {

    private static final int LEASE_GROUPS = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Answer DONE =
            new Answer.Result(AllocatorCodec.encode(new AllocatorResult.Done()));

    /** A store of the test's own, whose n-th call gets the n-th reply of a script. */
    private static final class ScriptedStore implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<ClientCall> calls = new CopyOnWriteArrayList<>();
        private final List<Integer> groups = new CopyOnWriteArrayList<>();
        private final Function<Integer, Reply> script;
        private volatile Stores stores = new Stores(-1, List.of());

        private ScriptedStore(Function<Integer, Reply> script) throws IOException {
            this.script = script;
            Thread.ofVirtual().start(this::accept);
        }

        private Endpoint endpoint() {
            return new Endpoint(IpAddress.parse("127.0.0.1"), server.getLocalPort());
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        /** A result stands for one command: as many of it as there are commands. */
        private static Reply forEach(ClientCall call, Reply reply) {
            return reply instanceof Reply.Say(Answer.Result(byte[] result))
                    ? say(
                            new Answer.Result(
                                    Bundle.of(Collections.nCopies(call.each().size(), result))))
                    : reply;
        }

        private void serve(Socket socket) {
            try (socket) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                while (true) {
                    var frame = Frames.decodeCall(in.readNBytes(in.readInt()));
                    Reply reply = say(new Answer.Welcome("scripted", LEASE_GROUPS, stores));
                    if (frame.body() instanceof Call.Submit(ClientCall call)) {
                        calls.add(call);
                        groups.add(frame.group());
                        reply = forEach(call, script.apply(calls.size()));
                    } else if (frame.body() instanceof Call.Members) {
                        reply = say(new Answer.MembersNow(Membership.EMPTY));
                    }
                    switch (reply) {
                        case Reply.Say(Answer answer) -> {
                            byte[] bytes = Frames.encode(0, frame.request(), answer);
                            out.write(new WireWriter().i32(bytes.length).raw(bytes).toBytes());
                        }
                        case Reply.Nothing() -> {}
                        case Reply.HangUp() -> {
                            return;
                        }
                    }
                }
            } catch (IOException closed) {
                // The client went away; the test looks at what it got.
                assertThat(closed).isNotNull();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private sealed interface Reply {
        record Say(Answer answer) implements Reply {}

        record Nothing() implements Reply {}

        record HangUp() implements Reply {}
    }

    private static Reply say(Answer answer) {
        return new Reply.Say(answer);
    }

    private static Answer leads(String id, ScriptedStore store) {
        return new Answer.NotLeader(
                Optional.of(new StoreAddress(id, store.endpoint(), store.endpoint())));
    }

    @Test
    void aBrokenConnectionIsFollowedByTheSameCallAgain() throws IOException {
        try (ScriptedStore store = new ScriptedStore(n -> n < 3 ? new Reply.HangUp() : say(DONE));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            assertThat(client.submit(TestCommands.join("gw-1"), DEADLINE).join())
                    .isEqualTo(new Outcome.Done<>(new AllocatorResult.Done()));
            assertThat(store.calls).hasSize(3);
            assertThat(store.calls).extracting(ClientCall::sequence).containsOnly(1L);
            assertThat(store.calls).extracting(ClientCall::client).hasSize(3).doesNotContainNull();
        }
    }

    @Test
    void aStoreThatAnswersNothingIsLeftForTheNext() throws IOException {
        try (ScriptedStore stuck = new ScriptedStore(n -> new Reply.Nothing());
                ScriptedStore good = new ScriptedStore(n -> say(DONE));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", stuck.endpoint(), "store-2", good.endpoint()),
                                Trust.plain("test"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.submit(TestCommands.join("gw-1"), DEADLINE).join())
                        .isInstanceOf(Outcome.Done.class);
            }
            assertThat(stuck.calls.size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void theHintIsFollowed() throws IOException {
        try (ScriptedStore leader = new ScriptedStore(n -> say(DONE));
                ScriptedStore follower = new ScriptedStore(n -> say(leads("b", leader)));
                StoreClient client =
                        StoreClients.connect(
                                Map.of(
                                        "a", follower.endpoint(),
                                        "b", leader.endpoint(),
                                        "c", follower.endpoint()),
                                Trust.plain("test"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.submit(TestCommands.join("gw-1"), DEADLINE).join())
                        .isInstanceOf(Outcome.Done.class);
            }
            assertThat(leader.calls).hasSize(5);
            assertThat(follower.calls.size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aRenewIsSentOnceAndThenUnknown() throws IOException {
        try (ScriptedStore store = new ScriptedStore(n -> new Reply.HangUp());
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            assertThat(client.submit(TestCommands.renew(new Incarnation(1)), DEADLINE).join())
                    .isInstanceOf(Outcome.Unknown.class);
            assertThat(store.calls).hasSize(1);
        }
    }

    @Test
    void aRenewThatNobodyTookGoesToTheLeader() throws IOException {
        Answer renewed =
                new Answer.Result(
                        AllocatorCodec.encode(
                                new AllocatorResult.Renewed(
                                        new Membership(new Epoch(1, 1), List.of()))));
        try (ScriptedStore leader = new ScriptedStore(n -> say(renewed));
                ScriptedStore follower = new ScriptedStore(n -> say(leads("b", leader)));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("a", follower.endpoint(), "b", leader.endpoint()),
                                Trust.plain("test"))) {
            assertThat(client.submit(TestCommands.renew(new Incarnation(1)), DEADLINE).join())
                    .isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void silenceUntilTheDeadlineIsUnknownAndNeverANo() throws IOException {
        try (ScriptedStore store = new ScriptedStore(n -> new Reply.Nothing());
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            assertThat(client.submit(TestCommands.join("gw-1"), Duration.ofMillis(300)).join())
                    .isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void withoutALeaderItIsADefiniteNo() throws IOException {
        try (ScriptedStore store =
                        new ScriptedStore(n -> say(new Answer.NotLeader(Optional.empty())));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            // Now and then the deadline falls between a question and its answer: that is unknown.
            await().atMost(DEADLINE)
                    .until(() ->
                            client.submit(TestCommands.join("gw-1"), Duration.ofMillis(200)).join()
                                            instanceof Outcome.Refused<AllocatorResult> refused
                                    && refused.reason().contains("does not lead"));
            assertThat(store.calls.size()).isGreaterThan(1);
        }
    }

    @Test
    void aDoubtfulAttemptStaysDoubtfulThoughTheNextWasRefused() throws IOException {
        try (ScriptedStore store =
                        new ScriptedStore(n ->
                                n == 1
                                        ? say(new Answer.Again("stepped down"))
                                        : say(new Answer.NotLeader(Optional.empty())));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            assertThat(client.submit(TestCommands.join("gw-1"), Duration.ofMillis(300)).join())
                    .isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void theFloorIsTheOldestCallThatIsStillOpen() throws IOException {
        try (ScriptedStore store =
                        new ScriptedStore(n -> n == 2 ? new Reply.Nothing() : say(DONE));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            client.submit(TestCommands.join("gw-1"), DEADLINE).join();
            var open = client.submit(TestCommands.join("gw-2"), DEADLINE);
            await().atMost(DEADLINE).until(() -> store.calls.size() == 2);
            client.submit(TestCommands.join("gw-3"), DEADLINE).join();
            assertThat(store.calls).extracting(ClientCall::floor).startsWith(1L, 2L, 2L);
            open.join();
        }
    }

    private static AllocatorCommand.Acquire acquire(int remotePort) {
        Destination destination =
                new Destination(Protocol.TCP, IpAddress.parse("2001:db8::1"), remotePort);
        LeaseKey key = new LeaseKey(IpAddress.parse("2001:db8::2"), 1, destination);
        return new AllocatorCommand.Acquire(new Incarnation(1), key, 1, new Epoch(1, 5));
    }

    @Test
    void leasesGoToTheGroupOfTheirDestination() throws IOException {
        try (ScriptedStore store = new ScriptedStore(n -> say(DONE));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            for (int port = 1; port <= 20; port++) {
                client.submit(acquire(port), DEADLINE).join();
                assertThat(store.groups.getLast())
                        .isEqualTo(LeaseGroups.of(acquire(port).key(), LEASE_GROUPS));
            }
            assertThat(store.groups).contains(1, 2, 3);
            client.submit(TestCommands.join("gw-1"), DEADLINE).join();
            assertThat(store.groups.getLast()).isZero();
        }
    }

    @Test
    void whatWaitsGoesTogetherAndIsAnsweredOneByOne() throws IOException {
        CompletableFuture<Reply> first = new CompletableFuture<>();
        try (ScriptedStore store = new ScriptedStore(n -> n <= 4 ? first.join() : say(DONE));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(client.submit(TestCommands.join("gw-" + i), DEADLINE));
            }
            await().atMost(DEADLINE).until(() -> !store.calls.isEmpty());
            first.complete(say(DONE));
            for (var answer : answers) {
                assertThat(answer.join()).isInstanceOf(Outcome.Done.class);
            }
            assertThat(store.calls).hasSizeLessThan(500);
            assertThat(store.calls.stream().mapToInt(call -> call.each().size()).sum())
                    .isEqualTo(1_000);
            assertThat(store.calls).extracting(ClientCall::sequence).isSorted();
        }
    }

    @Test
    void aGroupThatHasNotHeardOfTheEpochIsAskedAgain() throws IOException {
        byte[] behind = AllocatorCodec.encode(new AllocatorResult.StaleEpoch(new Epoch(1, 4)));
        byte[] ahead = AllocatorCodec.encode(new AllocatorResult.StaleEpoch(new Epoch(1, 6)));
        try (ScriptedStore store =
                        new ScriptedStore(n -> say(new Answer.Result(n < 4 ? behind : ahead)));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("store-1", store.endpoint()), Trust.plain("test"))) {
            assertThat(client.submit(acquire(1), DEADLINE).join())
                    .isEqualTo(new Outcome.Done<>(new AllocatorResult.StaleEpoch(new Epoch(1, 6))));
            assertThat(store.calls)
                    .extracting(ClientCall::sequence)
                    .containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void aNewListOfStoresTakesThePlaceOfTheOld() throws IOException {
        try (ScriptedStore added = new ScriptedStore(n -> say(DONE));
                ScriptedStore removed =
                        new ScriptedStore(n -> say(new Answer.NotLeader(Optional.empty())));
                StoreClient client =
                        StoreClients.connect(
                                Map.of("a", removed.endpoint()), Trust.plain("test"))) {
            removed.stores =
                    new Stores(
                            7, List.of(new StoreAddress("b", added.endpoint(), added.endpoint())));
            assertThat(client.submit(TestCommands.join("gw-1"), DEADLINE).join())
                    .isInstanceOf(Outcome.Done.class);
            assertThat(added.calls).hasSize(1);
        }
    }

    @Test
    void aClosedClientAnswersEverything() throws IOException {
        try (ScriptedStore store = new ScriptedStore(n -> new Reply.Nothing())) {
            StoreClient client =
                    StoreClients.connect(Map.of("store-1", store.endpoint()), Trust.plain("test"));
            var open = client.submit(TestCommands.join("gw-1"), DEADLINE);
            client.close();
            assertThat(open.join()).isNotInstanceOf(Outcome.Done.class);
            assertThat(client.submit(TestCommands.join("gw-1"), DEADLINE).join())
                    .isInstanceOf(Outcome.Refused.class);
        }
    }
}
