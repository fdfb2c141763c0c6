package io.sallyport.store.client;

import io.sallyport.allocator.wire.WireException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One command whose answer somebody waits for. On the client's loop only.
 *
 * @param command in its law's encoding
 * @param decode throws {@link WireException} where the bytes are no result
 * @param tooEarly whether this result means that the group did not change anything because it has
 *     not heard yet of what the command builds on, and will in a moment
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
record Wish<T>(
        byte[] command,
        long deadlineNanos,
        Function<byte[], T> decode,
        Predicate<T> tooEarly,
        CompletableFuture<Outcome<T>> future) {

    boolean expired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /**
     * The stores answered.
     *
     * @return whether the wish should be said again, as a new one
     */
    boolean finish(byte[] result) {
        try {
            T value = decode.apply(result);
            if (tooEarly.test(value)) {
                return true;
            }
            future.complete(new Outcome.Done<>(value));
        } catch (WireException e) {
            future.complete(new Outcome.Unknown<>("a result in unknown words: " + e.getMessage()));
        }
        return false;
    }

    void end(Outcome<T> outcome) {
        future.complete(outcome);
    }
}
