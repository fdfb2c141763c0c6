package io.sallyport.store.raft;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.Machine;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;

/**
 * How a leader's duty speaks to its own group: one word at a time, never repeated. What is still
 * true when a word got lost is said anew. On the duty's thread.
 */
final class LeaderVoice {

    private final GroupMember<? extends Machine> group;
    private final long client = new SecureRandom().nextLong();
    private long sequence;
    private CompletableFuture<Answer> pending =
            CompletableFuture.completedFuture(new Answer.Forgotten());

    LeaderVoice(GroupMember<? extends Machine> group) {
        this.group = group;
    }

    /** Says it, unless the last word is still on its way; whether it was said. */
    boolean say(Law law, byte[] command) {
        if (!pending.isDone()) {
            return false;
        }
        sequence++;
        pending = group.submit(ClientCall.of(client, sequence, sequence, law, command));
        return true;
    }
}
