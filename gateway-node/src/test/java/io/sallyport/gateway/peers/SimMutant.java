package io.sallyport.gateway.peers;

import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.gateway.peers.SimMutants.Switch;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules that are taken away one at a time: a simulation is worth something only if it notices. Each
 * begins its search at a seed that showed it once; any other will do, after a longer search.
 */
enum SimMutant {
    EPOCH("nodes of different epochs refuse each other", Rule.EPOCH),
    REGISTER("who gives a copy away notes to whom", Rule.REGISTER),
    ACKNOWLEDGE("a port is free when all have dropped", Rule.ACKNOWLEDGE),
    FREEZE("... and nobody who may know it is away", Rule.FREEZE),
    GATE_LAST("a gate lets nobody in before all have dropped", Rule.GATE_LAST),
    BARRIER("a home judges only in a settled epoch", Rule.BARRIER),
    MEMBER("only a member gives and takes copies", Rule.MEMBER),
    EVERY_COPY("every copy is handed over", Rule.EVERY_COPY),
    LEDGER("a port in doubt is freed only while nobody is away", Rule.LEDGER),
    SESSIONS("a broken session voids what was in flight", Switch.SESSIONS),
    FENCE("dead only after the node's own clock stopped it", Switch.FENCE),
    VOUCH("dead only where all others vouch for the silence", Switch.VOUCH),
    HALF("... and they are at most half of those whom they know", Switch.HALF),
    APART("... and nobody died for as long", Switch.APART),
    BOUND("who vouched for a silence keeps it", Rule.VOUCH),
    NOBODY_AWAY("orphans are judged while nobody is away", Rule.NOBODY_AWAY, Switch.NOBODY_AWAY),
    FORGET("the dead are forgotten when nothing is left of them", Switch.FORGET),
    HOME_PUT(
            "a home refuses a port that it knows (where the store lies)",
            Rule.HOME_PUT,
            Switch.GRANTS_ONCE),
    DEDUPE("a call that comes again is applied once", Switch.DEDUPE),
    AS_OF("a Return counts as of the newest grant known", Switch.AS_OF);

    /** Seeds that are tried at most. */
    private static final int SEEDS_MAX = 3_000;

    final String rule;
    private final Set<Rule> rules;
    private final Set<Switch> switches;

    SimMutant(String rule, Rule without) {
        this(rule, EnumSet.of(without), EnumSet.noneOf(Switch.class));
    }

    SimMutant(String rule, Switch without) {
        this(rule, EnumSet.noneOf(Rule.class), EnumSet.of(without));
    }

    SimMutant(String rule, Rule without, Switch and) {
        this(rule, EnumSet.of(without), EnumSet.of(and));
    }

    SimMutant(String rule, Set<Rule> rules, Set<Switch> switches) {
        this.rule = rule;
        this.rules = rules;
        this.switches = switches;
    }

    /** Which seed showed it, and what. */
    record Noticed(long seed, String violation) {}

    private SimRun run(long seed) {
        SimScenario scenario =
                SimScenario.of(seed, SimScenario.Size.SHORT).without(new Rules(rules), switches);
        return switch (this) {
            case DEDUPE, AS_OF -> SimStoreRun.of(scenario);
            case EPOCH,
                    REGISTER,
                    ACKNOWLEDGE,
                    FREEZE,
                    GATE_LAST,
                    BARRIER,
                    MEMBER,
                    EVERY_COPY,
                    LEDGER,
                    SESSIONS,
                    FENCE,
                    VOUCH,
                    HALF,
                    APART,
                    BOUND,
                    NOBODY_AWAY,
                    FORGET,
                    HOME_PUT ->
                    SimRun.of(scenario);
        };
    }

    /** Tries seeds from 1 on; null where it was not noticed until then. */
    @Nullable Noticed search(long untilNanos) {
        for (long seed = 1; seed <= SEEDS_MAX && System.nanoTime() < untilNanos; seed++) {
            String violation = run(seed).violation();
            if (violation != null) {
                return new Noticed(seed, violation);
            }
        }
        return null;
    }

    /**
     * Prints a table.
     *
     * @param minutes for all of them together, divided evenly
     * @return whether all were noticed
     */
    static boolean search(PrintStream out, double minutes) {
        boolean all = true;
        double each = Math.min(minutes / values().length, 10);
        out.println("| rule taken away | seed | what the simulation shows | seconds |");
        out.println("|---|---|---|---|");
        for (SimMutant mutant : values()) {
            long begun = System.nanoTime();
            Noticed noticed = mutant.search(begun + (long) (each * 60e9));
            double seconds = (System.nanoTime() - begun) / 1e9;
            all &= noticed != null;
            out.printf(
                    "| %s | %s | %s | %.1f |%n",
                    mutant.rule,
                    noticed == null ? "-" : noticed.seed(),
                    noticed == null ? "NOT NOTICED" : noticed.violation().replace('|', '/'),
                    seconds);
        }
        return all;
    }
}
