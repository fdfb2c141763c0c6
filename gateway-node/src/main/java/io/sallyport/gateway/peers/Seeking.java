package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import io.sallyport.net.Protocol;

/**
 * A datagram does not tell whether its connection is new. Where it cannot be opened at once (a
 * keeper is silent, the epoch is not settled, the store does not answer) those that can be reached
 * are asked whether they have it, and only what nobody knows goes on waiting. Worker thread.
 *
 * <p>Why that opens nothing twice: a seeker gets a copy by the rules by which any carrier gets one
 * ({@link Carry}). It is open, its giver has noted to whom it went, and both are in one epoch and
 * one session. So whoever ends the connection reaches the seeker before its port is free, also
 * where the giver is asked to drop it a moment later; and a word from an older epoch or a broken
 * session counts for nothing. The seeker's own attempt may be under way meanwhile. A gate lets it
 * in only when it has dropped whatever had the key, and it is the last to drop: by then nobody is
 * left who could give that away. A gate of a new epoch lets nobody in before all have told what
 * they have. Where there are two mappings of a key already, of two sides of a cut, the seeker may
 * get the younger one, like a carrier; it is ended everywhere when the epoch is settled. "There is
 * none" counts for nothing here: that is the gate's to say.
 */
final class Seeking {

    /** A wish that waits asks so often; and anew in each epoch and session. */
    private static final long AGAIN_NANOS = 500_000_000L;

    private final Seat seat;
    private final Carry carry;

    Seeking(Seat seat, Carry carry) {
        this.seat = seat;
        this.carry = carry;
    }

    void seek(Wishing wishing) {
        long now = seat.now();
        if (!wishing.over && now >= wishing.seekNanos) {
            wishing.seekNanos = now + AGAIN_NANOS;
            carry.seek(wishing.wish.inside(), wishing);
        }
    }

    /** Where no gate would let it in now, whatever its port. */
    void seekIfHeldUp(Wishing wishing) {
        Incarnation gate = seat.members.keepers().gate(wishing.wish.inside());
        if (!seat.members.gateSettled() || !seat.reachable(gate)) {
            seek(wishing);
        }
    }

    /**
     * Where it waits for a port, which in hand or granted at once it would not any more; and a
     * datagram that waits for its turn.
     */
    void seekIfLate(Wishing wishing) {
        boolean waits =
                wishing.taking
                        || wishing.waits && !wishing.wish.inside().protocol().equals(Protocol.TCP);
        if (waits && seat.now() - wishing.begunNanos() > Carry.HEDGE_NANOS) {
            seek(wishing);
        }
    }

    /** There are others to ask. */
    void anew(Iterable<Wishing> wishes) {
        wishes.forEach(wishing -> wishing.seekNanos = Long.MIN_VALUE);
    }
}
