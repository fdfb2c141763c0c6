package io.sallyport.store.client;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A look at the state, which any store answers. On the client's loop only. */
final class Question<T> extends Request {

    private final int group;
    private final Call call;
    private final long deadlineNanos;
    private final Function<Answer, Optional<T>> meaning;
    private final CompletableFuture<Outcome<T>> future;

    /**
     * @param lane by whose guess of a leader it goes: leaders lag least
     * @param meaning empty where the answer does not fit the question
     */
    Question(
            Lane lane,
            int group,
            Call call,
            long deadlineNanos,
            long patienceNanos,
            Function<Answer, Optional<T>> meaning,
            CompletableFuture<Outcome<T>> future) {
        super(Kind.READ, lane, patienceNanos);
        this.group = group;
        this.call = call;
        this.deadlineNanos = deadlineNanos;
        this.meaning = meaning;
        this.future = future;
    }

    @Override
    int group() {
        return group;
    }

    @Override
    Call call() {
        return call;
    }

    @Override
    boolean expired(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0) {
            giveUp();
        }
        return future.isDone();
    }

    @Override
    void giveUp() {
        future.complete(givenUp());
    }

    @Override
    void refuse(String reason) {
        future.complete(new Outcome.Refused<>(reason));
    }

    @Override
    void finish(Answer answer) {
        future.complete(understood(answer));
    }

    private Outcome<T> understood(Answer answer) {
        try {
            return meaning.apply(answer)
                    .<Outcome<T>>map(Outcome.Done::new)
                    .orElseGet(() -> new Outcome.Refused<>("an answer that does not fit"));
        } catch (WireException e) {
            return new Outcome.Refused<>("an answer in unknown words: " + e.getMessage());
        }
    }
}
