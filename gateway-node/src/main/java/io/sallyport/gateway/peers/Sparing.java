package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.Map;

/**
 * Whom this home has told that he need not hold a connection, and has given it nothing of that
 * since: only then "I do not" strikes him off, and until then nobody counts on him. Each word has a
 * number, so that an answer to an earlier one is not taken for the answer to the last. Worker
 * thread.
 */
final class Sparing {

    private record Told(ConnectionId id, Incarnation holder) {}

    private final Map<Told, Long> told = new HashMap<>();
    private long number;

    /** A new epoch: who has a copy is told anew. */
    void learned() {
        told.clear();
    }

    /** The number to say it with. */
    long tell(Copy copy, Incarnation holder) {
        told.put(new Told(copy.id(), holder), ++number);
        return number;
    }

    /** It is given to him anew: what he answers to the former word counts no more. */
    void given(Copy copy, Incarnation holder) {
        if (!told.isEmpty()) {
            told.remove(new Told(copy.id(), holder));
        }
    }

    /** Whether he may have let it go. */
    boolean isTold(Copy copy, Incarnation holder) {
        return !told.isEmpty() && told.containsKey(new Told(copy.id(), holder));
    }

    /** Whether what he answers counts; once. */
    boolean answered(ConnectionId id, Incarnation holder, long itsNumber) {
        return told.remove(new Told(id, holder), itsNumber);
    }
}
