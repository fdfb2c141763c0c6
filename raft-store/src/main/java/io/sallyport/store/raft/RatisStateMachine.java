package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.machine.Entry;
import io.sallyport.store.machine.Machine;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine as Ratis sees it. Applying touches memory only; checkpoints are made beside it.
 * Ratis calls it from one thread of its own, but for the installation of a received checkpoint, and
 * for a log that failed.
 */
final class RatisStateMachine<M extends Machine> extends BaseStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(RatisStateMachine.class);

    /** How long a store that is told to stop may take for its last checkpoint. */
    private static final Duration LAST = Duration.ofSeconds(20);

    /**
     * What has been applied for so long is in a checkpoint, if it is more than a few: a store that
     * has just started applies entries slowly, and serves when it has applied all.
     */
    private static final long CUT_AFTER_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long FEW = 256;

    private final RaftSettings.Cut cut;
    private final Checkpoints checkpoints = new Checkpoints();
    private final CheckpointMaker maker;
    private final Supplier<M> empty;
    private final Consumer<M> changed;
    private final Consumer<Milestone> milestones;
    private final Consumer<Throwable> fatal;
    private volatile M machine;
    private volatile boolean broken;
    private long cutIndex;
    private long cutNanos;
    private long bytesSinceCut;

    /**
     * @param empty makes the state before the first entry
     * @param cut when a checkpoint is made
     * @param changed hears of the state after each entry; on the applying thread, must not block
     * @param milestones hears where applying and checkpoints are; for those who end processes there
     * @param fatal hears of what cannot be applied or written: the process must stop
     */
    RatisStateMachine(
            Supplier<M> empty,
            RaftSettings.Cut cut,
            Consumer<M> changed,
            Consumer<Milestone> milestones,
            Consumer<Throwable> fatal) {
        this.empty = empty;
        this.machine = empty.get();
        this.cut = cut;
        this.changed = changed;
        this.milestones = milestones;
        this.fatal = fatal;
        this.maker = new CheckpointMaker(checkpoints, milestones, fatal);
    }

    /** The state; another object after a received checkpoint. */
    M machine() {
        return machine;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
            throws IOException {
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            super.initialize(server, group, storage);
                            checkpoints.init(storage);
                            load();
                        },
                        IOException.class);
    }

    /** Comes before a received checkpoint takes the place of ours. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        maker.abandon();
        try {
            checkpoints.syncReceived();
        } catch (IOException e) {
            DiskException failed =
                    new DiskException(checkpoints.root(), "a checkpoint of another store", e);
            fatal.accept(failed);
            throw new UncheckedIOException(failed);
        }
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        try {
            checkpoints.syncReplaced();
            getLifeCycle().startAndTransition(this::load, IOException.class);
        } catch (IOException e) {
            // Ratis would close itself and say nothing that names the disk.
            fatal.accept(new DiskException(checkpoints.root(), "a received checkpoint", e));
            throw e;
        }
    }

    private void load() throws IOException {
        RocksDatabase live = checkpoints.open();
        TermIndex covered = checkpoints.covered();
        M fresh = empty.get();
        if (covered.getIndex() >= 0) {
            live.read(fresh::load);
            fresh.loaded(covered.getIndex());
        }
        maker.goOnFrom(live);
        machine = fresh;
        cutIndex = covered.getIndex();
        cutNanos = System.nanoTime();
        bytesSinceCut = 0;
        setLastAppliedTermIndex(covered);
        changed.accept(fresh);
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return checkpoints;
    }

    /** Comes between writing the log and syncing it. */
    @Override
    public CompletableFuture<Void> flush(long index) {
        milestones.accept(Milestone.LOG_WRITTEN);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = Objects.requireNonNull(transaction.getLogEntry());
        try {
            byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
            milestones.accept(Milestone.APPLYING);
            List<Answer.Applied> answers = machine.apply(entry.getIndex(), Entry.decode(bytes));
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            milestones.accept(Milestone.APPLIED);
            cutWhenDue(bytes.length);
            changed.accept(machine);
            return CompletableFuture.completedFuture(new AppliedEntry(answers));
        } catch (RuntimeException | Error e) {
            // A replica that cannot apply what was agreed must not go on as if it had.
            broken = true;
            LOG.error(
                    "entry {} of term {} cannot be applied", entry.getIndex(), entry.getTerm(), e);
            fatal.accept(e);
            throw e;
        }
    }

    /**
     * Not when Ratis asks, since it counts entries only, and an entry may be 20 bytes or 64 KiB.
     */
    private void cutWhenDue(int bytes) {
        bytesSinceCut += bytes;
        TermIndex applied = getLastAppliedTermIndex();
        long entries = applied.getIndex() - cutIndex;
        boolean due =
                entries >= cut.entries()
                        || bytesSinceCut >= cut.bytes()
                        || entries >= FEW && System.nanoTime() - cutNanos >= CUT_AFTER_NANOS;
        if (due && maker.begin(machine, applied)) {
            cutIndex = applied.getIndex();
            cutNanos = System.nanoTime();
            bytesSinceCut = 0;
        }
    }

    /**
     * Only says what the latest checkpoint covers, so that Ratis may cut its log up to there: they
     * are made when we find them due, and take longer than the applying thread has.
     */
    @Override
    public long takeSnapshot() {
        return checkpoints.covered().getIndex();
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failed) {
        fatal.accept(new DiskException(checkpoints.root(), "the log", cause));
    }

    /** Makes a last checkpoint, so that the next start has nothing to apply again. */
    @Override
    public void close() {
        TermIndex applied = getLastAppliedTermIndex();
        if (!broken
                && maker.await(LAST)
                && applied.getIndex() > checkpoints.covered().getIndex()
                && maker.begin(machine, applied)
                && !maker.await(LAST)) {
            LOG.warn("no checkpoint within {}; the next start applies the log again", LAST);
        }
        maker.abandon();
    }
}
