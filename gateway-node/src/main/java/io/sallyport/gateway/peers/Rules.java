package io.sallyport.gateway.peers;

import java.util.Set;

/**
 * The rules without which a port is used twice, or lost (docs/design/ALLOCATION.md 6). All hold,
 * always; the simulation takes one away at a time to see that it would notice.
 *
 * @param missing none but in a simulation
 */
record Rules(Set<Rule> missing) {

    enum Rule {
        /** Nodes of different epochs refuse each other. */
        EPOCH,
        /** Who gives a copy away notes to whom. */
        REGISTER,
        /** A port is free when all have dropped. */
        ACKNOWLEDGE,
        /** ... and nobody who may know it is away. */
        FREEZE,
        /** A gate lets nobody in before the home says that all others have dropped. */
        GATE_LAST,
        /** A home refuses a port that it knows. */
        HOME_PUT,
        /** A home judges, and a gate accepts, only in a settled epoch. */
        BARRIER,
        /** Only a member of the epoch it knows gives and takes copies. */
        MEMBER,
        /** In a new epoch every copy is handed over, not only those whose home is new. */
        EVERY_COPY,
        /** A port in doubt is free on a home's word only while nobody who may know it is away. */
        LEDGER,
        /** Orphans are judged only while nobody is away. */
        NOBODY_AWAY,
        /** Who vouched for a node's silence does not acknowledge it before it renewed. */
        VOUCH
    }

    static final Rules ALL = new Rules(Set.of());

    public Rules {
        missing = Set.copyOf(missing);
    }

    static Rules without(Rule... rules) {
        return new Rules(Set.of(rules));
    }

    boolean hold(Rule rule) {
        return !missing.contains(rule);
    }
}
