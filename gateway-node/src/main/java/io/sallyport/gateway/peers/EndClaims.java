package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Incarnation;

/**
 * A carrier that sees one side of a stream alone, or has taken it over, cannot always tell whether
 * a RST or FIN is the stream's or a stranger's (RFC 5961). It asks those who have the connection;
 * whoever has seen the other side's acknowledgements can, and tells the home as if it had met the
 * segment itself. Where nobody can, nothing ends. Worker thread.
 */
final class EndClaims {

    /** Carrier to home, home to gate, gate to the carrier that asked it. */
    private static final int HOPS = 2;

    /** The last acknowledgements are on their way still: asked a second time then. */
    private static final long LATER_NANOS = 300_000_000L;

    private static final int FIN = 1;
    private static final int RST = 4;

    private final Seat seat;
    private final Rounds rounds;

    EndClaims(Seat seat, Rounds rounds) {
        this.seat = seat;
        this.rounds = rounds;
    }

    /** Seen by the packets of this node. */
    void seen(ConnectionId id, boolean outward, int sequence, boolean reset) {
        Frame.EndClaimed claim = new Frame.EndClaimed(id, outward, sequence, reset, 0);
        ask(claim);
        seat.after(LATER_NANOS, () -> ask(claim));
    }

    private void ask(Frame.EndClaimed claim) {
        Copy copy = seat.copies.get(claim.id());
        if (copy != null && !judge(copy, claim)) {
            seat.spread(copy, seat.me, claim);
        }
    }

    void claimed(Incarnation from, Frame.EndClaimed claim) {
        Copy copy = seat.copies.get(claim.id());
        if (copy != null && !judge(copy, claim) && claim.hops() < HOPS) {
            seat.spread(copy, from, claim.further());
        }
    }

    private boolean judge(Copy copy, Frame.EndClaimed claim) {
        if (!copy.installed
                || !seat.carriage.confirms(
                        claim.id(), claim.outward(), claim.sequence(), claim.reset())) {
            return false;
        }
        int flag = claim.reset() ? RST : FIN;
        rounds.flagsSeen(claim.id(), claim.outward() ? flag : 0, claim.outward() ? 0 : flag);
        return true;
    }
}
