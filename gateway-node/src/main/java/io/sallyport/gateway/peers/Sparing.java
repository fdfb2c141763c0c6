package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;

/**
 * Whom this home has told, in the present round, that it need not hold a connection any longer, and
 * has given it nothing of that since: only then "I do not" strikes him off. Worker thread.
 */
final class Sparing {

    private final Map<ConnectionId, Holders> told = new HashMap<>();
    private long round;

    /** What was said before counts no more; answers to it may still come. */
    void anew() {
        told.clear();
        round++;
    }

    long round() {
        return round;
    }

    void tell(Copy copy, Incarnation holder) {
        Holders known = told.getOrDefault(copy.id(), copy.noted().none());
        told.put(copy.id(), known.with(holder));
    }

    /** It is given to him anew: what he answers to the former word counts no more. */
    void given(Copy copy, Incarnation holder) {
        if (!told.isEmpty()) {
            told.computeIfPresent(copy.id(), (id, known) -> known.without(holder));
        }
    }

    /** Whether he has let it go for good. */
    boolean answered(Copy copy, Incarnation holder, long itsRound) {
        Holders known = told.get(copy.id());
        if (itsRound != round || known == null || !known.contains(holder)) {
            return false;
        }
        told.put(copy.id(), known.without(holder));
        return true;
    }
}
