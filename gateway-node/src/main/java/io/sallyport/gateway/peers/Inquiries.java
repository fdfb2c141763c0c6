package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asking homes whether they know outside keys. An answer counts only in the session and the epoch
 * in which it was asked. Worker thread.
 */
final class Inquiries {

    private record Pending(Incarnation home, Consumer<Optional<BitSet>> then) {}

    private final Seat seat;
    private final Home home;
    private final Map<Long, Pending> pending = new HashMap<>();
    private long numbers;

    Inquiries(Seat seat, Home home) {
        this.seat = seat;
        this.home = home;
    }

    /**
     * @param keys at most {@link FrameCodec#BATCH_MAX}
     * @param then gets which of them are known; empty where that home cannot judge now. Not called
     *     where the session breaks or the epoch ends first.
     */
    void ask(Incarnation at, List<OutsideKey> keys, Consumer<Optional<BitSet>> then) {
        pending.put(++numbers, new Pending(at, then));
        seat.send(at, new Frame.Whether(numbers, keys));
    }

    void learned() {
        pending.clear();
    }

    void down(Incarnation peer) {
        pending.values().removeIf(p -> p.home().equals(peer));
    }

    void known(Incarnation from, Frame.Known answer) {
        Pending asked = pending.get(answer.batch());
        if (asked != null && asked.home().equals(from)) {
            pending.remove(answer.batch());
            asked.then().accept(answer.judged() ? Optional.of(answer.known()) : Optional.empty());
        }
    }

    /** At the home. */
    void whether(Incarnation from, Frame.Whether question) {
        BitSet known = new BitSet();
        List<OutsideKey> keys = question.keys();
        for (int i = 0; i < keys.size(); i++) {
            known.set(i, seat.copies.hasOutside(keys.get(i)));
        }
        seat.send(from, new Frame.Known(question.batch(), home.settled(), known));
    }

    static OutsideKey outside(LeaseKey key, int port) {
        return new OutsideKey(
                key.destination().protocol(),
                new Endpoint(key.eip(), port),
                new Endpoint(key.destination().address(), key.destination().port()));
    }
}
