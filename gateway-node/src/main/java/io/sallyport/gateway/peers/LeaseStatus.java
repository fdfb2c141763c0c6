package io.sallyport.gateway.peers;

import io.sallyport.gateway.ports.LedgerCounters;
import io.sallyport.gateway.ports.PortLedger;

/**
 * The ledger's state as metrics show it.
 *
 * @param destinations of which this node has, or asks for, ports
 * @param inHand free to be spent now
 * @param lent in use by a connection, or perhaps: its answer did not come
 * @param cooling resting between two connections
 * @param leaving on their way back to the store
 * @param inDoubt returned perhaps: no answer came
 * @param acquires requests for ports
 * @param returned ports that the store has back
 * @param givenBack unspent ports given back because others wanted them
 * @param refused takers who waited in vain because there was no port, or no quota
 * @param overtaken returns that a later grant made void
 * @param grantedTwice ports granted while this node held them; must stay 0
 */
public record LeaseStatus(
        int destinations,
        int inHand,
        int lent,
        int cooling,
        int leaving,
        int inDoubt,
        long acquires,
        long returned,
        long givenBack,
        long refused,
        long overtaken,
        long grantedTwice) {

    static final LeaseStatus NONE = new LeaseStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static LeaseStatus of(PortLedger ledger) {
        LedgerCounters c = ledger.counters();
        return new LeaseStatus(
                ledger.destinations(),
                c.inHand(),
                c.lent(),
                c.cooling(),
                c.leaving(),
                c.inDoubt(),
                c.acquires(),
                c.returned(),
                c.givenBack(),
                c.refusedForWant(),
                c.overtaken(),
                c.grantedTwice());
    }
}
