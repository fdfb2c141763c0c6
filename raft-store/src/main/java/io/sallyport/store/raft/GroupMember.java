package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.machine.Machine;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * This store as a member of one group: the group's state here, and the way into its log where this
 * store leads it. From any thread.
 */
final class GroupMember<M extends Machine> {

    /** A follower that lacks so few entries has them before it has won its election. */
    private static final long NEARLY = 1_000;

    /** A follower is asked every 150 ms at least. */
    private static final long ALIVE_MILLIS = 500;

    private static final Duration CHANGE_PATIENCE = Duration.ofSeconds(3);

    private final int number;
    private final RatisStateMachine<M> stateMachine;
    private final RaftServer.Division division;
    private final LeaderBatcher batcher;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong lastCall = new AtomicLong();

    GroupMember(
            int number,
            RatisStateMachine<M> stateMachine,
            RaftServer.Division division,
            RaftNode.Events events,
            Clock clock) {
        this.number = number;
        this.stateMachine = stateMachine;
        this.division = division;
        this.batcher =
                new LeaderBatcher(
                        this::append,
                        clock,
                        new LeaderBatcher.BatchListener() {
                            @Override
                            public void committed(int calls, long nanos) {
                                events.committed(number, calls, nanos);
                            }

                            @Override
                            public void failed(int calls) {
                                events.doubted(number, calls);
                            }
                        });
    }

    /** 0 is the control group, 1 and up are lease groups. */
    int number() {
        return number;
    }

    /** The state as it is here; it may lag behind the leader's. */
    M machine() {
        return stateMachine.machine();
    }

    /** Whether this store leads and knows all that was committed before it did. */
    boolean leads() {
        return info().isLeader() && info().isLeaderReady();
    }

    long term() {
        return info().getCurrentTerm();
    }

    /** Whether the member still runs; it closes itself when its disk fails. */
    boolean alive() {
        return info().isAlive();
    }

    private DivisionInfo info() {
        return division.getInfo();
    }

    /** The group's stores as the newest list says that is known here. */
    Stores stores() {
        RaftConfiguration list = division.getRaftConf();
        return new Stores(
                list.getLogEntryIndex(),
                list.getAllPeers().stream()
                        .map(GroupMember::address)
                        .sorted(Comparator.comparing(StoreAddress::store))
                        .toList());
    }

    private static StoreAddress address(RaftPeer peer) {
        return new StoreAddress(
                peer.getId().toString(),
                Endpoint.parse(peer.getAddress()),
                Endpoint.parse(peer.getClientAddress()));
    }

    /** The leader, where it is known and not this store. */
    private Optional<StoreAddress> hint() {
        return Optional.ofNullable(info().getLeaderId())
                .filter(leader -> !leader.equals(division.getId()))
                .map(leader -> division.getRaftConf().getPeer(leader))
                .map(GroupMember::address);
    }

    /**
     * Puts a call into the log. Completes with Applied, NotLeader, Again or Busy, never
     * exceptionally; on Raft's threads or the caller's, and never blocks.
     */
    CompletableFuture<Answer> submit(ClientCall call) {
        if (!leads()) {
            return CompletableFuture.completedFuture(new Answer.NotLeader(hint()));
        }
        return batcher.submit(call);
    }

    private CompletableFuture<List<Answer.Applied>> append(byte[] entry) {
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(clientId)
                        .setServerId(division.getId())
                        .setGroupId(division.getMemberId().getGroupId())
                        .setCallId(lastCall.incrementAndGet())
                        .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                        .setType(RaftClientRequest.writeRequestType())
                        .build();
        try {
            // The division itself: one hop between threads less than through the server.
            return ((RaftClientAsynchronousProtocol) division)
                    .submitClientRequestAsync(request)
                    .thenApply(GroupMember::answers);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static List<Answer.Applied> answers(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new CompletionException(reply.getException());
        }
        return ((AppliedEntry) reply.getMessage()).answers();
    }

    /** The leader's store id, where it is known. */
    Optional<String> leader() {
        return Optional.ofNullable(info().getLeaderId()).map(RaftPeerId::toString);
    }

    /** Stores that answer this leader and have nearly all of its log; none where it leads not. */
    List<String> followers() {
        if (!leads()) {
            return List.of();
        }
        long[] matches = info().getFollowerMatchIndices();
        List<ServerRpcProto> followers =
                info().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        long enough = division.getRaftLog().getLastCommittedIndex() - NEARLY;
        List<String> good = new ArrayList<>();
        for (int i = 0; i < Math.min(matches.length, followers.size()); i++) {
            ServerRpcProto each = followers.get(i);
            if (matches[i] >= enough && each.getLastRpcElapsedTimeMs() < ALIVE_MILLIS) {
                good.add(each.getId().getId().toStringUtf8());
            }
        }
        return good;
    }

    /**
     * Hands the lead to another store; on Raft's threads.
     *
     * @return completes with whether it took it
     */
    CompletableFuture<Boolean> handOver(String to, Duration patience) {
        TransferLeadershipRequest request =
                new TransferLeadershipRequest(
                        clientId,
                        division.getId(),
                        division.getMemberId().getGroupId(),
                        lastCall.incrementAndGet(),
                        RaftPeerId.valueOf(to),
                        patience.toMillis());
        return admin(() -> division.getRaftServer().transferLeadershipAsync(request))
                .handle((reply, failure) -> failure == null && reply.isSuccess());
    }

    /**
     * Changes who belongs to the group. Where this store is to go it hands the lead over first, so
     * that the caller turns to the next leader. Completes with StoresNow, NotLeader, Again or Bad.
     */
    CompletableFuture<Answer> change(List<StoreAddress> add, List<String> remove) {
        if (!leads()) {
            return CompletableFuture.completedFuture(new Answer.NotLeader(hint()));
        }
        if (remove.contains(division.getId().toString())) {
            return followers().stream()
                    .filter(each -> !remove.contains(each))
                    .findFirst()
                    .map(next -> handOver(next, CHANGE_PATIENCE))
                    .orElseGet(() -> CompletableFuture.completedFuture(false))
                    .thenApply(done ->
                            done
                                    ? new Answer.NotLeader(hint())
                                    : new Answer.Again("no store takes the lead of " + number));
        }
        Map<String, RaftPeer> peers = new TreeMap<>();
        for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
            peers.put(peer.getId().toString(), peer);
        }
        remove.forEach(peers::remove);
        for (StoreAddress each : add) {
            peers.putIfAbsent(
                    each.store(), RaftSettings.peer(each.store(), each.raft(), each.front()));
        }
        if (peers.isEmpty()) {
            return CompletableFuture.completedFuture(new Answer.Bad("a group needs a store"));
        }
        SetConfigurationRequest request =
                new SetConfigurationRequest(
                        clientId,
                        division.getId(),
                        division.getMemberId().getGroupId(),
                        lastCall.incrementAndGet(),
                        List.copyOf(peers.values()));
        return admin(() -> division.getRaftServer().setConfigurationAsync(request))
                .handle(this::changed);
    }

    private Answer changed(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (failure != null) {
            return new Answer.Again(String.valueOf(failure.getMessage()));
        }
        return reply != null && reply.isSuccess()
                ? new Answer.StoresNow(stores())
                : new Answer.Again(
                        reply == null ? "no reply" : String.valueOf(reply.getException()));
    }

    private interface Request {
        CompletableFuture<RaftClientReply> send() throws IOException;
    }

    private static CompletableFuture<RaftClientReply> admin(Request request) {
        try {
            return request.send();
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    RaftNode.Status status() {
        DivisionInfo info = info();
        SnapshotInfo snapshot = stateMachine.getLatestSnapshot();
        return new RaftNode.Status(
                number,
                info.getCurrentRole().name().toLowerCase(Locale.ROOT),
                leader(),
                leads(),
                info.getCurrentTerm(),
                division.getRaftLog().getLastCommittedIndex(),
                stateMachine.getLastAppliedTermIndex().getIndex(),
                division.getRaftLog().getStartIndex(),
                snapshot == null ? -1 : snapshot.getIndex(),
                Optional.ofNullable(snapshot).flatMap(GroupMember::madeAt));
    }

    private static Optional<Instant> madeAt(SnapshotInfo snapshot) {
        return snapshot.getFiles().stream()
                .map(file -> file.getPath().toAbsolutePath().resolveSibling("."))
                .map(place -> place.toFile().lastModified())
                .filter(millis -> millis > 0)
                .findFirst()
                .map(Instant::ofEpochMilli);
    }
}
