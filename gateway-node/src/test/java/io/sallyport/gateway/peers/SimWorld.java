package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes, a store and a network in one thread; a seed decides everything. Checks A1 at every
 * packet and every install.
 */
final class SimWorld {

    static final long MS = 1_000_000L;
    static final int NODES_MAX = 8;

    final RandomGenerator random;
    final Rules rules;
    final SimStore store;
    final List<SimNode> nodes = new ArrayList<>();
    final SimNetwork network;
    final SimCheck check = new SimCheck();
    final SimTally tally = new SimTally();
    private final SimEvents events = new SimEvents();
    private long now = 1_000_000_000_000L;
    boolean storeSilent;

    SimWorld(long seed, int nodeCount, int ports, Rules rules) {
        random = new SplittableRandom(seed);
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
        events.add(now + Math.max(0, delayNanos), task);
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
                        SimTally.count(tally.commands, command.getClass().getSimpleName());
                        AllocatorResult result = store.apply(command, now);
                        long back = (long) (3 * random.nextDouble() * MS);
                        at(back, () -> answer.complete(new Outcome.Done<>(result)));
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
}
