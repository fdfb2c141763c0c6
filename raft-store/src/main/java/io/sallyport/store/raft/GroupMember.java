package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.machine.Machine;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * This store as a member of one group: the group's state here, and the way into its log where this
 * store leads it. From any thread.
 */
final class GroupMember<M extends Machine> {

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
        return new StoreAddress(peer.getId().toString(), Endpoint.parse(peer.getClientAddress()));
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

    RaftNode.Status status() {
        DivisionInfo info = info();
        SnapshotInfo snapshot = stateMachine.getLatestSnapshot();
        return new RaftNode.Status(
                number,
                info.getCurrentRole().name().toLowerCase(Locale.ROOT),
                Optional.ofNullable(info.getLeaderId()).map(RaftPeerId::toString),
                leads(),
                info.getCurrentTerm(),
                stateMachine.getLastAppliedTermIndex().getIndex(),
                division.getRaftLog().getStartIndex(),
                snapshot == null ? -1 : snapshot.getIndex());
    }
}
