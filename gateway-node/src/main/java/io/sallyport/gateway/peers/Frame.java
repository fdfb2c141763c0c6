package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.ports.Ended;
import java.util.BitSet;
import java.util.List;

/**
 * What nodes say to each other. Every frame travels with its sender's epoch; all but those of
 * {@link Watching} count only between live members of one and the same epoch.
 */
sealed interface Frame {

    /** Counts in any epoch, from anyone. */
    sealed interface Watching extends Frame {}

    /** Counts only between live members of one epoch. */
    sealed interface Deed extends Frame {}

    /**
     * What was seen of a connection: {@code ageNanos} ago its last packet, 0 or more; {@code
     * numbers} where its stream was then.
     */
    record Sight(ConnectionId id, long ageNanos, int flagsOut, int flagsIn, Numbers numbers) {

        static final long NEVER = Long.MAX_VALUE;

        static Sight never(ConnectionId id) {
            return new Sight(id, NEVER, 0, 0, Numbers.NONE);
        }

        public Sight {
            if (ageNanos < 0) {
                throw new IllegalArgumentException("an age of " + ageNanos + " ns");
            }
        }
    }

    /** A copy as it is given away; {@code copies} is R. */
    record Held(Connection connection, int copies, Sight sight) {}

    // Watching each other: of any epoch, from anyone.

    /** "I am here"; the sender's clock, echoed. */
    record Heartbeat(long sentNanos) implements Watching {}

    record HeartbeatAck(long sentNanos) implements Watching {}

    /** The member list of the sender's epoch: said first in every session and at every epoch. */
    record Notice(Membership membership) implements Watching {}

    /** "The store does not answer me: renew for me." Whoever hears it says it as it is. */
    record RelayRenew(long question, AllocatorCommand.Renew renew) implements Watching {}

    /** The store acknowledged it. */
    record RelayAnswer(long question, Membership membership) implements Watching {}

    // Opening.

    /** Opener to home. */
    record Propose(Held held) implements Deed {}

    /**
     * Home to gate and further keepers. Where {@code opened}, a copy is re-made and no answer is
     * expected; else the opener is answered with one of the next four.
     */
    record Keep(Held held, boolean gate, boolean opened) implements Deed {}

    record Agreed(ConnectionId id) implements Deed {}

    /** Home (or a keeper) knows another connection on this port. */
    record HomeRefused(ConnectionId id) implements Deed {}

    /** The gate has a connection for this inside key: take that one. */
    record GateHas(ConnectionId id, Held existing) implements Deed {}

    /** The gate has one that is being ended. */
    record GateEnding(ConnectionId id) implements Deed {}

    /** Opener to home, home to all it noted: the first packet may have left. */
    record Opened(ConnectionId id) implements Deed {}

    /** Opener to home: no packet has left and none will. */
    record GivenUp(ConnectionId id) implements Deed {}

    /** Home to opener, keeper to home: opened or given up by now? */
    record StillOpening(ConnectionId id) implements Deed {}

    /**
     * To the home, of whoever met a SYN that did not begin it: is it over, and does the client open
     * anew?
     *
     * @param question the asker's number for it
     */
    record OpensAnew(ConnectionId id, int question) implements Deed {}

    /** The home's answer; where it does not go on it is ended now. */
    record GoesOn(ConnectionId id, int question, boolean yes) implements Deed {}

    // As many copies as the gateway says.

    /** Holder to home: of a copy that is of no use there. */
    record Offer(ConnectionId id) implements Deed {}

    /** Home to a holder, offered or not: it need not be held there. */
    record Spare(ConnectionId id, long number) implements Deed {}

    /** One answer: it is held there no more. */
    record Spared(ConnectionId id, long number) implements Deed {}

    /** The other: it is, since it is used there. */
    record Kept(ConnectionId id, long number) implements Deed {}

    // Carrying.

    record AskInside(long question, InsideKey key) implements Deed {}

    record AskOutside(long question, OutsideKey key) implements Deed {}

    record Answer(long question, Held held) implements Deed {}

    enum Absence {
        /** Asked where it would be known, in a settled epoch: there is none. */
        UNKNOWN,
        /** Not here; that proves nothing. */
        NOT_HERE,
        ENDING
    }

    record NotHere(long question, Absence absence) implements Deed {}

    /** Carrier to home. */
    record Refresh(List<Sight> sights) implements Deed {
        public Refresh {
            sights = List.copyOf(sights);
        }
    }

    /**
     * To the home and to all whom one has given a copy, and on from them: the client may be
     * elsewhere. Whoever has seen of the connection what proves it says {@link Moved}.
     *
     * @param hops how often it was passed on
     */
    record Elsewhere(ConnectionId id, ClientPath path, int sequence, int acknowledgement, int hops)
            implements Deed {

        Elsewhere further() {
            return new Elsewhere(id, path, sequence, acknowledgement, hops + 1);
        }
    }

    /** The same way: the client is there. */
    record Moved(ConnectionId id, ClientPath path) implements Deed {}

    /**
     * The same way: a carrier saw a FIN or RST and cannot tell whether it is the stream's. Whoever
     * can notes it and tells the home.
     *
     * @param sequence the number of the FIN itself, or of the RST
     */
    record EndClaimed(ConnectionId id, boolean outward, int sequence, boolean reset, int hops)
            implements Deed {

        EndClaimed further() {
            return new EndClaimed(id, outward, sequence, reset, hops + 1);
        }
    }

    // Ending.

    /**
     * @param question the answer repeats it: what was seen before an earlier stop was called off is
     *     not what was seen since
     */
    record Stop(ConnectionId id, int question) implements Deed {}

    record Stopped(int question, Sight sight) implements Deed {}

    record Resume(ConnectionId id) implements Deed {}

    record Drop(ConnectionId id) implements Deed {}

    record Dropped(ConnectionId id) implements Deed {}

    /** Home to lessee: nobody has this connection any more. */
    record Freed(ConnectionId id, LeaseKey key, int port, Ended ended) implements Deed {}

    /** Gate to home: the younger of two mappings of one inside key. */
    record EndAsked(ConnectionId id) implements Deed {}

    // A new epoch.

    /**
     * A copy to its home. {@code gateAgreed}: the sender had agreed as gate. {@code frozen}: all
     * have dropped it, but someone who may know it is away. {@code lacksSight}: someone who may
     * have seen more of it is gone.
     */
    record HandOver(
            Held held,
            boolean opening,
            boolean ending,
            boolean gateAgreed,
            boolean frozen,
            boolean lacksSight)
            implements Deed {}

    /**
     * Of a copy that is open there: whoever has one knows the rest. The flags are those of {@link
     * HandOver}.
     */
    record Hold(Sight sight, boolean gateAgreed, boolean lacksSight) {}

    /** Copies to their home, which answers {@link Lacking}. */
    record Holding(List<Hold> holds) implements Deed {
        public Holding {
            holds = List.copyOf(holds);
        }
    }

    /** Those of them that it has no copy of, perhaps none: to be handed over in full. */
    record Lacking(List<ConnectionId> ids) implements Deed {
        public Lacking {
            ids = List.copyOf(ids);
        }
    }

    /** That was all I had: a home that has heard it from every member may judge. */
    record HandedOver() implements Deed {}

    /** As home I have passed all on: a gate that has heard it from every member may accept. */
    record HomesDone() implements Deed {}

    // Audits.

    record Whether(long batch, List<OutsideKey> keys) implements Deed {
        public Whether {
            keys = List.copyOf(keys);
        }
    }

    /** {@code judged} is false where the epoch is not settled there: then nothing follows. */
    record Known(long batch, boolean judged, BitSet known) implements Deed {}

    /** To the one who is to say so: in these windows the sender saw nothing. */
    record Silent(List<IdleWindow> windows) implements Deed {
        public Silent {
            windows = List.copyOf(windows);
        }
    }
}
