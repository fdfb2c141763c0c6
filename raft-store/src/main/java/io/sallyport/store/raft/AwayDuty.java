package io.sallyport.store.raft;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does without being asked: it puts silent members away. Its own thread, ten times
 * a second on every store; only the leader's does anything. A word of a former leader does no harm:
 * it names the last Renew that it saw, and is void where a later one was applied.
 */
final class AwayDuty implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AwayDuty.class);
    private static final Duration TURN = Duration.ofMillis(100);

    private final RaftNode node;
    private final Consumer<Throwable> fatal;
    private final Thread thread;
    private final Silence silence = new Silence();
    private final long client = new SecureRandom().nextLong();
    private long sequence;
    private long term = -1;
    private CompletableFuture<Answer> pending =
            CompletableFuture.completedFuture(new Answer.Forgotten());

    private AwayDuty(RaftNode node, Consumer<Throwable> fatal) {
        this.node = node;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("leader-duty").daemon().unstarted(this::run);
    }

    static AwayDuty start(RaftNode node, Consumer<Throwable> fatal) {
        AwayDuty duty = new AwayDuty(node, fatal);
        duty.thread.start();
        return duty;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(TURN);
                if (!node.alive()) {
                    fatal.accept(new IllegalStateException("the Raft server closed itself"));
                    return;
                }
                turn(System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(long nowNanos) {
        if (!node.leads()) {
            term = -1;
            return;
        }
        if (term != node.term()) {
            term = node.term();
            silence.forget();
        }
        Optional<AllocatorCommand.Away> away =
                silence.judge(node.machine().view().membership(), nowNanos);
        if (away.isPresent() && pending.isDone()) {
            LOG.info("incarnation {} is silent and its peers miss it", away.get().incarnation());
            pending = node.submit(call(away.get()));
        }
    }

    private ClientCall call(AllocatorCommand command) {
        sequence++;
        return new ClientCall(
                client, sequence, sequence, Law.ALLOCATOR, AllocatorCodec.encode(command));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
