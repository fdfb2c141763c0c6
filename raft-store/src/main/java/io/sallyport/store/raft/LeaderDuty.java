package io.sallyport.store.raft;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.watch.LeaderWatch;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.ClusterCommand;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.Drains;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.machine.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaders do without being asked. One thread on every store, twenty times a second and
 * whenever the control group's state moved here; for each group it does something only while this
 * store leads that one. There is no talk between groups: who leads one reads the other's replica in
 * this process, whose state is committed and only ever lags (docs/adr/0020). A word of a former
 * leader does no harm: each names what it saw, and is void where more was applied since.
 */
final class LeaderDuty implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderDuty.class);
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Duration HAND_OVER = Duration.ofSeconds(3);

    private final String store;
    private final int leaseGroups;
    private final Consumer<Throwable> fatal;
    private final Thread thread;
    private final LeaderWatch watch = new LeaderWatch();
    private final Spread spread = new Spread();
    private final Drains drains = new Drains();
    private long term = -1;
    private volatile boolean closed;

    private record Duties(
            GroupMember<ControlMachine> control,
            LeaderVoice toControl,
            List<GroupMember<LeaseMachine>> leases,
            List<LeaderVoice> toLeases) {}

    /** Written once, before the thread starts. */
    private List<Duties> duties = List.of();

    LeaderDuty(RaftSettings settings, Consumer<Throwable> fatal) {
        this.store = settings.store();
        this.leaseGroups = settings.leaseGroups();
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("leader-duty").daemon().unstarted(this::run);
    }

    void start(GroupMember<ControlMachine> control, List<GroupMember<LeaseMachine>> leases) {
        List<LeaderVoice> voices = new ArrayList<>();
        leases.forEach(group -> voices.add(new LeaderVoice(group::submit, this::wake)));
        LeaderVoice toControl = new LeaderVoice(control::submit, this::wake);
        duties = List.of(new Duties(control, toControl, leases, voices));
        thread.start();
    }

    /** Something changed. From any thread. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, TURN_NANOS);
            for (Duties each : duties) {
                if (!alive(each)) {
                    fatal.accept(
                            new IllegalStateException(
                                    "the Raft server closed itself: its disk failed, or store "
                                            + store
                                            + " was removed from the cluster"));
                    return;
                }
                turn(each, System.nanoTime());
            }
        }
    }

    private boolean alive(Duties all) {
        return closed || all.control.alive() && all.leases.stream().allMatch(GroupMember::alive);
    }

    private void turn(Duties all, long nowNanos) {
        ControlMachine.View seen = all.control.machine().view();
        if (seen.leaseGroups() != 0 && seen.leaseGroups() != leaseGroups) {
            fatal.accept(
                    new IllegalStateException(
                            "the cluster has %d lease groups, the configuration says %d"
                                    .formatted(seen.leaseGroups(), leaseGroups)));
            return;
        }
        if (all.control.leads()) {
            control(all, seen, nowNanos);
        } else {
            term = -1;
        }
        spread(all, nowNanos);
        for (int i = 0; i < all.leases.size(); i++) {
            if (all.leases.get(i).leads()) {
                LeaseMachine.View knows = all.leases.get(i).machine().view();
                LeaderVoice voice = all.toLeases.get(i);
                Learning.next(seen, knows)
                        .ifPresent(learn -> voice.say(Law.ALLOCATOR, AllocatorCodec.encode(learn)));
            }
        }
    }

    /** Leads of several groups are spread over the stores. */
    private void spread(Duties all, long nowNanos) {
        Map<Integer, String> leaders = new HashMap<>();
        Map<Integer, List<String>> followers = new HashMap<>();
        Map<Integer, GroupMember<? extends Machine>> groups = new HashMap<>();
        groups.put(all.control.number(), all.control);
        all.leases.forEach(group -> groups.put(group.number(), group));
        groups.forEach((number, group) -> {
            group.leader().ifPresent(leader -> leaders.put(number, leader));
            followers.put(number, group.followers());
        });
        spread.look(store, leaders, groups.size(), followers, nowNanos)
                .ifPresent(move -> {
                    LOG.info("hands the lead of group {} to {}", move.group(), move.to());
                    var unused =
                            Objects.requireNonNull(groups.get(move.group()))
                                    .handOver(move.to(), HAND_OVER);
                });
    }

    private byte[] found() {
        return ClusterCommand.encode(new ClusterCommand.Found(leaseGroups));
    }

    private void control(Duties all, ControlMachine.View seen, long nowNanos) {
        if (seen.leaseGroups() == 0) {
            all.toControl.say(Law.CLUSTER, found());
            return;
        }
        if (term != all.control.term()) {
            term = all.control.term();
            watch.forget();
        }
        Optional<AllocatorCommand.OfMembers> word =
                watch.judge(seen.membership(), nowNanos).or(() -> forgotten(all, seen));
        if (word.isPresent()
                && all.toControl.say(Law.ALLOCATOR, AllocatorCodec.encode(word.get()))) {
            LOG.info("as leader: {}", word.get());
        }
        if (word.isEmpty()) {
            drained(all, seen);
        }
    }

    private void drained(Duties all, ControlMachine.View seen) {
        drains.over(
                        seen,
                        pool ->
                                all.leases.stream()
                                        .mapToLong(group -> group.machine().leasedOf(pool))
                                        .sum(),
                        System.currentTimeMillis())
                .ifPresent(over -> {
                    if (all.toControl.say(Law.CATALOG, over.command())) {
                        LOG.info("as leader: the drain of {} is over", over.eip());
                    }
                });
    }

    /**
     * A dead incarnation of which nothing is left: every lease group knows here that it is dead, so
     * it was granted nothing since, and holds nothing of it.
     */
    private static Optional<AllocatorCommand.OfMembers> forgotten(
            Duties all, ControlMachine.View seen) {
        return seen.membership().members().stream()
                .filter(member -> member.status() == Member.Status.DEAD)
                .filter(member ->
                        all.leases.stream().allMatch(group -> nothingLeft(group.machine(), member)))
                .<AllocatorCommand.OfMembers>map(
                        member -> new AllocatorCommand.Forget(member.incarnation()))
                .findFirst();
    }

    private static boolean nothingLeft(LeaseMachine lease, Member dead) {
        Membership learned = lease.view().membership();
        return learned.epoch().compareTo(dead.since()) >= 0
                && lease.leasedTo(dead.incarnation()) == 0;
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
