package io.sallyport.gateway.peers;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.machine.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Raft group as its users see it: a log that one leader at a time makes longer. What a leader
 * had under way when it lost its office is in the log or not, and nobody is told; a leader that was
 * cut off believes in itself for a while. One entry is under way at a time, the next forms
 * meanwhile.
 */
final class SimGroup {

    /** Entries behind this are gone once most stores have them on their disks. */
    private static final int LOG_KEPT = 64;

    private static final int CALLS_PER_ENTRY = 16;

    /** An entry of the log, with what the first replica that applied it answered. */
    static final class LogEntry {
        private final long index;
        private final Entry entry;
        final long committedNanos;
        @Nullable List<Answer.Applied> answers;

        LogEntry(long index, Entry entry, long committedNanos) {
            this.index = index;
            this.entry = entry;
            this.committedNanos = committedNanos;
        }

        long index() {
            return index;
        }

        Entry entry() {
            return entry;
        }
    }

    private record Waiting(ClientCall call, Consumer<Answer> answer) {}

    private final SimWorld world;
    private final SimStores stores;
    final int number;

    /** The log from its first kept entry on; the last one's index is {@link #last}. */
    private final ArrayDeque<LogEntry> log = new ArrayDeque<>();

    private long last;
    private long term;

    /** The leader of the newest term; -1 where there is none. */
    private int leader = -1;

    private long leaderlessSince;
    private long electionNanos;

    /** Whether a store believes that it leads, and of which term. */
    private final long[] leads = new long[SimStores.COUNT];

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private List<Waiting> underway = List.of();

    /** What the last leader had under way and the next one will commit. */
    private List<Waiting> inherited = List.of();

    /** Accepted by a leader of an older term that does not know better: never committed. */
    private final List<List<Waiting>> vain = new ArrayList<>();

    SimGroup(SimWorld world, SimStores stores, int number, long founded) {
        this.world = world;
        this.stores = stores;
        this.number = number;
        last = founded;
        for (int i = 0; i < SimStores.COUNT; i++) {
            vain.add(new ArrayList<>());
        }
        elect(world.random.nextInt(SimStores.COUNT));
    }

    boolean isLedBy(int store) {
        return leader == store;
    }

    /** The term that the store believes it leads in; 0 where it does not. */
    long leadsIn(int store) {
        return leads[store];
    }

    /** A call reaches a store. */
    void submit(int store, ClientCall call, Consumer<Answer> answer) {
        if (leads[store] == 0) {
            answer.accept(new Answer.NotLeader(Optional.empty()));
        } else if (store != leader) {
            vain.get(store).add(new Waiting(call, answer));
        } else {
            waiting.add(new Waiting(call, answer));
            propose();
        }
    }

    private void propose() {
        if (!underway.isEmpty() || waiting.isEmpty()) {
            return;
        }
        underway = new ArrayList<>();
        while (underway.size() < CALLS_PER_ENTRY && !waiting.isEmpty()) {
            underway.add(waiting.remove());
        }
        long mine = term;
        world.at(commitNanos(), () -> tryToCommit(mine));
    }

    private long commitNanos() {
        return (long) ((0.2 + world.random.nextDouble()) * SimWorld.MS);
    }

    private void tryToCommit(long ofTerm) {
        if (term != ofTerm || underway.isEmpty()) {
            return;
        }
        if (leader < 0 || !stores.hasMajority(leader)) {
            world.at(5 * SimWorld.MS, () -> tryToCommit(ofTerm));
            return;
        }
        List<Waiting> committed = underway;
        underway = List.of();
        LogEntry entry = append(committed);
        stores.catchUp(leader, this);
        List<Answer.Applied> answers = entry.answers;
        if (answers == null || answers.size() != committed.size()) {
            throw new SimCheck.Violation("store: an entry's calls are not all answered");
        }
        for (int i = 0; i < committed.size(); i++) {
            committed.get(i).answer().accept(answers.get(i));
        }
        propose();
    }

    private LogEntry append(List<Waiting> calls) {
        byte[] entropy = new byte[32];
        world.random.nextBytes(entropy);
        List<ClientCall> said = calls.stream().map(Waiting::call).toList();
        LogEntry entry = new LogEntry(++last, new Entry(entropy, 0, said), world.now());
        log.add(entry);
        return entry;
    }

    /** Entries after that index which this store may know by now, in order. */
    List<LogEntry> after(long index, long committedBefore) {
        if (index == last) {
            return List.of();
        }
        List<LogEntry> tail = new ArrayList<>();
        for (LogEntry entry : log) {
            if (entry.index > index && entry.committedNanos <= committedBefore) {
                tail.add(entry);
            }
        }
        return tail;
    }

    /** The first index that can still be read. */
    long first() {
        return last - log.size() + 1;
    }

    long last() {
        return last;
    }

    void purge(long durableAtMajority) {
        while (log.size() > LOG_KEPT && log.getFirst().index <= durableAtMajority) {
            log.removeFirst();
        }
    }

    /** Its process is gone. */
    void crashed(int store) {
        leads[store] = 0;
        vain.get(store).forEach(w -> w.answer().accept(new Answer.Again("the store went down")));
        vain.get(store).clear();
        if (leader == store) {
            deposed(store);
        }
    }

    /** What the old leader had under way is committed by the next one, or lost. */
    private void deposed(int store) {
        boolean survives = world.random.nextBoolean();
        List<Waiting> doubtful = underway;
        List<Waiting> never = List.copyOf(waiting);
        underway = List.of();
        waiting.clear();
        leader = -1;
        term++;
        leaderlessSince = world.now();
        electionNanos = (long) ((300 + 1_200 * world.random.nextDouble()) * SimWorld.MS);
        if (survives && !doubtful.isEmpty()) {
            SimTally.count(world.tally.faults, "entry in doubt survived its leader");
            inherited = doubtful;
        } else if (!doubtful.isEmpty()) {
            SimTally.count(world.tally.faults, "entry in doubt died with its leader");
        }
        Runnable tellThem =
                () -> {
                    Answer again = new Answer.Again("no longer the leader");
                    doubtful.forEach(w -> w.answer().accept(again));
                    never.forEach(w -> w.answer().accept(again));
                    if (leads[store] != 0 && leader != store) {
                        leads[store] = 0;
                        vain.get(store).forEach(w -> w.answer().accept(again));
                        vain.get(store).clear();
                    }
                };
        world.at(world.random.nextInt(1_000) * SimWorld.MS, tellThem);
    }

    /** Now and then: a leader without a majority loses its office, and another one is found. */
    void tick() {
        if (leader >= 0 && !stores.hasMajority(leader)) {
            if (world.random.nextInt(8) == 0) {
                deposed(leader);
            }
        } else if (leader < 0 && world.now() - leaderlessSince > electionNanos) {
            int candidate = world.random.nextInt(SimStores.COUNT);
            if (stores.hasMajority(candidate)) {
                elect(candidate);
            }
        }
    }

    private void elect(int store) {
        leader = store;
        leads[store] = ++term;
        Answer again = new Answer.Again("a new term");
        vain.get(store).forEach(w -> w.answer().accept(again));
        vain.get(store).clear();
        if (!inherited.isEmpty()) {
            append(inherited);
            inherited = List.of();
        }
        stores.catchUp(store, this);
        SimTally.count(world.tally.faults, "election");
    }

    /** Another store takes over without need. */
    void transfer(int to) {
        if (leader >= 0 && leader != to && stores.hasMajority(to)) {
            deposed(leader);
            elect(to);
        }
    }
}
