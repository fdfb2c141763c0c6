package io.sallyport.gateway.ports;

import io.sallyport.gateway.ports.LeasedPort.Place;

/** What the ledger counts, and how many of its ports are where. Worker thread. */
public final class LedgerCounters {

    private final Holdings holdings;
    long acquires;
    long returned;
    long givenBack;
    long unspent;
    long refusedForWant;
    long overtaken;
    long grantedTwice;

    LedgerCounters(Holdings holdings) {
        this.holdings = holdings;
    }

    public int inHand() {
        return holdings.count(Place.HAND);
    }

    /** In use, or on their way to be. */
    public int lent() {
        return holdings.count(Place.LENT) + holdings.count(Place.DRAWN);
    }

    public int cooling() {
        return holdings.count(Place.COOLING);
    }

    /** On their way back. */
    public int leaving() {
        return holdings.count(Place.LEAVING) + holdings.count(Place.RETURNING);
    }

    /** Returned, perhaps: no answer came. */
    public int inDoubt() {
        return holdings.count(Place.DOUBTFUL);
    }

    /** Requests for ports. */
    public long acquires() {
        return acquires;
    }

    /** Ports that the store has back. */
    public long returned() {
        return returned;
    }

    /** Unspent ports given back because others want them. */
    public long givenBack() {
        return givenBack;
    }

    /** Takers who waited in vain because there were no ports, or no quota. */
    public long refusedForWant() {
        return refusedForWant;
    }

    /** Returns that a later grant made void. */
    public long overtaken() {
        return overtaken;
    }

    /** Ports granted while this node held them: a promise of the store broken. Must stay 0. */
    public long grantedTwice() {
        return grantedTwice;
    }
}
