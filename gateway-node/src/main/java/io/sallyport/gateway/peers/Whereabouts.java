package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;

/**
 * Where clients are, told among those who have a copy: the carrier that learns of a move tells the
 * home and those to whom it gave the connection, and each of them goes on likewise. So the carrier
 * of the other direction follows at once, and a copy that is given later knows. A carrier that has
 * seen too little of a connection to judge asks the same way. Moves are counted: an older word
 * never undoes a newer, and none goes in circles. Who says an older one is told the newer: it was
 * cut off while the client moved, and would count its next move as less than what the others know.
 * For the same reason what is known is told again where a session begins. Worker thread.
 */
final class Whereabouts {

    /** Carrier to home, home to gate, gate to the carrier that asked it. */
    private static final int HOPS = 2;

    private final Seat seat;

    Whereabouts(Seat seat) {
        this.seat = seat;
    }

    /** Learned by the packets of this node, which go there already. */
    void learned(ConnectionId id, ClientPath path) {
        Copy copy = seat.copies.get(id);
        if (copy != null) {
            ClientPath next = path.with(copy.client.path().moves() + 1);
            seat.copies.moved(copy, next);
            seat.spread(copy, seat.me, new Frame.Moved(id, next));
        }
    }

    /** Seen by the packets of this node, which cannot judge it. */
    void seen(ConnectionId id, ClientPath path, int sequence, int acknowledgement) {
        Copy copy = seat.copies.get(id);
        if (copy != null) {
            seat.spread(copy, seat.me, new Frame.Elsewhere(id, path, sequence, acknowledgement, 0));
        }
    }

    void moved(Incarnation from, Frame.Moved frame) {
        Copy copy = seat.copies.get(frame.id());
        if (copy != null) {
            seat.found(from, copy, frame.path());
        }
    }

    /** A session begins: what was said of moves in the one before may be lost. */
    void up(Incarnation peer) {
        seat.walks.begin(
                copy -> {
                    boolean shared = copy.home.equals(peer) || copy.noted().contains(peer);
                    if (shared && copy.client.path().moves() > 0) {
                        seat.send(peer, new Frame.Moved(copy.id(), copy.client.path()));
                    }
                },
                () -> {});
    }

    void elsewhere(Incarnation from, Frame.Elsewhere frame) {
        Copy copy = seat.copies.get(frame.id());
        if (copy == null) {
            return;
        }
        boolean proven =
                copy.installed
                        && seat.carriage.proves(
                                frame.id(), frame.sequence(), frame.acknowledgement());
        if (proven) {
            seat.carriage.moved(frame.id(), frame.path());
            learned(frame.id(), frame.path());
        } else if (frame.hops() < HOPS) {
            seat.spread(copy, from, frame.further());
        }
    }
}
