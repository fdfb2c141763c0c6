package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * How a leader's duty speaks to its own group: one word at a time, never repeated. What is still
 * true when a word got lost is said anew. On the duty's thread.
 */
final class LeaderVoice {

    private final Function<ClientCall, CompletableFuture<Answer>> group;
    private final Runnable answered;
    private final long client = new SecureRandom().nextLong();
    private long sequence;
    private CompletableFuture<Answer> pending =
            CompletableFuture.completedFuture(new Answer.Forgotten());

    /** Something was not said, since the last word was on its way. */
    private volatile boolean awaited;

    /**
     * @param group takes what is said
     * @param answered runs, on any thread, when something may be said that could not before
     */
    LeaderVoice(Function<ClientCall, CompletableFuture<Answer>> group, Runnable answered) {
        this.group = group;
        this.answered = answered;
    }

    /** Says it, unless the last word is still on its way; whether it was said. */
    boolean say(Law law, byte[] command) {
        if (!pending.isDone()) {
            awaited = true;
            // It may have been answered before that was to be read.
            if (!pending.isDone()) {
                return false;
            }
        }
        awaited = false;
        sequence++;
        pending = group.apply(ClientCall.of(client, sequence, sequence, law, command));
        var unused =
                pending.whenComplete((answer, failure) -> {
                    if (awaited) {
                        answered.run();
                    }
                });
        return true;
    }
}
