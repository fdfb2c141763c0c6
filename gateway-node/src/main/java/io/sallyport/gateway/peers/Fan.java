package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in a stop or a drop: whom it has asked, and who asked it. Ends spread as a tree
 * from the home to those it noted, from them to those they noted.
 */
final class Fan {

    enum Kind {
        STOP,
        DROP
    }

    final Kind kind;

    /** At the home: nobody asked. */
    final boolean atHome;

    /** By which others are asked to stop: an answer to an earlier question is none to this one. */
    final int question;

    /** Who waits for the answer; null at the home, and where its session broke. */
    private @Nullable Incarnation asker;

    /** By which he asked to stop. */
    private int asked;

    private Holders awaited;

    /** At the home, in a drop: all others have answered and the gate is asked. */
    boolean gateAsked;

    private Fan(
            Kind kind,
            boolean atHome,
            int question,
            @Nullable Incarnation asker,
            int asked,
            Holders awaited) {
        this.kind = kind;
        this.atHome = atHome;
        this.question = question;
        this.asker = asker;
        this.asked = asked;
        this.awaited = awaited;
    }

    static Fan stopOfHome(int question, Holders awaited) {
        return new Fan(Kind.STOP, true, question, null, 0, awaited);
    }

    static Fan stop(int question, Incarnation asker, int asked, Holders awaited) {
        return new Fan(Kind.STOP, false, question, asker, asked, awaited);
    }

    static Fan dropOfHome(Holders awaited) {
        return new Fan(Kind.DROP, true, 0, null, 0, awaited);
    }

    static Fan drop(Incarnation asker, Holders awaited) {
        return new Fan(Kind.DROP, false, 0, asker, 0, awaited);
    }

    void await(Incarnation peer) {
        awaited = awaited.with(peer);
    }

    void answered(Incarnation peer) {
        awaited = awaited.without(peer);
    }

    boolean awaits(Incarnation peer) {
        return awaited.contains(peer);
    }

    /** By all that were asked. */
    boolean isAnswered() {
        return awaited.isEmpty();
    }

    @Nullable Incarnation asker() {
        return asker;
    }

    int asked() {
        return asked;
    }

    boolean isAskedBy(Incarnation peer) {
        return peer.equals(asker);
    }

    /**
     * The session in which it was asked broke. An answer to that question must not be given in the
     * next one, where it would be taken for the answer to the question asked there.
     */
    void forgetAsker() {
        asker = null;
    }

    /** Nobody waits for it: whoever asks next is answered when those below have answered. */
    boolean isForgotten() {
        return !atHome && asker == null;
    }

    void adopt(Incarnation peer) {
        asker = peer;
    }

    void adopt(Incarnation peer, int question) {
        asker = peer;
        asked = question;
    }
}
