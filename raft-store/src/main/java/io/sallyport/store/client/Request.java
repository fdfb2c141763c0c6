package io.sallyport.store.client;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way, over as many attempts as its deadline allows. On the client's loop only.
 */
final class Request<T> {

    /** What kind of question it is: what silence means, and whether it may be asked twice. */
    enum Kind {
        /** Changes nothing; any store answers. */
        READ,
        /** Changes the state; however often it is sent, it is applied once. */
        CHANGE,
        /** Changes the state and means "now": sent once, never repeated. */
        CHANGE_ONCE
    }

    final Kind kind;
    final long deadlineNanos;
    private final long patienceNanos;
    private final Supplier<Call> call;
    private final Function<Answer, Outcome<T>> meaning;
    private final CompletableFuture<Outcome<T>> future;

    /** The connection that has the present attempt; null between attempts. */
    @Nullable StoreConnection at;

    /** Its number on that connection, once it is sent. */
    long number;

    /** When the present attempt counts as lost; or, between attempts, when to try again. */
    long wakeNanos;

    /** Whether the present attempt was sent and not answered. */
    boolean underway;

    /** Whether an earlier attempt was sent of which nobody said that it was not applied. */
    private boolean inDoubt;

    int redirects;
    private String trouble = "no store could be reached";

    Request(
            Kind kind,
            long deadlineNanos,
            long patienceNanos,
            Supplier<Call> call,
            Function<Answer, Outcome<T>> meaning,
            CompletableFuture<Outcome<T>> future) {
        this.kind = kind;
        this.deadlineNanos = deadlineNanos;
        this.patienceNanos = patienceNanos;
        this.call = call;
        this.meaning = meaning;
        this.future = future;
    }

    /** The call as it is to be sent now. */
    Call call() {
        return call.get();
    }

    void givenTo(StoreConnection connection, long nowNanos) {
        at = connection;
        underway = false;
        wakeNanos = nowNanos + patienceNanos;
    }

    void sent(long itsNumber, long nowNanos) {
        number = itsNumber;
        underway = true;
        wakeNanos = nowNanos + patienceNanos;
    }

    /** The present attempt did nothing, and why. */
    void notApplied(String why) {
        at = null;
        underway = false;
        trouble = why;
    }

    /** What the present attempt did is not known, and why. */
    void inDoubt(String why) {
        at = null;
        underway = false;
        inDoubt = true;
        trouble = why;
    }

    /** Nothing more is tried. */
    void giveUp() {
        boolean unknown = kind != Kind.READ && (inDoubt || underway);
        future.complete(
                unknown
                        ? new Outcome.Unknown<>(underway ? "no answer in time" : trouble)
                        : new Outcome.Refused<>(underway ? "no answer in time" : trouble));
    }

    void refuse(String reason) {
        future.complete(new Outcome.Refused<>(reason));
    }

    void finish(Answer answer) {
        future.complete(understood(answer));
    }

    private Outcome<T> understood(Answer answer) {
        try {
            return meaning.apply(answer);
        } catch (WireException e) {
            return new Outcome.Unknown<>(
                    "an answer in words that are not known: " + e.getMessage());
        }
    }
}
