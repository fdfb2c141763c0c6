package io.sallyport.gateway.peers;

import io.sallyport.allocator.Membership;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The protocol's state as metrics and the status page show it; a fresh one about ten times a
 * second. Counters count from the start of the process.
 *
 * @param live whether the newest epoch known has this node as a live member (the probe's answer)
 * @param acting live or away, and its horizon ahead
 * @param settled every member has handed over what it had in this epoch
 * @param caughtUp some epoch was settled since it became live: it has what it keeps
 * @param horizonMillis until when it may act without another proof that it counts; at most 15,000
 * @param suspected peers that are not heard at this moment
 * @param copiesLeft connections of which it is not known yet whether as many nodes hold them as
 *     their gateways say
 * @param copiesVersion the catalog as of which those at home here are held by so many; -1 while
 *     that is being brought about
 * @param reconciled ports of the dead that were found free by this node's walks
 * @param orphansKept ports of the dead that connections still used in the last walk
 * @param reconcileMillis how long the last walk took
 * @param vouches peers for whose silence this node vouches now
 * @param relaysAsked Renewals that went through a peer
 * @param relaysDone Renewals carried to the store for peers
 * @param suspicions how often a peer was silent for three heartbeats
 * @param falseSuspicions how often one of those was heard again in the same session
 */
public record PeerStatus(
        Incarnation incarnation,
        Membership membership,
        boolean live,
        boolean acting,
        boolean settled,
        boolean caughtUp,
        long horizonMillis,
        Set<NodeId> suspected,
        int copies,
        int homed,
        int frozen,
        int carried,
        int copiesLeft,
        long copiesVersion,
        LeaseStatus leases,
        long opened,
        Map<Keeping.Refusal, Long> refusals,
        long asked,
        long given,
        long ended,
        long endsCalledOff,
        long handedOver,
        long framesIn,
        long framesOut,
        long framesRefused,
        long collisions,
        long reconciled,
        long orphansKept,
        long reconcileMillis,
        int vouches,
        long relaysAsked,
        long relaysDone,
        long suspicions,
        long falseSuspicions) {

    /** Incarnation 0, which no life ever has. */
    public static final PeerStatus BEFORE_JOIN =
            new PeerStatus(
                    new Incarnation(0),
                    new Membership(Epoch.NONE, List.of()),
                    false,
                    false,
                    false,
                    false,
                    0,
                    Set.of(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    LeaseStatus.NONE,
                    0,
                    Map.of(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0);

    public PeerStatus {
        suspected = Set.copyOf(suspected);
        refusals = Map.copyOf(refusals);
    }
}
