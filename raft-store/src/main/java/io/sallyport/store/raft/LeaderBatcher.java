package io.sallyport.store.raft;

import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Stamp;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.RoundRobin;
import io.sallyport.store.machine.Entry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Group commit: one entry is on its way, the next forms meanwhile and leaves as soon as the first
 * is applied. So a lone call never waits for company, and under load entries grow by themselves: an
 * entry costs about the same however many calls it holds (docs/design/ALLOCATION.md section 8).
 *
 * <p>Where more waits than an entry holds the clients take turns, so that one who asks much delays
 * nobody who asks little.
 *
 * <p>Randomness enters here: the leader stamps each entry with bytes of its own. From any thread.
 */
final class LeaderBatcher {

    /** A larger entry would make those behind it wait longer than it saves. */
    private static final int ENTRY_BYTES_MAX = 64 * 1024;

    /** Calls that may wait; beyond this the caller hears at once that it is too much. */
    private static final int WAITING_MAX = 32_768;

    private static final long WAITING_BYTES_MAX = 32L << 20;

    private record Waiting(ClientCall call, CompletableFuture<Answer> answer) {
        int bytes() {
            return call.bytes();
        }
    }

    /** Puts an entry into the log, and says what became of its calls, in their order. */
    interface Log extends Function<byte[], CompletableFuture<List<Answer.Applied>>> {}

    private final Log log;
    private final Clock clock;
    private final BatchListener listener;
    private final SecureRandom random = new SecureRandom();
    private final RoundRobin<Long, Waiting> waiting = new RoundRobin<>();
    private long waitingBytes;
    private boolean underway;

    /** Hears what became of each entry. */
    interface BatchListener {
        void committed(int calls, long nanos);

        void failed(int calls);
    }

    LeaderBatcher(Log log, Clock clock, BatchListener listener) {
        this.log = log;
        this.clock = clock;
        this.listener = listener;
    }

    /** Completes with Applied, Again or Busy; on Raft's threads or the caller's. */
    CompletableFuture<Answer> submit(ClientCall call) {
        Waiting mine = new Waiting(call, new CompletableFuture<>());
        List<Waiting> batch;
        synchronized (this) {
            if (waiting.size() >= WAITING_MAX || waitingBytes > WAITING_BYTES_MAX) {
                mine.answer.complete(
                        new Answer.Busy(waiting.size() + " calls wait for the log already"));
                return mine.answer;
            }
            waiting.add(call.client(), mine);
            waitingBytes += mine.bytes();
            batch = next();
        }
        commit(batch);
        return mine.answer;
    }

    /** What goes next; empty while an entry is on its way or nothing waits. */
    private synchronized List<Waiting> next() {
        List<Waiting> batch = new ArrayList<>();
        if (underway) {
            return batch;
        }
        int bytes = Entry.OVERHEAD_BYTES;
        while (!waiting.isEmpty() && batch.size() < Entry.CALLS_MAX) {
            int more = waiting.first().bytes();
            if (!batch.isEmpty() && bytes + more > ENTRY_BYTES_MAX) {
                break;
            }
            bytes += more;
            waitingBytes -= more;
            batch.add(waiting.take());
        }
        underway = !batch.isEmpty();
        return batch;
    }

    private void commit(List<Waiting> batch) {
        if (batch.isEmpty()) {
            return;
        }
        long began = System.nanoTime();
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        random.nextBytes(entropy);
        List<ClientCall> calls = batch.stream().map(Waiting::call).toList();
        var unused =
                log.apply(new Entry(entropy, clock.millis(), calls).encode())
                        .whenComplete((answers, failure) -> {
                            commit(afterThis());
                            if (failure == null) {
                                listener.committed(batch.size(), System.nanoTime() - began);
                                answer(batch, answers);
                            } else {
                                listener.failed(batch.size());
                                fail(batch, failure);
                            }
                        });
    }

    /** The next entry is on its way to the disks while the answers to this one are given. */
    private synchronized List<Waiting> afterThis() {
        underway = false;
        return next();
    }

    private static void answer(List<Waiting> batch, List<Answer.Applied> answers) {
        Invariant.check(answers.size() == batch.size(), "every call of an entry is answered");
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer.complete(answers.get(i));
        }
    }

    /** The entry may be in the log all the same: nobody knows until the same call comes again. */
    private static void fail(List<Waiting> batch, Throwable failure) {
        Answer again = new Answer.Again(String.valueOf(failure.getMessage()));
        batch.forEach(each -> each.answer.complete(again));
    }
}
