package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;

import io.sallyport.allocator.Limits;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.peers.SimMeter.Purpose;
import io.sallyport.ids.Incarnation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;

/**
 * What connections cost among so many healthy nodes: their lives, and a death in the midst of them.
 * One world each, with traffic by {@link SimTraffic}.
 */
final class SimScale {

    /** Of production a tenth; quarters of it are the refreshes. */
    static final Timeouts TIMEOUTS =
            new Timeouts(
                    Duration.ofSeconds(35),
                    Duration.ofSeconds(24),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(6));

    private static final long SECOND = 1_000 * SimWorld.MS;
    private static final long LIFE_NANOS = 30 * SECOND;

    /** Until routers send nothing more to a node that died, by BFD or its guard. */
    private static final long REROUTE_NANOS = 80 * SimWorld.MS;

    private static final long PATIENCE_NANOS = 60 * SECOND;

    /** In all, of so many connections. */
    record Phase(long frames, long bytes) {
        static Phase of(SimMeter meter) {
            return new Phase(meter.deeds(), meter.deedBytes());
        }
    }

    /** Over the nodes; even is 1. */
    record Spread(double mean, double most) {
        static Spread of(Iterable<Long> each, int nodes) {
            long sum = 0;
            long most = 0;
            for (long one : each) {
                sum += one;
                most = Math.max(most, one);
            }
            return new Spread((double) sum / nodes, most);
        }

        double uneven() {
            return most / mean;
        }
    }

    /** Nodes that have a copy of a connection, and those among them that forward it. */
    record Held(double mean, long most, double carriers) {}

    /**
     * @param refreshes quarters of idle times, of all connections
     * @param acquires answered requests for ports
     * @param copies over the nodes
     * @param heard over the nodes: what they were told about connections
     * @param watch heartbeats and their answers that a node says in a second
     */
    record Life(
            int nodes,
            int connections,
            Phase open,
            Phase lived,
            double refreshes,
            Phase ended,
            long acquires,
            Held held,
            Spread copies,
            Spread heard,
            double watch,
            double watchBytes) {

        /** Messages of one connection that is refreshed so often. */
        double messages(int times) {
            return (open.frames + ended.frames) / (double) connections
                    + times * lived.frames / refreshes;
        }

        /**
         * The same, for each holder beyond the first. Where nodes are few, one has several duties
         * and tells itself: with them the holders grow, up to their bound.
         */
        double messagesPerHolder(int times) {
            return messages(times) / (held.mean - 1);
        }
    }

    /**
     * @param rehomed connections that have another home
     * @param regated another gate
     * @param needlessly another home or gate, though the one they had lives
     * @param madeAgain of which a copy was made again
     * @param handover what members told each other of copies
     * @param carry questions of nodes that met packets anew, and answers
     * @param members member lists
     * @param settledNanos from the death until all members have told each other what they have
     * @param lost connections that nobody holds
     */
    record Death(
            int nodes,
            int connections,
            int rehomed,
            int regated,
            int needlessly,
            int madeAgain,
            Phase handover,
            Phase carry,
            Phase members,
            long settledNanos,
            int lost,
            Held before,
            Held after,
            Held later) {}

    private final SimWorld world;
    private final SimTraffic traffic;
    private final int nodes;
    private final int connections;

    private SimScale(int nodes, int connections, long seed) {
        this.nodes = nodes;
        this.connections = connections;
        world = new SimWorld(SimScenario.quiet(seed, nodes, Limits.PORTS));
        world.timeouts = TIMEOUTS;
        traffic = new SimTraffic(world);
        world.start();
        awaitSettled(nodes);
    }

    static Life life(int nodes, int connections, long seed) {
        return new SimScale(nodes, connections, seed).life();
    }

    static Death death(int nodes, int connections, long seed) {
        return new SimScale(nodes, connections, seed).death();
    }

    private SimMeter meter() {
        SimMeter meter = new SimMeter();
        world.network.meter = meter;
        return meter;
    }

    private long settled(int members) {
        return world.nodes.stream()
                .filter(SimNode::up)
                .map(node -> node.protocol().status())
                .filter(s -> s.settled() && s.membership().live().size() == members)
                .count();
    }

    private void awaitSettled(int members) {
        for (long end = world.now() + PATIENCE_NANOS; settled(members) < members; ) {
            if (world.now() > end) {
                throw new IllegalStateException(nodes + " nodes do not come to terms");
            }
            world.run(100 * SimWorld.MS);
        }
    }

    private Life life() {
        SimMeter all = meter();
        traffic.open(connections, 2 * SECOND);
        // The first packets each way find who carries.
        traffic.run(SECOND);
        Phase open = Phase.of(all);
        SimMeter lived = meter();
        traffic.run(LIFE_NANOS);
        Phase refreshed = Phase.of(lived);
        Held held = held();
        Spread copies = copies();
        double seconds = (double) LIFE_NANOS / SECOND * nodes;
        SimMeter ended = meter();
        traffic.end();
        awaitNothing();
        Map<Incarnation, Long> heard = new HashMap<>(all.heard());
        lived.heard().forEach((node, more) -> heard.merge(node, more, Long::sum));
        ended.heard().forEach((node, more) -> heard.merge(node, more, Long::sum));
        return new Life(
                nodes,
                connections,
                open,
                refreshed,
                refreshes(),
                Phase.of(ended),
                world.tally.commands.getOrDefault("Acquire", 0L),
                held,
                copies,
                Spread.of(heard.values(), nodes),
                lived.frames(Purpose.WATCH) / seconds,
                lived.bytes(Purpose.WATCH) / seconds);
    }

    private double refreshes() {
        return traffic.connections().stream()
                .mapToDouble(
                        c -> 4.0 * LIFE_NANOS / TIMEOUTS.idleNanos(c.inside().protocol(), 16, 16))
                .sum();
    }

    private void awaitNothing() {
        long end = world.now() + PATIENCE_NANOS;
        while (world.nodes.stream().anyMatch(n -> n.protocol().status().copies() > 0)) {
            if (world.now() > end) {
                throw new IllegalStateException("connections do not end");
            }
            world.run(SECOND);
        }
    }

    private Held held() {
        LongSummaryStatistics holders = new LongSummaryStatistics();
        long carriers = 0;
        for (Connection c : traffic.connections()) {
            int here = 0;
            for (SimNode node : world.nodes) {
                Copy copy = node.up() ? node.protocol().copy(c.id()) : null;
                if (copy != null) {
                    here++;
                    carriers += copy.installed ? 1 : 0;
                }
            }
            holders.accept(here);
        }
        return new Held(holders.getAverage(), holders.getMax(), (double) carriers / connections);
    }

    private Spread copies() {
        return Spread.of(
                world.nodes.stream()
                        .filter(SimNode::up)
                        .map(n -> (long) n.protocol().status().copies())
                        .toList(),
                (int) world.nodes.stream().filter(SimNode::up).count());
    }

    private record Duties(Incarnation home, Incarnation gate) {}

    private Map<ConnectionId, Duties> duties() {
        Map<ConnectionId, Duties> duties = new HashMap<>();
        for (Connection c : traffic.connections()) {
            for (SimNode node : world.nodes) {
                Copy copy = node.up() ? node.protocol().copy(c.id()) : null;
                if (copy != null) {
                    duties.put(c.id(), new Duties(copy.home, copy.gate));
                    break;
                }
            }
        }
        return duties;
    }

    private Death death() {
        traffic.open(connections, 2 * SECOND);
        traffic.run(2 * SECOND);
        Held held = held();
        Map<ConnectionId, Duties> before = duties();
        SimNode dies = world.nodes.get(nodes / 2);
        Incarnation life = dies.life();
        SimMeter meter = meter();
        long died = world.now();
        dies.crash();
        traffic.run(REROUTE_NANOS);
        traffic.withdraw(dies);
        while (settled(nodes - 1) < nodes - 1) {
            if (world.now() - died > PATIENCE_NANOS) {
                throw new IllegalStateException("not settled after a death");
            }
            traffic.run(50 * SimWorld.MS);
        }
        long settled = world.now() - died;
        traffic.run(2 * SECOND);
        Map<ConnectionId, Duties> after = duties();
        Incarnation dead = requireNonNull(life);
        Held heldAfter = held();
        // That it is dead, and not only away, is another epoch.
        world.network.meter = null;
        traffic.run(LIFE_NANOS);
        int rehomed = 0;
        int regated = 0;
        int needlessly = 0;
        Set<ConnectionId> lost = new HashSet<>(before.keySet());
        lost.removeAll(after.keySet());
        for (Map.Entry<ConnectionId, Duties> one : after.entrySet()) {
            Duties was = requireNonNull(before.get(one.getKey()));
            boolean homeMoved = !was.home().equals(one.getValue().home());
            boolean gateMoved = !was.gate().equals(one.getValue().gate());
            rehomed += homeMoved ? 1 : 0;
            regated += gateMoved ? 1 : 0;
            needlessly +=
                    homeMoved && !was.home().equals(dead) || gateMoved && !was.gate().equals(dead)
                            ? 1
                            : 0;
        }
        return new Death(
                nodes,
                connections,
                rehomed,
                regated,
                needlessly,
                meter.madeAgain(),
                phase(meter, Purpose.HANDOVER),
                phase(meter, Purpose.CARRY),
                phase(meter, Purpose.MEMBERS),
                settled,
                lost.size(),
                held,
                heldAfter,
                held());
    }

    private static Phase phase(SimMeter meter, Purpose purpose) {
        return new Phase(meter.frames(purpose), meter.bytes(purpose));
    }
}
