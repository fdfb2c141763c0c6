package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes, a store and a network in one thread; a seed decides everything. Checks A1 at every
 * packet and every install.
 */
final class SimWorld {

    static final long MS = 1_000_000L;

    private record Event(long at, long order, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** One of A1 to A5 does not hold. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        Violation(String what) {
            super(what);
        }
    }

    final Random random;
    final Rules rules;
    final SimStore store;
    final List<SimNode> nodes = new ArrayList<>();
    final SimNetwork network;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long order;
    private long now = 1_000_000_000_000L;
    boolean storeSilent;
    long forwarded;
    long opens;

    SimWorld(long seed, int nodeCount, int ports, Rules rules) {
        random = new Random(seed);
        this.rules = rules;
        store = new SimStore(random, ports);
        network = new SimNetwork(this);
        for (int i = 0; i < nodeCount; i++) {
            nodes.add(new SimNode(this, i));
        }
        every(
                100 * MS,
                () -> {
                    if (!storeSilent) {
                        store.watch(now);
                    }
                });
    }

    long now() {
        return now;
    }

    void at(long delayNanos, Runnable task) {
        events.add(new Event(now + Math.max(0, delayNanos), order++, task));
    }

    void every(long periodNanos, Runnable task) {
        at(
                periodNanos,
                () -> {
                    task.run();
                    every(periodNanos, task);
                });
    }

    void run(long nanos) {
        long end = now + nanos;
        while (true) {
            Event event = events.peek();
            if (event == null || event.at() > end) {
                break;
            }
            events.poll();
            now = event.at();
            event.task().run();
        }
        now = end;
    }

    void start() {
        nodes.forEach(SimNode::start);
        run(3_000 * MS);
    }

    /** The store applies in time, late, or not at all; its answer may be lost. */
    CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline, boolean reaches) {
        CompletableFuture<Outcome<AllocatorResult>> answer = new CompletableFuture<>();
        long until = now + deadline.toNanos();
        tryToApply(command, until, reaches, answer);
        return answer;
    }

    private void tryToApply(
            AllocatorCommand command,
            long until,
            boolean reaches,
            CompletableFuture<Outcome<AllocatorResult>> answer) {
        long delay = (long) ((0.2 + 3 * random.nextDouble()) * MS);
        if (now >= until) {
            answer.complete(new Outcome.Unknown<>("no answer in time"));
        } else if (storeSilent || !reaches) {
            boolean once = command instanceof AllocatorCommand.Renew;
            at(once ? until - now : 100 * MS, () -> tryToApply(command, until, !once, answer));
        } else {
            at(
                    delay,
                    () -> {
                        AllocatorResult result = store.apply(command, now);
                        long back = (long) (3 * random.nextDouble() * MS);
                        at(back, () -> answer.complete(new Outcome.Done<>(result)));
                    });
        }
    }

    /** A1: nobody else forwards another connection on this outside key. */
    void check(SimNode carrier, Connection connection) {
        OutsideKey key = connection.outside();
        ConnectionId id = connection.id();
        for (SimNode other : nodes) {
            if (!other.forwards()) {
                continue;
            }
            other.forEachCarried(c -> {
                if (c.outside().equals(key) && !c.id().equals(id)) {
                    throw new Violation(
                            "A1: " + key + " is " + id + " at " + carrier + " and " + c.id()
                                    + " at " + other);
                }
            });
        }
    }

    @Nullable SimNode nodeOf(Incarnation incarnation) {
        for (SimNode node : nodes) {
            if (incarnation.equals(node.life())) {
                return node;
            }
        }
        return null;
    }

    SimNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    void forEachCarried(Consumer<Connection> each) {
        nodes.stream().filter(SimNode::forwards).forEach(n -> n.forEachCarried(each));
    }
}
