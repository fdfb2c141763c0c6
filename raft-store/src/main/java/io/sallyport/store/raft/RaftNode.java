package io.sallyport.store.raft;

import io.sallyport.allocator.Invariant;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.machine.Machine;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;

/**
 * This store as a member of every Raft group: the control group (0) and the lease groups (1 and
 * up), all in one Raft server. From any thread.
 */
public final class RaftNode implements AutoCloseable {

    /** Hears what the groups do; must not block. */
    public interface Events {
        /** An entry of the control group was applied, or a checkpoint loaded. On its thread. */
        void changed(ControlMachine.View view);

        /** This store led and committed an entry of so many calls in so many nanoseconds. */
        void committed(int group, int calls, long nanos);

        /** This store led and does not know what became of an entry of so many calls. */
        void doubted(int group, int calls);

        /** A state machine cannot go on; the process must stop. */
        void fatal(Throwable cause);
    }

    /**
     * What is to be seen of a group here.
     *
     * @param role leader, follower, candidate, or what Raft calls it else
     * @param leader the leader's store id, where it is known
     * @param ready this store leads and takes calls
     * @param committed last log entry that is known here to be committed
     * @param applied last log entry applied here
     * @param logStart first entry in the log
     * @param checkpoint last entry of the latest checkpoint; -1 without one
     * @param checkpointMade when the latest checkpoint was made
     */
    public record Status(
            int group,
            String role,
            Optional<String> leader,
            boolean ready,
            long term,
            long committed,
            long applied,
            long logStart,
            long checkpoint,
            Optional<Instant> checkpointMade) {}

    private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(1);

    private final RaftServer server;
    private final GroupMember<ControlMachine> control;
    private final List<GroupMember<LeaseMachine>> leases;
    private final LeaderDuty duty;

    private RaftNode(
            RaftServer server,
            GroupMember<ControlMachine> control,
            List<GroupMember<LeaseMachine>> leases,
            LeaderDuty duty) {
        this.server = server;
        this.control = control;
        this.leases = List.copyOf(leases);
        this.duty = duty;
    }

    /**
     * Reads the states back and joins the groups. Returns when this store can take part in
     * elections, which says nothing about leaders yet.
     *
     * @param trust which stores are believed
     * @throws PortBusyException where the Raft port is taken
     * @throws IOException where the directory does not hold a sound state
     */
    public static RaftNode start(RaftSettings settings, Trust trust, Events events, Clock clock)
            throws IOException {
        PortProbe.check("raft", settings.self());
        refuseForeign(settings);
        LeaderDuty duty = new LeaderDuty(settings, events::fatal);
        RaftGroups groups = new RaftGroups(settings, events, duty::wake);
        RaftProperties properties = settings.properties();
        settings.hideGroups(properties);
        RaftServer server =
                RaftServer.newBuilder()
                        .setServerId(RaftPeerId.valueOf(settings.store()))
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .setStateMachineRegistry(groups::stateMachine)
                        .setProperties(properties)
                        .setParameters(settings.parameters(trust))
                        .build();
        settings.showGroups(properties);
        try {
            groups.open(server);
            server.start();
            GroupMember<ControlMachine> control = groups.control(server, clock);
            List<GroupMember<LeaseMachine>> leases = new ArrayList<>();
            for (int group = 1; group <= settings.leaseGroups(); group++) {
                leases.add(groups.lease(server, group, clock));
            }
            duty.start(control, leases);
            return new RaftNode(server, control, leases, duty);
        } catch (RuntimeException e) {
            server.close();
            throw new IOException("the Raft server does not start", e);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** What lies there must be ours, and no more of it than the configuration says. */
    private static void refuseForeign(RaftSettings settings) throws IOException {
        Set<String> ours = new HashSet<>();
        IntStream.rangeClosed(0, settings.leaseGroups())
                .mapToObj(group -> settings.groupId(group).getUuid().toString())
                .forEach(ours::add);
        for (Path found : Directories.children(settings.directory().resolve("raft"))) {
            if (Files.isDirectory(found) && !ours.contains(found.getFileName().toString())) {
                throw new IOException(
                        settings.directory()
                                + " holds the state of a cluster that is not "
                                + settings.cluster()
                                + " with "
                                + settings.leaseGroups()
                                + " lease groups");
            }
        }
    }

    /** The control group's state as it is here; it may lag behind the leader's. */
    public ControlMachine control() {
        return control.machine();
    }

    /**
     * A lease group's state as it is here; it may lag behind the leader's.
     *
     * @param group 1 to {@link #leaseGroups}
     */
    public LeaseMachine lease(int group) {
        return leases.get(group - 1).machine();
    }

    /** How many lease groups there are. */
    public int leaseGroups() {
        return leases.size();
    }

    /** All stores of the cluster, as far as it is known here. */
    public Stores stores() {
        return control.stores();
    }

    /**
     * Puts a call into a group's log. Completes with Applied, NotLeader, Again, Busy or Bad, never
     * exceptionally; on Raft's threads or the caller's, and never blocks.
     *
     * @param group 0 to {@link #leaseGroups}
     * @param call must have passed {@link #check}
     */
    public CompletableFuture<Answer> submit(int group, ClientCall call) {
        return member(group).submit(call);
    }

    /**
     * Whether a client may say this to the group.
     *
     * @throws io.sallyport.allocator.wire.WireException saying what is wrong with it
     */
    public void check(int group, ClientCall call) {
        member(group).machine().check(call);
    }

    /**
     * Changes who belongs to a group, where this store leads it. Completes with StoresNow,
     * NotLeader, Again or Bad, when it is done; on Raft's threads.
     *
     * @param add stores that run and wait for this
     * @param remove ids of stores
     */
    public CompletableFuture<Answer> change(
            int group, List<StoreAddress> add, List<String> remove) {
        return member(group).change(add, remove);
    }

    private GroupMember<? extends Machine> member(int group) {
        Invariant.check(group >= 0 && group <= leases.size(), "the front knows the groups");
        return group == 0 ? control : leases.get(group - 1);
    }

    private List<GroupMember<? extends Machine>> members() {
        List<GroupMember<? extends Machine>> all = new ArrayList<>();
        all.add(control);
        all.addAll(leases);
        return all;
    }

    /** Of the control group first, then of the lease groups. */
    public List<Status> status() {
        return members().stream().map(GroupMember::status).toList();
    }

    /**
     * Hands over what it leads, so that nobody waits for an election, and leaves the groups for
     * now; makes checkpoints first, so that the next start is quick.
     */
    @Override
    public void close() throws IOException {
        duty.close();
        handOver();
        server.close();
    }

    private void handOver() {
        List<CompletableFuture<Boolean>> moves = new ArrayList<>();
        for (GroupMember<? extends Machine> each : members()) {
            each.followers().stream()
                    .findFirst()
                    .ifPresent(next -> moves.add(each.handOver(next, HAND_OVER_PATIENCE)));
        }
        // Who does not take it in time is elected, or another: it is only quicker so.
        CompletableFuture.allOf(moves.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, HAND_OVER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
