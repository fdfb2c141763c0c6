package io.sallyport.gateway.peers;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.ids.Incarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes, three stores and a network in one thread; a seed decides everything. A1 and A4 are
 * looked at with every packet and every install.
 */
final class SimWorld {

    static final long MS = 1_000_000L;

    final SimScenario scenario;
    final RandomGenerator random;
    final SimMutants mutants;
    final SimCheck check = new SimCheck();
    final SimTally tally = new SimTally();
    final SimFounding founding;
    final SimStores stores;
    final List<SimNode> nodes = new ArrayList<>();
    final SimNetwork network;
    private final SimEvents events = new SimEvents();
    private long now = 1_000_000_000_000L;

    /** Addresses that begin new lives all the time; none in most runs. */
    SimMoves moves = SimMoves.NONE;

    /** R of the gateway, by the catalog; 0: nobody says, and openers go by what they always do. */
    int copies;

    boolean moving() {
        return moves != SimMoves.NONE;
    }

    /** How long connections may be silent; said before nodes start. */
    Timeouts timeouts = SimNode.TIMEOUTS;

    /** The lives that run now. */
    final Map<Incarnation, SimNode> living = new HashMap<>();

    /** No node reaches any store. */
    boolean storeSilent;

    /** When somebody died last. */
    long lastDeathNanos;

    SimWorld(SimScenario scenario) {
        this.scenario = scenario;
        random = new SplittableRandom(scenario.seed());
        mutants = new SimMutants(scenario.off());
        founding = SimFounding.of(scenario.freePorts());
        List<LeaseKey> keys = SimLoad.destinations(founding, scenario.destinations());
        stores = new SimStores(this, scenario.leaseGroups(), keys);
        network = new SimNetwork(this);
        network.delayMs = scenario.delayMs();
        for (int i = 0; i < scenario.nodes(); i++) {
            nodes.add(new SimNode(this, i));
        }
    }

    long now() {
        return now;
    }

    void at(long delayNanos, Runnable task) {
        events.add(now + Math.max(0, delayNanos), task);
    }

    void every(long periodNanos, Runnable task) {
        events.add(
                now + periodNanos,
                new Runnable() {
                    @Override
                    public void run() {
                        task.run();
                        events.add(now + periodNanos, this);
                    }
                });
    }

    void run(long nanos) {
        long begun = now;
        long end = now + nanos;
        while (events.next() <= end) {
            now = events.next();
            events.take().run();
        }
        tally.simulatedNanos += end - begun;
        now = end;
    }

    void start() {
        nodes.forEach(SimNode::start);
        run(3_000 * MS);
    }

    void fault(String what) {
        SimTally.count(tally.faults, what);
    }

    @Nullable SimNode nodeOf(Incarnation incarnation) {
        return living.get(incarnation);
    }

    SimNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }
}
