package io.sallyport.gateway.peers;

/**
 * The rules without which a port is used twice (docs/design/ALLOCATION.md 6). All hold, always; the
 * simulation takes one away at a time to see that it would notice.
 *
 * @param epoch nodes of different epochs refuse each other
 * @param register who gives a copy away notes to whom
 * @param acknowledge a port is free when all have dropped
 * @param freeze ... and nobody who may know it is away
 * @param homePut a home refuses a port that it knows
 * @param barrier a home judges only in a settled epoch
 */
record Rules(
        boolean epoch,
        boolean register,
        boolean acknowledge,
        boolean freeze,
        boolean homePut,
        boolean barrier) {

    static final Rules ALL = new Rules(true, true, true, true, true, true);
}
