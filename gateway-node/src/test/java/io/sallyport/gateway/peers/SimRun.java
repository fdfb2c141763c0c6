package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: nodes join, clients act while things go wrong, then all heals, clients fall silent, and
 * nothing may be left: no copy, no leased port.
 *
 * @param violation what did not hold; null where all did
 */
record SimRun(SimScenario scenario, SimTally tally, @Nullable String violation) {

    private static final long SECOND_NANOS = 1_000 * SimWorld.MS;

    /** How long what is over may be kept. */
    private static final long SOON_NANOS = 10_000 * SimWorld.MS;

    private static final long LEFT_NANOS = 200_000 * SimWorld.MS;

    static SimRun of(SimScenario scenario) {
        SimWorld world = new SimWorld(scenario);
        return of(scenario, world, () -> live(world));
    }

    static SimRun of(SimScenario scenario, SimWorld world, Runnable life) {
        world.tally.seeds = 1;
        String violation = null;
        try {
            life.run();
        } catch (SimCheck.Violation | IllegalStateException e) {
            violation = e.getMessage() + at(e);
        }
        world.nodes.forEach(SimNode::tallyLife);
        return new SimRun(scenario, world.tally, violation);
    }

    /** Where a check of the protocol itself failed. */
    private static String at(RuntimeException e) {
        return e instanceof SimCheck.Violation || e.getStackTrace().length == 0
                ? ""
                : " at " + e.getStackTrace()[0];
    }

    static void live(SimWorld world) {
        SimLoad load = loadedAndHealed(world, 0);
        world.run(2 * SECOND_NANOS);
        world.check.oneMappingEach();
        load.stop();
        String left = left(world);
        for (long spent = 0; left != null && spent < LEFT_NANOS; spent += SECOND_NANOS) {
            world.run(SECOND_NANOS);
            left = left(world);
        }
        if (left != null) {
            throw new SimCheck.Violation("left: " + left);
        }
    }

    /** Clients move for as long as things go wrong. Once all is well they are answered. */
    static void liveAndRoam(SimWorld world, SimRoaming roaming) {
        loadedAndHealed(world, 0, roaming::start);
        world.run(2 * SECOND_NANOS);
        roaming.allArrive();
    }

    /** As it is once nothing moves any more, and packets have come for a while. */
    static void liveAndMove(SimWorld world) {
        SimLoad load = loadedAndHealed(world, SimMoves.FIRST_NANOS);
        world.run(SOON_NANOS);
        load.stop();
        for (SimNode node : world.nodes) {
            for (SimCarriage.Entry entry : node.carriage().entries()) {
                Connection c = entry.connection;
                if (node.isOver(c.eip(), c.poolGeneration())) {
                    throw new SimCheck.Violation(node + " holds on to " + c);
                }
            }
        }
    }

    /**
     * Clients speak still, faults are over, and who was away is a member again: then two mappings
     * of a key come together.
     *
     * @param restNanos how long other things go on after the last fault
     */
    private static SimLoad loadedAndHealed(SimWorld world, long restNanos) {
        return loadedAndHealed(world, restNanos, load -> {});
    }

    private static SimLoad loadedAndHealed(
            SimWorld world, long restNanos, Consumer<SimLoad> beside) {
        SimScenario scenario = world.scenario;
        world.start();
        SimLoad load = new SimLoad(world, scenario.keys(), scenario.destinations());
        SimFaults faults = new SimFaults(world, scenario.faultNanos());
        load.start(scenario.pauseNanos());
        beside.accept(load);
        faults.start();
        world.run(scenario.loadNanos());
        faults.stopAndHeal();
        world.run(restNanos);
        for (long spent = 0; !together(world) && spent < LEFT_NANOS; spent += SECOND_NANOS) {
            world.run(SECOND_NANOS);
        }
        return load;
    }

    private static boolean together(SimWorld world) {
        return world.nodes.stream()
                .allMatch(node -> {
                    if (!node.up()) {
                        return false;
                    }
                    PeerStatus status = node.protocol().status();
                    return status.live() && status.settled();
                });
    }

    /** What should not be there when everybody has been silent for long. */
    private static @Nullable String left(SimWorld world) {
        for (SimNode node : world.nodes) {
            if (!node.up()) {
                return node + " is not up";
            }
            PeerStatus status = node.protocol().status();
            if (!status.settled()) {
                return "not settled at " + node;
            }
            if (status.copies() > 0) {
                return status.copies() + " copies at " + node;
            }
            if (status.collisions() > 0) {
                throw new SimCheck.Violation("two copies of one outside key met at " + node);
            }
        }
        int leased = world.stores.holders.leased();
        return leased == 0 ? null : leased + " ports are leased or orphaned: stranded";
    }
}
