package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.watch.LeaderWatch;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a leader does without being asked, at one store: the control group's judges silence and
 * forgets the dead, a lease group's learns. A leader that is none any more does so as well, for a
 * while.
 */
final class SimDuties {

    private static final long JUDGE_NANOS = 100 * SimWorld.MS;

    private final SimWorld world;
    private final SimStores stores;
    private final SimStores.Store store;
    private LeaderWatch watch = new LeaderWatch();
    private final long[] terms;
    private final boolean[] pending;
    private long client;
    private long sequence;
    private long nextJudgeNanos;

    SimDuties(SimWorld world, SimStores stores, SimStores.Store store) {
        this.world = world;
        this.stores = stores;
        this.store = store;
        terms = new long[stores.leaseGroups + 1];
        pending = new boolean[stores.leaseGroups + 1];
        client = world.random.nextLong();
    }

    /** A new process. */
    void forget() {
        watch = new LeaderWatch();
        Arrays.fill(terms, 0);
        Arrays.fill(pending, false);
        client = world.random.nextLong();
        sequence = 0;
    }

    void turn() {
        for (SimGroup group : stores.groups) {
            long term = group.leadsIn(store.number);
            boolean begins = term != terms[group.number];
            terms[group.number] = term;
            if (begins) {
                pending[group.number] = false;
            }
            if (term == 0) {
                continue;
            }
            if (group.number == 0) {
                control(group, begins);
            } else {
                learn(group);
            }
        }
    }

    private void control(SimGroup group, boolean begins) {
        long now = store.clock.at(world.now());
        if (begins) {
            watch.forget();
        }
        if (now < nextJudgeNanos) {
            return;
        }
        nextJudgeNanos = now + JUDGE_NANOS;
        Membership membership = store.control().view().membership();
        Optional<AllocatorCommand.OfMembers> judged =
                world.mutants.judge(membership, now).or(() -> watch.judge(membership, now));
        if (judged.isPresent()) {
            world.fault("leader says " + judged.get().getClass().getSimpleName());
            say(group, judged.get());
        } else {
            forgettable(membership)
                    .ifPresent(dead -> say(group, new AllocatorCommand.Forget(dead)));
        }
    }

    private Optional<Incarnation> forgettable(Membership membership) {
        for (Member member : membership.members()) {
            if (member.status() == Member.Status.DEAD && nothingLeft(member.incarnation())) {
                return Optional.of(member.incarnation());
            }
        }
        return Optional.empty();
    }

    /** Every lease group knows that it is dead, and holds nothing of it. */
    private boolean nothingLeft(Incarnation dead) {
        if (world.mutants.forgetsEarly()) {
            return true;
        }
        for (int group = 1; group <= stores.leaseGroups; group++) {
            LeaseMachine lease = store.lease(group);
            boolean knows =
                    lease.view()
                            .membership()
                            .member(dead)
                            .map(m -> m.status() == Member.Status.DEAD)
                            .orElse(false);
            if (!knows || lease.leasedTo(dead) > 0) {
                return false;
            }
        }
        return true;
    }

    private void learn(SimGroup group) {
        ControlMachine.View known = store.control().view();
        LeaseMachine.View learned = store.lease(group.number).view();
        boolean news =
                !learned.membership().sameStanding(known.membership())
                        || !learned.pools().equals(known.pools());
        if (!news || known.index() <= learned.asOf()) {
            return;
        }
        Set<Pool> before = new HashSet<>(learned.pools());
        List<Pool> added = known.pools().stream().filter(p -> !before.contains(p)).toList();
        Set<PoolId> after = new HashSet<>(known.pools().stream().map(Pool::id).toList());
        List<PoolId> removed =
                learned.pools().stream().map(Pool::id).filter(p -> !after.contains(p)).toList();
        say(
                group,
                world.mutants.said(
                        new AllocatorCommand.Learn(
                                known.index(), known.membership(), added, removed)));
    }

    /** One word at a time for each group. */
    private void say(SimGroup group, AllocatorCommand command) {
        if (pending[group.number]) {
            return;
        }
        pending[group.number] = true;
        sequence++;
        long term = terms[group.number];
        group.submit(
                store.number,
                ClientCall.of(
                        client, sequence, sequence, Law.ALLOCATOR, AllocatorCodec.encode(command)),
                answer -> {
                    if (terms[group.number] == term) {
                        pending[group.number] = false;
                    }
                });
    }
}
