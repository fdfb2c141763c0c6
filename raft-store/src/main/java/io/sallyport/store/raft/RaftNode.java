package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.machine.StoreMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** This store as a member of the Raft group. From any thread. */
public final class RaftNode implements AutoCloseable {

    /** Hears what the group does; must not block. */
    public interface Events {
        /** An entry was applied, or a checkpoint loaded. On the applying thread. */
        void changed(StoreMachine.View view);

        /** This store led and committed an entry of so many calls in so many nanoseconds. */
        void committed(int calls, long nanos);

        /** This store led and does not know what became of an entry of so many calls. */
        void doubted(int calls);

        /** The state machine cannot go on; the process must stop. */
        void fatal(Throwable cause);
    }

    /**
     * What is to be seen of the group here.
     *
     * @param role leader, follower, candidate, or what Raft calls it else
     * @param leader the leader's store id, where it is known
     * @param ready this store leads and takes calls
     * @param logStart first entry in the log
     * @param checkpoint last entry of the latest checkpoint; -1 without one
     */
    public record Status(
            String role,
            Optional<String> leader,
            boolean ready,
            long term,
            long applied,
            long logStart,
            long checkpoint) {}

    private final RaftSettings settings;
    private final RatisStateMachine stateMachine;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final LeaderBatcher batcher;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong lastCall = new AtomicLong();
    private final AwayDuty duty;

    private RaftNode(
            RaftSettings settings,
            RatisStateMachine stateMachine,
            RaftServer server,
            Events events,
            Clock clock)
            throws IOException {
        this.settings = settings;
        this.stateMachine = stateMachine;
        this.server = server;
        this.division = server.getDivision(settings.groupId());
        this.batcher =
                new LeaderBatcher(
                        this::append,
                        clock,
                        new LeaderBatcher.BatchListener() {
                            @Override
                            public void committed(int calls, long nanos) {
                                events.committed(calls, nanos);
                            }

                            @Override
                            public void failed(int calls) {
                                events.doubted(calls);
                            }
                        });
        this.duty = AwayDuty.start(this, events::fatal);
    }

    /**
     * Reads the state back and joins the group. Returns when this store can take part in elections,
     * which says nothing about a leader yet.
     *
     * @throws PortBusyException where the Raft port is taken
     * @throws IOException where the directory does not hold a sound state
     */
    public static RaftNode start(RaftSettings settings, Events events, Clock clock)
            throws IOException {
        PortProbe.check("raft", settings.self());
        refuseForeign(settings);
        Consumer<StoreMachine.View> changed = events::changed;
        RatisStateMachine stateMachine =
                new RatisStateMachine(settings.cut(), changed, milestone -> {}, events::fatal);
        RaftServer server =
                RaftServer.newBuilder()
                        .setServerId(RaftPeerId.valueOf(settings.store()))
                        .setGroup(settings.group())
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .setStateMachine(stateMachine)
                        .setProperties(settings.properties())
                        .build();
        try {
            server.start();
            return new RaftNode(settings, stateMachine, server, events, clock);
        } catch (RuntimeException e) {
            server.close();
            throw new IOException("the Raft server does not start", e);
        }
    }

    /** Ratis would start every group that it finds, on the one state machine. */
    private static void refuseForeign(RaftSettings settings) throws IOException {
        String ours = settings.groupId().getUuid().toString();
        for (Path found : Directories.children(settings.directory().resolve("raft"))) {
            if (Files.isDirectory(found) && !found.getFileName().toString().equals(ours)) {
                throw new IOException(
                        settings.directory()
                                + " holds the state of a cluster that is not "
                                + settings.cluster());
            }
        }
    }

    /** The state as it is here; it may lag behind the leader's. */
    public StoreMachine machine() {
        return stateMachine.machine();
    }

    /** Whether this store leads and knows all that was committed before it did. */
    public boolean leads() {
        return info().isLeader() && info().isLeaderReady();
    }

    /** The leader's store id, where it is known and not this one. */
    private Optional<String> hint() {
        return Optional.ofNullable(info().getLeaderId())
                .map(RaftPeerId::toString)
                .filter(leader -> !leader.equals(settings.store()));
    }

    private DivisionInfo info() {
        return division.getInfo();
    }

    /**
     * Puts a call into the log. Completes with Applied, NotLeader, Again or Busy, never
     * exceptionally; on Raft's threads or the caller's, and never blocks.
     *
     * @param call must have passed {@link StoreMachine#check}
     */
    public CompletableFuture<Answer> submit(ClientCall call) {
        if (!leads()) {
            return CompletableFuture.completedFuture(new Answer.NotLeader(hint()));
        }
        return batcher.submit(call);
    }

    private CompletableFuture<byte[]> append(byte[] entry) {
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(clientId)
                        .setServerId(server.getId())
                        .setGroupId(settings.groupId())
                        .setCallId(lastCall.incrementAndGet())
                        .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                        .setType(RaftClientRequest.writeRequestType())
                        .build();
        try {
            // The division itself: one hop between threads less than through the server.
            return ((RaftClientAsynchronousProtocol) division)
                    .submitClientRequestAsync(request)
                    .thenApply(RaftNode::content);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] content(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw new CompletionException(reply.getException());
        }
        return reply.getMessage().getContent().toByteArray();
    }

    public Status status() {
        DivisionInfo info = info();
        SnapshotInfo snapshot = stateMachine.getLatestSnapshot();
        return new Status(
                info.getCurrentRole().name().toLowerCase(Locale.ROOT),
                Optional.ofNullable(info.getLeaderId()).map(RaftPeerId::toString),
                leads(),
                info.getCurrentTerm(),
                stateMachine.getLastAppliedTermIndex().getIndex(),
                division.getRaftLog().getStartIndex(),
                snapshot == null ? -1 : snapshot.getIndex());
    }

    /** Whether the server still runs; it closes itself when its disk fails. */
    boolean alive() {
        return info().isAlive();
    }

    long term() {
        return info().getCurrentTerm();
    }

    /** Leaves the group for now; makes a checkpoint first, so that the next start is quick. */
    @Override
    public void close() throws IOException {
        duty.close();
        server.close();
    }
}
