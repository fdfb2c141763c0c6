package io.sallyport.store.client;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import org.jspecify.annotations.Nullable;

/**
 * One frame on its way, over as many attempts as somebody waits for its answer. On the client's
 * loop only.
 */
abstract class Request {

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
    final Lane lane;
    private final long patienceNanos;

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

    Request(Kind kind, Lane lane, long patienceNanos) {
        this.kind = kind;
        this.lane = lane;
        this.patienceNanos = patienceNanos;
    }

    /** The group that it is for. */
    abstract int group();

    /** The call as it is to be sent now. */
    abstract Call call();

    /**
     * Gives up on whoever waited long enough.
     *
     * @return whether nobody waits any more
     */
    abstract boolean expired(long nowNanos);

    /** Nothing more is tried. */
    abstract void giveUp();

    /** The stores say no for good, and why. */
    abstract void refuse(String reason);

    /** The stores answered. */
    abstract void finish(Answer answer);

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

    /** What is to be said to somebody for whom nothing more is tried. */
    <T> Outcome<T> givenUp() {
        String reason = underway ? "no answer in time" : trouble;
        return kind != Kind.READ && (inDoubt || underway)
                ? new Outcome.Unknown<>(reason)
                : new Outcome.Refused<>(reason);
    }
}
