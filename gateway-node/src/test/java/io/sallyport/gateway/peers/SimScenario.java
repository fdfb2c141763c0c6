package io.sallyport.gateway.peers;

import io.sallyport.allocator.Limits;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a run is like; all of it follows from the seed and the size.
 *
 * @param freePorts of each destination; the rest is never given to anybody
 * @param keys how many inside keys the clients use
 * @param delayMs longest usual delay of a frame
 * @param pauseNanos mean time between two acts of the clients
 * @param loadNanos how long clients act and faults happen
 * @param faultNanos mean time between two faults
 */
record SimScenario(
        long seed,
        int nodes,
        int freePorts,
        int leaseGroups,
        int keys,
        int destinations,
        double delayMs,
        long pauseNanos,
        long loadNanos,
        long faultNanos,
        Theme theme,
        Drift drift,
        Rules rules,
        Set<SimMutants.Switch> off) {

    /** What most faults are like: some things show only where faults of a kind come together. */
    enum Theme {
        MIXED,
        SESSIONS,
        STORES,
        SILENCE,
        DEATHS
    }

    /** How nodes' and stores' clocks run. */
    enum Drift {
        NONE,
        /** Within what T and its margin assume: 3 in 100 each way. */
        WITHIN,
        /** Far outside, and standing still: what happens then is counted apart. */
        BEYOND
    }

    /** How much of each run. */
    enum Size {
        /** Many faults and few operations: most faults for a second of computing. */
        SHORT(10_000_000L, 20),
        /** Some 100,000 operations. */
        LONG(1_000_000L, 100);

        private final long pauseNanos;
        private final int loadSeconds;

        Size(long pauseNanos, int loadSeconds) {
            this.pauseNanos = pauseNanos;
            this.loadSeconds = loadSeconds;
        }
    }

    /** Of so many seeds this one has a node that is alone and opens at once. */
    private static final int ALONE_EVERY = 16;

    private static final int ALONE = 6;

    static SimScenario of(long seed, Size size) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] ports = {4, 6, 6, 6, 12, 64, Limits.PORTS};
        int many = 2 + random.nextInt(4);
        int nodes = seed % ALONE_EVERY == ALONE ? 1 : many;
        Theme theme = Theme.values()[random.nextInt(Theme.values().length)];
        long faultMillis =
                switch (theme) {
                    case MIXED, STORES, DEATHS -> 500 + random.nextInt(1_500);
                    case SESSIONS -> 50 + random.nextInt(400);
                    case SILENCE -> 1_000 + random.nextInt(3_000);
                };
        int longer = theme == Theme.SILENCE || theme == Theme.DEATHS ? 3 : 1;
        return new SimScenario(
                seed,
                nodes,
                ports[random.nextInt(ports.length)],
                1 + random.nextInt(3),
                8 + random.nextInt(24),
                1 + random.nextInt(3),
                random.nextInt(4) == 0 ? 40 : 2,
                size.pauseNanos,
                Math.max(size.loadSeconds, 20 * longer) * 1_000_000_000L,
                faultMillis * SimWorld.MS,
                theme,
                random.nextInt(2) == 0 ? Drift.NONE : Drift.WITHIN,
                Rules.ALL,
                Set.of());
    }

    /** Healthy nodes and nothing else: for tests that say themselves what happens. */
    static SimScenario quiet(long seed, int nodes, int freePorts) {
        return new SimScenario(
                seed,
                nodes,
                freePorts,
                2,
                12,
                2,
                2,
                10 * SimWorld.MS,
                20_000 * SimWorld.MS,
                1_000 * SimWorld.MS,
                Theme.MIXED,
                Drift.NONE,
                Rules.ALL,
                Set.of());
    }

    SimScenario without(Rules newRules, Set<SimMutants.Switch> newOff) {
        return new SimScenario(
                seed,
                nodes,
                freePorts,
                leaseGroups,
                keys,
                destinations,
                delayMs,
                pauseNanos,
                loadNanos,
                faultNanos,
                theme,
                drift,
                newRules,
                newOff);
    }

    /** The same stores, and no nodes. */
    SimScenario nobody() {
        return new SimScenario(
                seed,
                0,
                freePorts,
                leaseGroups,
                keys,
                destinations,
                delayMs,
                pauseNanos,
                loadNanos,
                faultNanos,
                Theme.STORES,
                drift,
                rules,
                off);
    }

    SimScenario with(Drift newDrift) {
        return new SimScenario(
                seed,
                nodes,
                freePorts,
                leaseGroups,
                keys,
                destinations,
                delayMs,
                pauseNanos,
                loadNanos,
                faultNanos,
                theme,
                newDrift,
                rules,
                off);
    }
}
