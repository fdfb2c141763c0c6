package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Wish;
import io.sallyport.gateway.ports.LeasedPort;

/** Gives connections that this node opens their names: never one twice. Worker thread. */
final class Names {

    private final Seat seat;
    private long sequence;

    Names(Seat seat) {
        this.seat = seat;
    }

    /** What {@code wish} and {@code port} make in the epoch of now. */
    Connection connection(Wish wish, LeasedPort port) {
        return new Connection(
                new ConnectionId(seat.me.number(), ++sequence),
                wish.gateway(),
                wish.inside(),
                wish.eip(),
                wish.poolGeneration(),
                port.port(),
                seat.members.epoch(),
                seat.me,
                port.grant(),
                wish.path());
    }
}
