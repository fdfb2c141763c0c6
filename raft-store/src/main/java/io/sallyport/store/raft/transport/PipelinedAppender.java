package io.sallyport.store.raft.transport;

import java.io.IOException;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * The leader's way to one follower. An entry is sent by the thread that appended it; up to {@link
 * #IN_FLIGHT_MAX} messages are on their way, and their answers are handled on the loop. What is
 * left to this appender's own thread: heartbeats, checkpoints, a follower that is far behind (its
 * entries are read from the disk), and to begin again after a connection broke.
 *
 * <p>How far a follower may commit travels with the next entries; only where none follow for {@link
 * #COMMIT_LAG_NANOS} it gets a message of its own. In a prompt group it gets one at once: an empty
 * one, for which it asks no disk.
 */
final class PipelinedAppender extends LogAppenderBase {

    private static final int IN_FLIGHT_MAX = 64;

    /** So many entries back are surely in memory. */
    private static final int NEAR = 64;

    private static final long COMMIT_LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So long a follower may take for an answer before it counts as lost. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final TransportRpc rpc;
    private final boolean prompt;
    private final Object order = new Object();

    // Under order.
    private long lastCall;

    /** How far the follower was told that it may commit. */
    private long toldCommit = RaftLog.INVALID_LOG_INDEX;

    private int inFlight;
    private long round;
    private boolean agreed;
    private long notBeforeNanos = System.nanoTime();
    private long lastAnswerNanos = System.nanoTime();

    /** Of this appender's life or the follower's last answer, heartbeats' too. */
    private volatile long heardNanos = System.nanoTime();

    /** Until the first look at the follower nobody knows what it needs. */
    private boolean installing = true;

    /** Whether this appender's own thread looks every {@link #COMMIT_LAG_NANOS}. */
    private volatile boolean watching;

    /** What the follower could have committed at the last look. This thread's. */
    private long lagIndex = RaftLog.INVALID_LOG_INDEX;

    private long lagSinceNanos;

    PipelinedAppender(
            RaftServer.Division server,
            LeaderState leaderState,
            FollowerInfo follower,
            TransportRpc rpc,
            boolean prompt) {
        super(server, leaderState, follower);
        this.rpc = rpc;
        this.prompt = prompt;
    }

    /** A message on its way. */
    private final class Sent implements Link.Reply {
        private final long itsRound;
        private final long firstIndex;
        private final boolean heartbeat;
        private final Timestamp time = Timestamp.currentTime();

        private Sent(long itsRound, AppendEntriesRequestProto request) {
            this.itsRound = itsRound;
            this.heartbeat = request.getEntriesCount() == 0;
            this.firstIndex =
                    heartbeat ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex();
        }

        @Override
        public void answered(CodedInputStream body) throws IOException {
            handle(this, AppendEntriesReplyProto.parseFrom(body));
        }

        @Override
        public void lost(String why) {
            beginAgain(itsRound, getFollower().getMatchIndex() + 1, why);
        }
    }

    /** New entries, or a higher commit. In the thread that made them, which must not wait here. */
    @Override
    public void notifyLogAppender() {
        if (!near()) {
            super.notifyLogAppender();
            return;
        }
        send();
        if (!watching && behind()) {
            super.notifyLogAppender();
        }
    }

    @Override
    public void triggerHeartbeat() {
        super.triggerHeartbeat();
        super.notifyLogAppender();
    }

    private boolean near() {
        return getRaftLog().getNextIndex() - getFollower().getNextIndex() <= NEAR;
    }

    private boolean behind() {
        return getRaftLog().getLastCommittedIndex() > getFollower().getCommitIndex();
    }

    /** Sends what can be sent. Any thread; what is wrong is left to this appender's own. */
    private void send() {
        try {
            synchronized (order) {
                boolean more = true;
                while (more && sendable()) {
                    more = sendOne(false);
                }
                long committed = getRaftLog().getLastCommittedIndex();
                if (prompt && more && committed > toldCommit && lacksNothingElse()) {
                    boolean unused = sendOne(true);
                    // Once for each commit, whatever becomes of it: heartbeats tell it as well.
                    toldCommit = committed;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: entries cannot be sent now", this, e);
            synchronized (order) {
                notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
            }
        }
    }

    private boolean sendable() {
        return isRunning()
                && !installing
                && hasAppendEntries()
                && inFlight < (agreed ? IN_FLIGHT_MAX : 1)
                && getFollower().getNextIndex() >= getRaftLog().getStartIndex()
                && System.nanoTime() - notBeforeNanos >= 0;
    }

    /** While entries are on their way an empty message may not commit any: it waits for them. */
    private boolean lacksNothingElse() {
        return isRunning()
                && !installing
                && agreed
                && inFlight == 0
                && !hasAppendEntries()
                && System.nanoTime() - notBeforeNanos >= 0;
    }

    private boolean sendOne(boolean heartbeat) throws IOException {
        Link link = rpc.link(getFollowerId());
        if (link == null || !link.writable()) {
            return false;
        }
        AppendEntriesRequestProto request = request(heartbeat);
        if (request == null) {
            return false;
        }
        Sent sent = new Sent(round, request);
        resetHeartbeatTrigger();
        getFollower().updateLastRpcSendTime(sent.heartbeat);
        if (!sent.heartbeat) {
            if (inFlight++ == 0) {
                lastAnswerNanos = System.nanoTime();
            }
            getFollower().increaseNextIndex(sent.firstIndex + request.getEntriesCount());
        }
        toldCommit = request.getLeaderCommit();
        link.call(Frame.APPEND, request, sent);
        return true;
    }

    private @Nullable AppendEntriesRequestProto request(boolean heartbeat)
            throws RaftLogIOException {
        return newAppendEntriesRequest(++lastCall, heartbeat);
    }

    @Override
    public boolean hasPendingDataRequests() {
        return inFlight > 0;
    }

    @Override
    public long getCallId() {
        synchronized (order) {
            return lastCall;
        }
    }

    @Override
    public Comparator<Long> getCallIdComparator() {
        return Comparator.naturalOrder();
    }

    private void handle(Sent sent, AppendEntriesReplyProto reply) {
        if (!isRunning()) {
            return;
        }
        FollowerInfo follower = getFollower();
        follower.updateLastRespondedAppendEntriesSendTime(sent.time);
        follower.updateLastRpcResponseTime();
        heardNanos = System.nanoTime();
        boolean success = reply.getResult() == AppendEntriesReplyProto.AppendResult.SUCCESS;
        follower.getErrorState().updateErrorCount(!success);
        synchronized (order) {
            agreed |= success;
            if (!sent.heartbeat && sent.itsRound == round) {
                lastAnswerNanos = System.nanoTime();
                inFlight--;
            }
        }
        switch (reply.getResult()) {
            case SUCCESS -> {
                getLeaderState().onFollowerCommitIndex(follower, reply.getFollowerCommit());
                if (follower.updateMatchIndex(reply.getMatchIndex())) {
                    follower.updateNextIndex(reply.getMatchIndex() + 1);
                    getLeaderState().onFollowerSuccessAppendEntries(follower);
                }
            }
            case INCONSISTENCY -> {
                forgetWhatItLost(sent.itsRound, reply.getNextIndex());
                beginAgain(
                        sent.itsRound,
                        getNextIndexForInconsistency(sent.firstIndex, reply.getNextIndex()),
                        "the follower lacks what comes before");
            }
            case NOT_LEADER, UNRECOGNIZED ->
                    rpc.workers().execute(() -> onFollowerTerm(reply.getTerm()));
        }
        getLeaderState().onAppendEntriesReply(this, reply);
        if (near()) {
            send();
        } else {
            super.notifyLogAppender();
        }
    }

    /**
     * A store whose disk was replaced lacks what it has acknowledged. Ratis never goes back behind
     * that: where the leader stays, and has nothing new to say, it would ask in vain for ever.
     */
    private void forgetWhatItLost(long itsRound, long nextIndex) {
        synchronized (order) {
            if (itsRound == round && nextIndex <= getFollower().getMatchIndex()) {
                LOG.warn(
                        "{}: the follower has lost what it had up to {}; it begins again at {}",
                        this,
                        getFollower().getMatchIndex(),
                        nextIndex);
                getFollower().setSnapshotIndex(nextIndex - 1);
            }
        }
    }

    /** What was on its way in that round does not count any more. */
    private void beginAgain(long itsRound, long nextIndex, String why) {
        if (!isRunning()) {
            return;
        }
        synchronized (order) {
            if (itsRound != round) {
                return;
            }
            LOG.info("{}: begins again at {}: {}", this, nextIndex, why);
            forgetSent();
            notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
            getFollower().setNextIndex(Math.max(nextIndex, RaftLog.LEAST_VALID_LOG_INDEX));
        }
        super.notifyLogAppender();
    }

    private void forgetSent() {
        round++;
        inFlight = 0;
        agreed = false;
        toldCommit = RaftLog.INVALID_LOG_INDEX;
    }

    @Override
    public void run() throws InterruptedException {
        while (isRunning()) {
            try {
                turn();
            } catch (IOException | RuntimeException e) {
                // Ratis would begin this thread anew at once, again and again.
                LOG.warn("{}: a turn failed", this, e);
                TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            }
            getEventAwaitForSignal().await(pauseMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void turn() throws InterruptedException, IOException {
        SnapshotInfo snapshot = shouldInstallSnapshot();
        synchronized (order) {
            installing = snapshot != null;
            if (installing) {
                forgetSent();
            }
        }
        if (snapshot != null) {
            install(snapshot);
        } else {
            beat();
            send();
            unstick();
            bePatient();
        }
        getLeaderState().checkHealth(getFollower());
    }

    private void beat() throws IOException {
        long now = System.nanoTime();
        watching = behind();
        if (getFollower().getCommitIndex() >= lagIndex) {
            lagIndex = getRaftLog().getLastCommittedIndex();
            lagSinceNanos = now;
        }
        boolean lags = watching && now - lagSinceNanos >= COMMIT_LAG_NANOS;
        if (lags || getHeartbeatWaitTimeMs() <= 0) {
            lagSinceNanos = now;
            synchronized (order) {
                boolean unused = sendOne(true);
            }
        }
    }

    /** A disk that takes long is waited for; an answer that never comes is not. */
    private void unstick() {
        boolean stuck;
        long since;
        synchronized (order) {
            stuck = inFlight > 0 && System.nanoTime() - lastAnswerNanos > STUCK_NANOS;
            since = round;
        }
        if (stuck) {
            beginAgain(since, getFollower().getMatchIndex() + 1, "answers do not come");
        }
    }

    /**
     * A follower that has just started takes seconds for what it does for the first time. A leader
     * that steps down for want of its answers makes it elect, which is slower still, and so the
     * next one: while the connection lives (the other end's loop answers pings) it waits. A
     * follower that is gone takes its connection with it, and one that elects another tells so by
     * its term.
     */
    private void bePatient() {
        if (System.nanoTime() - heardNanos < PATIENCE_NANOS && rpc.link(getFollowerId()) != null) {
            getFollower().updateLastRpcResponseTime();
        }
    }

    private long pauseMillis() {
        long soon = TimeUnit.NANOSECONDS.toMillis(COMMIT_LAG_NANOS);
        boolean watch = watching || hasAppendEntries();
        // Where nobody can be reached, a heartbeat is due all the time.
        return Math.max(soon / 2, watch ? soon : getHeartbeatWaitTimeMs());
    }

    private void install(SnapshotInfo snapshot) throws InterruptedException {
        LOG.info("{}: the log begins after what the follower has; it gets {}", this, snapshot);
        try {
            for (InstallSnapshotRequestProto piece :
                    newInstallSnapshotRequests(UUID.randomUUID().toString(), snapshot)) {
                getFollower().updateLastRpcSendTime(false);
                InstallSnapshotReplyProto reply = rpc.installSnapshot(piece);
                getFollower().updateLastRpcResponseTime();
                if (!goOn(reply, snapshot)) {
                    return;
                }
            }
            getFollower().setSnapshotIndex(snapshot.getTermIndex().getIndex());
            getFollower().setAttemptedToInstallSnapshot();
            getServer().getRaftServerMetrics().onSnapshotInstalled();
            LOG.info("{}: the follower has {}", this, snapshot);
        } catch (IOException | IllegalStateException e) {
            LOG.warn("{}: {} was not sent, and will be again", this, snapshot, e);
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
        }
    }

    /** Whether the next piece is to be sent. */
    private boolean goOn(InstallSnapshotReplyProto reply, SnapshotInfo snapshot)
            throws IOException {
        return switch (reply.getResult()) {
            case SUCCESS -> true;
            case ALREADY_INSTALLED -> {
                long index = snapshot.getTermIndex().getIndex();
                getFollower().setSnapshotIndex(index);
                getFollower().setAttemptedToInstallSnapshot();
                getLeaderState().onFollowerCommitIndex(getFollower(), index);
                yield false;
            }
            case NOT_LEADER -> {
                onFollowerTerm(reply.getTerm());
                yield false;
            }
            case IN_PROGRESS,
                    CONF_MISMATCH,
                    SNAPSHOT_INSTALLED,
                    SNAPSHOT_UNAVAILABLE,
                    SNAPSHOT_EXPIRED,
                    UNRECOGNIZED ->
                    throw new IOException("the follower answers " + reply.getResult());
        };
    }
}
