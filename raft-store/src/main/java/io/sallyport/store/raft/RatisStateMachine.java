package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.machine.AppliedAnswers;
import io.sallyport.store.machine.Entry;
import io.sallyport.store.machine.StoreMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine as Ratis sees it. Applying touches memory only; the disk is touched at
 * checkpoints. Ratis calls it from one thread of its own, but for the installation of a received
 * checkpoint, during which nothing is applied.
 */
final class RatisStateMachine extends BaseStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(RatisStateMachine.class);

    private final Checkpoints checkpoints;
    private final Consumer<StoreMachine.View> changed;
    private final Consumer<Throwable> fatal;
    private volatile StoreMachine machine = new StoreMachine();

    /**
     * @param changed hears of the state after each entry; on the applying thread, must not block
     * @param fatal hears of an entry that cannot be applied: the process must stop
     */
    RatisStateMachine(
            Path directory, Consumer<StoreMachine.View> changed, Consumer<Throwable> fatal) {
        this.checkpoints = new Checkpoints(directory);
        this.changed = changed;
        this.fatal = fatal;
    }

    /** The state; another object after a received checkpoint. */
    StoreMachine machine() {
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
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().startAndTransition(this::load, IOException.class);
    }

    private void load() throws IOException {
        StoreMachine fresh = new StoreMachine();
        TermIndex covered = checkpoints.load(fresh);
        machine = fresh;
        setLastAppliedTermIndex(covered);
        changed.accept(fresh.view());
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return checkpoints;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = Objects.requireNonNull(transaction.getLogEntry());
        try {
            byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
            List<Answer.Applied> answers = machine.apply(entry.getIndex(), Entry.decode(bytes));
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            changed.accept(machine.view());
            byte[] reply = AppliedAnswers.encode(answers);
            return CompletableFuture.completedFuture(
                    Message.valueOf(UnsafeByteOperations.unsafeWrap(reply)));
        } catch (RuntimeException | Error e) {
            // A replica that cannot apply what was agreed must not go on as if it had.
            LOG.error(
                    "entry {} of term {} cannot be applied", entry.getIndex(), entry.getTerm(), e);
            fatal.accept(e);
            throw e;
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex covered = getLastAppliedTermIndex();
        if (covered.getIndex() < 0) {
            return covered.getIndex();
        }
        checkpoints.take(machine, covered);
        return covered.getIndex();
    }

    @Override
    public void close() {
        checkpoints.close();
    }
}
