package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import io.sallyport.store.machine.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Three stores with a control group and some lease groups: the real machines on simulated logs. */
final class SimStores {

    static final int COUNT = 3;
    static final int WANTED_MAX = 64;

    /** One store's process and disk. */
    final class Store {
        final int number;
        final SimClock clock = new SimClock(world.now());
        private final SimReplica<ControlMachine> control;
        private final List<SimReplica<LeaseMachine>> leases = new ArrayList<>();
        private final SimDuties duties;
        boolean up = true;
        boolean paused;

        /** How long after a commit it hears of it as a follower. */
        long lagNanos = SimWorld.MS;

        Store(int number) {
            this.number = number;
            control =
                    new SimReplica<>(
                            ControlMachine::new, world.founding.control(), world.founding.index());
            for (int group = 1; group <= leaseGroups; group++) {
                int which = group;
                leases.add(
                        new SimReplica<>(
                                () -> new LeaseMachine(which, leaseGroups, number),
                                world.founding.leases(which, leaseGroups, keys),
                                0));
            }
            duties = new SimDuties(world, SimStores.this, this);
        }

        boolean runs() {
            return up && !paused;
        }

        /** As far as it knows by now. */
        ControlMachine control() {
            follow(this, groups.getFirst());
            return control.machine();
        }

        LeaseMachine lease(int group) {
            follow(this, groups.get(group));
            return leases.get(group - 1).machine();
        }

        private SimReplica<? extends Machine> replica(int group) {
            return group == 0 ? control : leases.get(group - 1);
        }
    }

    private final SimWorld world;
    private final List<LeaseKey> keys;
    final int leaseGroups;
    final SimHolders holders;
    final List<SimGroup> groups = new ArrayList<>();
    private final List<Store> stores = new ArrayList<>();
    private final boolean[][] cuts = new boolean[COUNT][COUNT];

    SimStores(SimWorld world, int leaseGroups, List<LeaseKey> keys) {
        this.world = world;
        this.leaseGroups = leaseGroups;
        this.keys = keys;
        holders = new SimHolders(world.tally);
        for (int i = 0; i < COUNT; i++) {
            stores.add(new Store(i));
        }
        for (int group = 0; group <= leaseGroups; group++) {
            long founded = group == 0 ? world.founding.index() : 0;
            groups.add(new SimGroup(world, this, group, founded));
        }
        world.every(10 * SimWorld.MS, this::tick);
        world.every(100 * SimWorld.MS, this::checkpoint);
    }

    Store store(int number) {
        return stores.get(number);
    }

    Store anyStore() {
        return stores.get(world.random.nextInt(COUNT));
    }

    private void tick() {
        for (SimGroup group : groups) {
            group.tick();
        }
        for (Store store : stores) {
            if (store.runs()) {
                store.duties.turn();
            }
        }
    }

    /** Each store writes at its own pace; the log is kept until a majority has written. */
    private void checkpoint() {
        for (SimGroup group : groups) {
            long[] durable = new long[COUNT];
            for (Store store : stores) {
                if (store.runs() && world.random.nextInt(4) == 0) {
                    follow(store, group);
                    store.replica(group.number).writeSome();
                }
                durable[store.number] = store.replica(group.number).durable();
            }
            Arrays.sort(durable);
            group.purge(durable[COUNT / 2]);
        }
    }

    /** Whether it runs and reaches another one that runs. */
    boolean hasMajority(int store) {
        if (!stores.get(store).runs()) {
            return false;
        }
        for (int other = 0; other < COUNT; other++) {
            if (other != store && stores.get(other).runs() && !cuts[store][other]) {
                return true;
            }
        }
        return false;
    }

    /** All that is committed. */
    void catchUp(int store, SimGroup group) {
        apply(stores.get(store), group, world.now());
    }

    private void follow(Store store, SimGroup group) {
        boolean leads = group.isLedBy(store.number);
        apply(store, group, leads ? world.now() : world.now() - store.lagNanos);
    }

    private void apply(Store store, SimGroup group, long committedBefore) {
        SimReplica<? extends Machine> replica = store.replica(group.number);
        if (replica.applied() == group.last()) {
            return;
        }
        if (replica.applied() + 1 < group.first()) {
            install(store, group);
        }
        for (SimGroup.LogEntry entry : group.after(replica.applied(), committedBefore)) {
            List<Answer.Applied> answers = replica.apply(entry);
            List<Answer.Applied> first = entry.answers;
            if (first == null) {
                entry.answers = answers;
                holders.applied(entry.entry(), answers);
            } else if (!same(first, answers)) {
                throw new SimCheck.Violation(
                        "store: replicas of group %d differ at %d"
                                .formatted(group.number, entry.index()));
            }
        }
    }

    private static boolean same(List<Answer.Applied> one, List<Answer.Applied> other) {
        boolean equal = one.size() == other.size();
        for (int i = 0; equal && i < one.size(); i++) {
            equal = same(one.get(i), other.get(i));
        }
        return equal;
    }

    private static boolean same(Answer.Applied one, Answer.Applied other) {
        return switch (one) {
            case Answer.Result(byte[] a) ->
                    other instanceof Answer.Result(byte[] b) && Arrays.equals(a, b);
            case Answer.Forgotten f -> other instanceof Answer.Forgotten;
        };
    }

    /** What it would need of the log is purged: the snapshot of one who has it comes instead. */
    private void install(Store store, SimGroup group) {
        world.fault("snapshot installed");
        for (Store other : stores) {
            if (other.replica(group.number).durable() + 1 >= group.first()) {
                if (group.number == 0) {
                    store.control.install(other.control);
                } else {
                    int at = group.number - 1;
                    store.leases.get(at).install(other.leases.get(at));
                }
                return;
            }
        }
        throw new IllegalStateException("nobody has what the log has not");
    }

    // What a node reads at any store.

    Membership members(Store store) {
        return store.control().view().membership();
    }

    OrphansPage orphans(Store store, int group, Optional<Orphan.Position> after) {
        return store.lease(group).orphans(after);
    }

    List<LeaseKey> wanted(Store store, Incarnation holder) {
        List<LeaseKey> wanted = new ArrayList<>();
        for (int group = 1; group <= leaseGroups; group++) {
            wanted.addAll(store.lease(group).wanted(holder, WANTED_MAX));
        }
        return wanted;
    }

    /** A word to the control group from nobody in particular; it may be lost. */
    void say(AllocatorCommand.OfMembers command) {
        say(Law.ALLOCATOR, List.of(AllocatorCodec.encode(command)));
    }

    /** Likewise; all of it in one entry. */
    void say(Law law, List<byte[]> commands) {
        SimGroup group = groups.getFirst();
        for (Store store : stores) {
            if (group.isLedBy(store.number) && store.runs()) {
                ClientCall call =
                        new ClientCall(world.random.nextLong(), 1, 1, law, Bundle.of(commands));
                group.submit(store.number, call, answer -> {});
            }
        }
    }

    // Faults.

    void transferAny() {
        SimGroup group = groups.get(world.random.nextInt(groups.size()));
        group.transfer(world.random.nextInt(COUNT));
    }

    void crash(Store store) {
        store.up = false;
        store.paused = false;
        for (SimGroup group : groups) {
            group.crashed(store.number);
        }
    }

    void start(Store store) {
        if (!store.up) {
            store.up = true;
            store.duties.forget();
            store.control.restart();
            store.leases.forEach(SimReplica::restart);
        }
    }

    /** Its disk is replaced by an empty one; it counts again once it has all that is committed. */
    void loseDisk(Store store) {
        crash(store);
        store.control.loseDisk();
        store.leases.forEach(SimReplica::loseDisk);
        start(store);
        groups.forEach(group -> catchUp(store.number, group));
    }

    void cut(int one, int other) {
        cuts[one][other] = true;
        cuts[other][one] = true;
    }

    void mendCuts() {
        for (boolean[] row : cuts) {
            Arrays.fill(row, false);
        }
    }

    boolean allRun() {
        return stores.stream().allMatch(Store::runs);
    }

    void heal() {
        mendCuts();
        for (Store store : stores) {
            store.paused = false;
            store.lagNanos = SimWorld.MS;
            store.clock.run(1, world.now());
            start(store);
        }
    }
}
