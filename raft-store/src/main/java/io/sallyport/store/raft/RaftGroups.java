package io.sallyport.store.raft;

import io.sallyport.allocator.Invariant;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.machine.Machine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.StateMachine;

/** Makes the groups' state machines and opens the groups in the server. Used once, at start. */
final class RaftGroups {

    private final SecureRandom random = new SecureRandom();
    private final RaftSettings settings;
    private final RaftNode.Events events;
    private final Runnable stir;
    private final Map<RaftGroupId, RatisStateMachine<? extends Machine>> machines =
            new ConcurrentHashMap<>();
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong lastCall = new AtomicLong();

    /**
     * @param stir called when a state changed that a leader's duty may depend on
     */
    RaftGroups(RaftSettings settings, RaftNode.Events events, Runnable stir) {
        this.settings = settings;
        this.events = events;
        this.stir = stir;
    }

    /** A fresh state machine for a group that the server opens. On the server's threads. */
    StateMachine stateMachine(RaftGroupId id) {
        for (int group = 0; group <= settings.leaseGroups(); group++) {
            if (settings.groupId(group).equals(id)) {
                RatisStateMachine<? extends Machine> fresh =
                        group == 0 ? controlMachine() : leaseMachine(group);
                machines.put(id, fresh);
                return fresh;
            }
        }
        throw new IllegalStateException(
                "group " + id + " is none of cluster " + settings.cluster());
    }

    private RatisStateMachine<ControlMachine> controlMachine() {
        return new RatisStateMachine<>(
                ControlMachine::new,
                settings.cut(),
                machine -> {
                    events.changed(machine.view());
                    stir.run();
                },
                milestone -> {},
                events::fatal);
    }

    private RatisStateMachine<LeaseMachine> leaseMachine(int group) {
        return new RatisStateMachine<>(
                () -> new LeaseMachine(group, settings.leaseGroups(), random.nextLong()),
                settings.cut(),
                machine -> {},
                milestone -> {},
                events::fatal);
    }

    /**
     * Opens every group, from disk or empty, and lets it begin. Before the server listens: Ratis
     * opens no group well that others talk to already.
     *
     * @param server built where it found no group: it would open those without knowing their stores
     */
    void open(RaftServer server) throws IOException {
        for (int group = 0; group <= settings.leaseGroups(); group++) {
            manage(
                    server,
                    GroupManagementRequest.newAdd(
                            clientId,
                            server.getId(),
                            lastCall.incrementAndGet(),
                            settings.group(group),
                            false));
        }
    }

    GroupMember<ControlMachine> control(RaftServer server, Clock clock) throws IOException {
        return member(server, 0, ControlMachine.class, clock);
    }

    GroupMember<LeaseMachine> lease(RaftServer server, int group, Clock clock) throws IOException {
        return member(server, group, LeaseMachine.class, clock);
    }

    private <M extends Machine> GroupMember<M> member(
            RaftServer server, int group, Class<M> kind, Clock clock) throws IOException {
        RaftGroupId id = settings.groupId(group);
        return new GroupMember<>(group, machine(id, kind), server.getDivision(id), events, clock);
    }

    @SuppressWarnings("unchecked") // stateMachine() makes no other kind for this group.
    private <M extends Machine> RatisStateMachine<M> machine(RaftGroupId id, Class<M> kind) {
        RatisStateMachine<? extends Machine> made = Objects.requireNonNull(machines.get(id));
        Invariant.check(kind.isInstance(made.machine()), "a group has its kind of machine");
        return (RatisStateMachine<M>) made;
    }

    private static void manage(RaftServer server, GroupManagementRequest request)
            throws IOException {
        RaftClientReply reply = server.groupManagement(request);
        if (!reply.isSuccess()) {
            throw new IOException("the Raft server refuses " + request, reply.getException());
        }
    }
}
