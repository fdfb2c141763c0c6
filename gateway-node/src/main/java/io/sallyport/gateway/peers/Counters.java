package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Keeping.Refusal;
import java.util.EnumMap;
import java.util.Map;

/** What the protocol counts; read through {@link PeerStatus}. Worker thread. */
final class Counters {

    long opened;
    long asked;

    /** Opens that could not go on and looked for what may be there; and those that found it. */
    long sought;

    long found;
    long given;

    /** Copies that nobody needed here. */
    long letGo;

    long ended;
    long endsCalledOff;
    long handedOver;

    /** Of these such as their home had not, and those that are not open. */
    long handedOverInFull;

    /** Copies that homes made of what had too few. */
    long copied;

    long framesIn;
    long framesOut;
    long framesRefused;

    /** Two connections on one outside key met here: must stay 0. */
    long collisions;

    /** Orphaned ports judged free; those still in use, and the time taken, of the last walk. */
    long reconciled;

    long orphansKept;
    long reconcileNanos;

    /** Renewals that went through a peer, and those carried to the store for others. */
    long relaysAsked;

    long relaysDone;

    /** Peers that were silent for three heartbeats, and those of them that were heard again. */
    long suspicions;

    long falseSuspicions;
    private final Map<Refusal, Long> refusals = new EnumMap<>(Refusal.class);

    void refused(Refusal refusal) {
        refusals.merge(refusal, 1L, Long::sum);
    }

    Map<Refusal, Long> refusals() {
        return refusals;
    }
}
