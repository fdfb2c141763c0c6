package io.sallyport.store.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.FileUtils;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three Raft servers whose wires are cut and stopped. */
class TransportTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SERVERS = 3;

    @TempDir private Path disk;

    final RaftGroupId group = RaftGroupId.randomId();
    private final List<Endpoint> real = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<RaftPeer> peers = new ArrayList<>();
    private final List<Words> machines = new ArrayList<>();
    private final List<RaftServer> servers = new ArrayList<>();
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    /** Keeps the words that were agreed, in their order. */
    private static final class Words extends BaseStateMachine {
        private final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            var entry = Objects.requireNonNull(transaction.getLogEntry());
            all.add(entry.getStateMachineLogEntry().getLogData().toStringUtf8());
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
    }

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < SERVERS; i++) {
            real.add(free());
            wires.add(new Wire(real.get(i)));
            peers.add(
                    RaftPeer.newBuilder()
                            .setId("s" + i)
                            .setAddress(wires.get(i).endpoint().toString())
                            .build());
        }
        for (int i = 0; i < SERVERS; i++) {
            machines.add(new Words());
            servers.add(started(i));
        }
    }

    private RaftServer started(int number) throws IOException {
        RaftServer server =
                RaftServer.newBuilder()
                        .setServerId(peers.get(number).getId())
                        .setGroup(RaftGroup.valueOf(group, peers))
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .setStateMachine(machines.get(number))
                        .setProperties(properties(number, real.get(number)))
                        .build();
        server.start();
        return server;
    }

    RaftProperties properties(int number, Endpoint listen) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new Transport());
        Transport.listen(properties, listen);
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(disk.resolve("s" + number).toFile()));
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        // As stores have it: no entry follows each commit, by which followers would hear of it.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Rpc.setTimeoutMin(
                properties, TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(
                properties, TimeDuration.valueOf(600, TimeUnit.MILLISECONDS));
        return properties;
    }

    /** Below the ports that the kernel gives to outgoing connections; each once. */
    private static Endpoint free() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return new Endpoint(IpAddress.parse("127.0.0.1"), socket.getLocalPort());
            } catch (BindException taken) {
                continue;
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (RaftServer server : servers) {
            server.close();
        }
        for (Wire wire : wires) {
            wire.close();
        }
    }

    private Optional<RaftServer> leader() {
        return servers.stream().filter(this::leads).findFirst();
    }

    private boolean leads(RaftServer server) {
        try {
            return server.getDivision(group).getInfo().isLeaderReady();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RaftServer awaitLeader() {
        Optional<RaftServer> now = leader();
        while (now.isEmpty()) {
            await().atMost(PATIENCE).until(() -> leader().isPresent());
            now = leader();
        }
        return now.get();
    }

    private int number(RaftServer server) {
        return servers.indexOf(server);
    }

    private CompletableFuture<RaftClientReply> say(RaftServer server, String word)
            throws IOException {
        return server.submitClientRequestAsync(
                RaftClientRequest.newBuilder()
                        .setClientId(client)
                        .setServerId(server.getId())
                        .setGroupId(group)
                        .setCallId(calls.incrementAndGet())
                        .setMessage(Message.valueOf(word))
                        .setType(RaftClientRequest.writeRequestType())
                        .build());
    }

    private static boolean agreed(CompletableFuture<RaftClientReply> answer) {
        return answer.handle((reply, failure) -> failure == null && reply.isSuccess()).join();
    }

    private void awaitAllEqual() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(machines.get(1).all).isEqualTo(machines.get(0).all);
                    assertThat(machines.get(2).all).isEqualTo(machines.get(0).all);
                });
    }

    @Test
    void whatWasAgreedIsEverywhereOnceThoughConnectionsBreak() throws Exception {
        Set<String> agreed = ConcurrentHashMap.newKeySet();
        Semaphore window = new Semaphore(32);
        for (int i = 0; i < 1_500; i++) {
            if (i % 100 == 99) {
                wires.get(i % SERVERS).cut();
            }
            String word = "word-" + i;
            window.acquire();
            var unused =
                    say(awaitLeader(), word)
                            .whenComplete((reply, failure) -> {
                                window.release();
                                if (failure == null && reply.isSuccess()) {
                                    agreed.add(word);
                                }
                            });
        }
        assertThat(window.tryAcquire(32, 60, TimeUnit.SECONDS)).isTrue();
        assertThat(agreed.size()).isGreaterThan(1_000);
        awaitAllEqual();
        assertThat(machines.get(0).all).doesNotHaveDuplicates().containsAll(agreed);
    }

    @Test
    void aStoreThatHearsNothingDelaysNobodyAndCatchesUp() throws Exception {
        RaftServer leader = awaitLeader();
        int deaf = (number(leader) + 1) % SERVERS;
        assertThat(agreed(say(leader, "before"))).isTrue();
        wires.get(deaf).swallow();
        for (int i = 0; i < 100; i++) {
            assertThat(agreed(say(awaitLeader(), "meanwhile-" + i)) || leader != awaitLeader())
                    .isTrue();
        }
        assertThat(machines.get(deaf).all).hasSizeLessThan(machines.get(number(leader)).all.size());
        wires.get(deaf).heal();
        awaitAllEqual();
    }

    @Test
    void aFollowerWhoseDiskWasReplacedCatchesUpThoughTheLeaderStaysAndSaysNothingNew()
            throws Exception {
        RaftServer leader = awaitLeader();
        for (int i = 0; i < 5; i++) {
            assertThat(agreed(say(leader, "before-" + i))).isTrue();
        }
        awaitAllEqual();
        int replaced = (number(leader) + 1) % SERVERS;
        servers.get(replaced).close();
        FileUtils.deleteFully(disk.resolve("s" + replaced));
        machines.set(replaced, new Words());
        servers.set(replaced, started(replaced));
        awaitAllEqual();
        assertThat(machines.get(replaced).all).hasSize(5);
        assertThat(leads(leader)).isTrue();
    }

    @Test
    void aLeaderThatIsNotHeardIsReplaced() throws Exception {
        RaftServer former = awaitLeader();
        assertThat(agreed(say(former, "before"))).isTrue();
        // Its wires are those that lead to it, and the others' those that lead away from it.
        wires.forEach(Wire::swallow);
        await().atMost(PATIENCE).until(() -> leader().isEmpty());
        wires.forEach(Wire::heal);
        assertThat(agreed(say(awaitLeader(), "after"))).isTrue();
        awaitAllEqual();
        assertThat(machines.get(0).all).containsSubsequence("before", "after");
    }

    @Test
    void theLeaderIsHandedOver() throws Exception {
        RaftServer former = awaitLeader();
        RaftServer next = servers.get((number(former) + 1) % SERVERS);
        var reply =
                former.transferLeadership(
                        new TransferLeadershipRequest(
                                client,
                                former.getId(),
                                group,
                                calls.incrementAndGet(),
                                next.getId(),
                                5_000));
        assertThat(reply.isSuccess()).isTrue();
        await().atMost(PATIENCE).until(() -> leads(next));
        assertThat(agreed(say(next, "after"))).isTrue();
        awaitAllEqual();
    }

    @Test
    void aNewMemberIsTakenInAndTheLeaderIsLetGo() throws Exception {
        RaftServer former = awaitLeader();
        for (int i = 0; i < 20; i++) {
            assertThat(agreed(say(former, "before-" + i))).isTrue();
        }
        Endpoint listen = free();
        wires.add(new Wire(listen));
        RaftPeer fresh =
                RaftPeer.newBuilder()
                        .setId("s3")
                        .setAddress(wires.getLast().endpoint().toString())
                        .build();
        Words machine = new Words();
        RaftServer server =
                RaftServer.newBuilder()
                        .setServerId(fresh.getId())
                        .setStateMachine(machine)
                        .setProperties(properties(SERVERS, listen))
                        .build();
        server.start();
        servers.add(server);
        var added =
                server.groupManagement(
                        GroupManagementRequest.newAdd(
                                client,
                                fresh.getId(),
                                calls.incrementAndGet(),
                                RaftGroup.valueOf(group)));
        assertThat(added.isSuccess()).isTrue();
        List<RaftPeer> members = new ArrayList<>(peers);
        members.remove(number(former));
        members.add(fresh);
        var changed =
                former.setConfiguration(
                        new SetConfigurationRequest(
                                client, former.getId(), group, calls.incrementAndGet(), members));
        assertThat(changed.isSuccess()).isTrue();
        servers.remove(former);
        former.close();
        assertThat(agreed(say(awaitLeader(), "after"))).isTrue();
        await().atMost(PATIENCE).until(() -> machine.all.contains("after"));
        assertThat(machine.all).hasSize(21).startsWith("before-0").endsWith("after");
    }
}
