package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.Entry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaderBatcherTest {

    private final List<Entry> entries = new ArrayList<>();
    private final List<CompletableFuture<List<Answer.Applied>>> commits = new ArrayList<>();
    private final List<Integer> committed = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private long sequence;

    private final LeaderBatcher batcher =
            new LeaderBatcher(
                    entry -> {
                        entries.add(Entry.decode(entry));
                        commits.add(new CompletableFuture<>());
                        return commits.getLast();
                    },
                    Clock.systemUTC(),
                    new LeaderBatcher.BatchListener() {
                        @Override
                        public void committed(int calls, long nanos) {
                            committed.add(calls);
                        }

                        @Override
                        public void failed(int calls) {
                            failed.add(calls);
                        }
                    });

    private CompletableFuture<Answer> submit(int bytes) {
        return batcher.submit(ClientCall.of(1, ++sequence, 1, Law.CATALOG, new byte[bytes]));
    }

    /** Answers each call of an entry with its sequence. */
    private void commit(int entry) {
        List<Answer.Applied> answers = new ArrayList<>();
        for (ClientCall call : entries.get(entry).calls()) {
            answers.add(new Answer.Result(new byte[] {(byte) call.sequence()}));
        }
        commits.get(entry).complete(answers);
    }

    private static int answered(CompletableFuture<Answer> answer) {
        return ((Answer.Result) answer.join()).results()[0];
    }

    @Test
    void aLoneCallLeavesAtOnceAndTheNextOnesShareAnEntry() {
        CompletableFuture<Answer> first = submit(10);
        assertThat(entries).hasSize(1);
        CompletableFuture<Answer> second = submit(10);
        CompletableFuture<Answer> third = submit(10);
        assertThat(entries).hasSize(1);
        commit(0);
        assertThat(answered(first)).isEqualTo(1);
        assertThat(entries).hasSize(2);
        assertThat(entries.get(1).calls()).hasSize(2);
        commit(1);
        assertThat(answered(second)).isEqualTo(2);
        assertThat(answered(third)).isEqualTo(3);
        assertThat(committed).containsExactly(1, 2);
    }

    @Test
    void eachEntryHasEntropyOfItsOwn() {
        submit(10);
        submit(10);
        commit(0);
        assertThat(Arrays.equals(entries.get(0).entropy(), entries.get(1).entropy())).isFalse();
    }

    @Test
    void anEntryIsCappedByBytesAndTheRestGoesNext() {
        submit(1);
        for (int i = 0; i < 10; i++) {
            submit(20 * 1024);
        }
        commit(0);
        assertThat(entries.get(1).calls()).hasSize(3);
        commit(1);
        assertThat(entries.get(2).calls()).hasSize(3);
    }

    @Test
    void aCallAboveTheCapGoesAlone() {
        submit(1);
        submit(200 * 1024);
        submit(1);
        commit(0);
        assertThat(entries.get(1).calls()).hasSize(1);
        commit(1);
        assertThat(entries.get(2).calls()).hasSize(1);
    }

    @Test
    void clientsTakeTurnsWhereMoreWaitsThanAnEntryHolds() {
        submit(1);
        for (int i = 0; i < 10; i++) {
            submit(20 * 1024);
        }
        batcher.submit(ClientCall.of(2, 1, 1, Law.CATALOG, new byte[10]));
        commit(0);
        assertThat(entries.get(1).calls()).extracting(ClientCall::client).contains(2L);
    }

    @Test
    void whatFailsIsUnknownAndTheNextEntryLeavesAllTheSame() {
        CompletableFuture<Answer> first = submit(10);
        submit(10);
        commits.getFirst().completeExceptionally(new IOException("stepped down"));
        assertThat(first.join()).isEqualTo(new Answer.Again("stepped down"));
        assertThat(entries).hasSize(2);
        assertThat(failed).containsExactly(1);
    }

    @Test
    void tooMuchIsRefusedAtOnce() {
        submit(10);
        CompletableFuture<Answer> last = CompletableFuture.completedFuture(new Answer.Forgotten());
        for (int i = 0; i < 200 && !(last.join() instanceof Answer.Busy); i++) {
            CompletableFuture<Answer> next = submit(250 * 1024);
            last = next.isDone() ? next : CompletableFuture.completedFuture(new Answer.Forgotten());
        }
        assertThat(last.join()).isInstanceOf(Answer.Busy.class);
    }
}
