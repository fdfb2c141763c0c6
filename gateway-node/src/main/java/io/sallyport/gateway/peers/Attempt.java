package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.ids.Incarnation;

/** The agreement of home, gate and keepers to one connection, under way. Worker thread. */
final class Attempt {
    final Wishing wishing;
    final Connection connection;
    final Incarnation home;
    final Incarnation gate;
    final long untilNanos;

    /** Who has not agreed yet. */
    Holders awaited;

    /** Of {@link Admission}. */
    boolean counts;

    Attempt(
            Wishing wishing,
            Connection connection,
            Incarnation home,
            Incarnation gate,
            Holders awaited,
            long untilNanos) {
        this.wishing = wishing;
        this.connection = connection;
        this.home = home;
        this.gate = gate;
        this.awaited = awaited;
        this.untilNanos = untilNanos;
    }

    long begunNanos() {
        return untilNanos - Attempts.ATTEMPT_NANOS;
    }

    /** As it is told to those who are to hold it. */
    Frame.Held held() {
        Wish wish = wishing.wish;
        return new Frame.Held(
                connection,
                wish.copies(),
                new Frame.Sight(connection.id(), 0, 0, 0, wish.numbers()));
    }
}
