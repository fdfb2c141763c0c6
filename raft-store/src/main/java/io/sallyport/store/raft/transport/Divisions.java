package io.sallyport.store.raft.transport;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;

/**
 * This store's members of the groups, as those that are sent entries. Any thread.
 *
 * <p>Entries are appended under the member's own monitor, together with the question whether it
 * still follows their sender. Ratis itself asks under the monitor and appends after it: a vote
 * between the two would promise to a candidate that this log ends earlier than what is then
 * acknowledged to the former leader.
 */
final class Divisions {

    private final RaftServer server;
    private final Map<ByteString, RaftServer.Division> known = new ConcurrentHashMap<>();

    Divisions(RaftServer server) {
        this.server = server;
    }

    /**
     * Appends at once where this store follows the sender already, which takes no longer than the
     * log's own lock; empty where it does not, or where the group must be looked for.
     */
    Optional<CompletableFuture<AppendEntriesReplyProto>> appendNow(
            AppendEntriesRequestProto request) throws IOException {
        RaftServer.Division division = known.get(group(request));
        if (division == null || !division.getInfo().isAlive()) {
            return Optional.empty();
        }
        return append(division, request);
    }

    /** Appends, and becomes a follower for it if need be; may wait for the disk and for threads. */
    CompletableFuture<AppendEntriesReplyProto> appendLater(AppendEntriesRequestProto request)
            throws IOException {
        RaftServer.Division division = begun(group(request));
        known.put(group(request), division);
        var appended = append(division, request);
        if (appended.isPresent()) {
            return appended.get();
        }
        var followed = protocol(division).appendEntriesAsync(withoutEntries(request));
        if (request.getEntriesCount() == 0 || followed.join().getResult() != AppendResult.SUCCESS) {
            return followed;
        }
        return append(division, request)
                .orElseThrow(() -> new IOException("another leader was followed meanwhile"));
    }

    /** Takes in a piece of a checkpoint; may wait for the disk. */
    InstallSnapshotReplyProto install(InstallSnapshotRequestProto request) throws IOException {
        begun(request.getServerRequest().getRaftGroupId().getId());
        return server.installSnapshot(request);
    }

    /**
     * This store's member of a group, which may have to be waited for. A member that its group
     * knows hears nothing before it has begun to follow: a piece of a checkpoint would let Ratis
     * begin twice, and the second beginning fails.
     */
    private RaftServer.Division begun(ByteString group) throws IOException {
        RaftServer.Division division = server.getDivision(RaftGroupId.valueOf(group));
        LifeCycle.State state = division.getInfo().getLifeCycleState();
        boolean begins = state == LifeCycle.State.NEW || state == LifeCycle.State.STARTING;
        if (begins && division.getRaftConf().getPeer(division.getId()) != null) {
            throw new ServerNotReadyException(division.getMemberId() + " only begins");
        }
        return division;
    }

    private static Optional<CompletableFuture<AppendEntriesReplyProto>> append(
            RaftServer.Division division, AppendEntriesRequestProto request) throws IOException {
        synchronized (division) {
            return follows(division.getInfo(), request)
                    ? Optional.of(protocol(division).appendEntriesAsync(request))
                    : Optional.empty();
        }
    }

    private static boolean follows(DivisionInfo info, AppendEntriesRequestProto request) {
        RaftPeerId sender = RaftPeerId.valueOf(request.getServerRequest().getRequestorId());
        return (info.isFollower() || info.isListener())
                && info.getCurrentTerm() == request.getLeaderTerm()
                && sender.equals(info.getLeaderId());
    }

    /** A heartbeat as it stands; of entries only that their sender leads. */
    private static AppendEntriesRequestProto withoutEntries(AppendEntriesRequestProto request) {
        return request.getEntriesCount() == 0
                ? request
                : request.toBuilder().clearEntries().clearPreviousLog().build();
    }

    private static ByteString group(AppendEntriesRequestProto request) {
        return request.getServerRequest().getRaftGroupId().getId();
    }

    private static RaftServerAsynchronousProtocol protocol(RaftServer.Division division) {
        return (RaftServerAsynchronousProtocol) division;
    }
}
