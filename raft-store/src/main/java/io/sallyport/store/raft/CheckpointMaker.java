package io.sallyport.store.raft;

import io.sallyport.store.machine.Machine;
import io.sallyport.store.rocks.RocksDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes checkpoints while the state goes on changing, one at a time. The applying thread only says
 * where to cut; the rows are taken from the machine a few at a time, and written, on a thread of
 * the checkpoint's own.
 *
 * <p>After a failure there is no other attempt: rows that were taken and not written would be
 * missing from it. The store stops, and its next start makes the state anew from copy and log.
 */
final class CheckpointMaker {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointMaker.class);

    /** Rows taken at once; applying waits for so many at most, some hundred microseconds. */
    private static final int ROWS = 256;

    private final Checkpoints checkpoints;
    private final Consumer<Milestone> milestones;
    private final Consumer<Throwable> fatal;
    private @Nullable RocksDatabase database;
    private @Nullable Thread making;
    private volatile boolean abandoned;

    /**
     * @param milestones hears where the making is, on the thread that makes it
     * @param fatal hears why there will be no more checkpoints
     */
    CheckpointMaker(
            Checkpoints checkpoints, Consumer<Milestone> milestones, Consumer<Throwable> fatal) {
        this.checkpoints = checkpoints;
        this.milestones = milestones;
        this.fatal = fatal;
    }

    /** Goes on from this database, which holds the latest checkpoint. Nothing is being made now. */
    synchronized void goOnFrom(RocksDatabase live) {
        database = live;
        abandoned = false;
    }

    /**
     * Begins a checkpoint of the state as it is now, unless one is being made. On the applying
     * thread.
     *
     * @param covered the last entry that was applied
     * @return whether it was begun
     */
    synchronized boolean begin(Machine machine, TermIndex covered) {
        RocksDatabase live = database;
        if (live == null || abandoned || (making != null && making.isAlive())) {
            return false;
        }
        machine.cut();
        milestones.accept(Milestone.CUT);
        making =
                Thread.ofPlatform()
                        .name("checkpoint-" + covered.getIndex())
                        .daemon()
                        .start(() -> make(live, machine, covered));
        return true;
    }

    private void make(RocksDatabase live, Machine machine, TermIndex covered) {
        long began = System.nanoTime();
        try {
            boolean more = true;
            while (more && !abandoned) {
                more = live.write(sink -> machine.drain(sink, ROWS));
                milestones.accept(Milestone.ROWS_WRITTEN);
            }
            if (abandoned) {
                return;
            }
            live.cover(new RocksDatabase.Covers(covered.getTerm(), covered.getIndex()));
            milestones.accept(Milestone.FLUSHED);
            checkpoints.publish(live, covered, milestones);
            LOG.info(
                    "checkpoint of entry {} made in {} ms",
                    covered.getIndex(),
                    Duration.ofNanos(System.nanoTime() - began).toMillis());
        } catch (IOException e) {
            abandoned = true;
            fatal.accept(new DiskException(checkpoints.root(), "a checkpoint", e));
        } catch (RuntimeException | Error e) {
            abandoned = true;
            fatal.accept(e);
            throw e;
        }
    }

    /**
     * Waits for the checkpoint that is being made.
     *
     * @return whether none is being made any more
     */
    boolean await(Duration patience) {
        Thread thread;
        synchronized (this) {
            thread = making;
        }
        try {
            return thread == null || thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Gives up the checkpoint that is being made, if there is one, and makes no other until told
     * from what. When this returns, nothing touches the disk any more.
     */
    void abandon() {
        abandoned = true;
        Thread thread;
        RocksDatabase live;
        synchronized (this) {
            thread = making;
            making = null;
            live = database;
            database = null;
        }
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // A database that is in use cannot be closed.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (live != null) {
            live.close();
        }
    }
}
