package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.peers.Rules.Rule;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The ports of the dead. In a settled epoch in which nobody is away, the lowest live node walks
 * through them, group by group and page by page, asks the home of each port whether it knows it,
 * and tells the store which are free. What a connection still uses is met again in a later walk.
 * Worker thread.
 */
final class Reconcile {

    /** Pause between two walks while there are dead. */
    static final long PERIOD_NANOS = 2_000_000_000L;

    /** Pause where a lease group has not learned this epoch yet. */
    private static final long LEARN_NANOS = 50_000_000L;

    /** A walk that got stuck (a lost answer) is begun anew. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private record Suspect(Orphan orphan, int port) {}

    /** One walk in one epoch; another one ends it. */
    private final class Walk {
        final long beganNanos = seat.now();
        int group = 1;
        int unanswered;
        int kept;
    }

    private final Seat seat;
    private final Inquiries inquiries;
    private final StoreClient store;
    private final Executor mailbox;
    private long nextNanos;
    private Walk walk;

    Reconcile(Seat seat, Inquiries inquiries, StoreClient store, Executor mailbox) {
        this.seat = seat;
        this.inquiries = inquiries;
        this.store = store;
        this.mailbox = mailbox;
        walk = new Walk();
    }

    void learned() {
        walk = new Walk();
    }

    /** The epoch is settled: look at once. */
    void settled() {
        nextNanos = seat.now();
    }

    int turn(long now) {
        if (now < nextNanos || !mine()) {
            return 0;
        }
        walk = new Walk();
        ask(walk, Optional.empty());
        return 1;
    }

    private boolean mine() {
        Members members = seat.members;
        return members.live()
                && members.homeSettled()
                && !(seat.rules.hold(Rule.NOBODY_AWAY) && members.anyoneAway())
                && seat.isMe(members.keepers().members().getFirst())
                && members.membership().members().stream()
                        .anyMatch(m -> m.status() == Member.Status.DEAD);
    }

    private void ask(Walk of, Optional<Orphan.Position> after) {
        nextNanos = seat.now() + STUCK_NANOS;
        store.orphans(of.group, after, DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> paged(of, o)));
    }

    private void paged(Walk of, Outcome<OrphansPage> outcome) {
        if (of != walk) {
            return;
        }
        if (!(outcome instanceof Outcome.Done<OrphansPage>(OrphansPage page))) {
            nextNanos = seat.now() + PERIOD_NANOS;
        } else if (!page.epoch().equals(seat.members.epoch())) {
            nextNanos = seat.now() + LEARN_NANOS;
        } else {
            judge(of, page);
        }
    }

    private void judge(Walk of, OrphansPage page) {
        Map<Incarnation, List<Suspect>> byHome = new LinkedHashMap<>();
        for (Orphan orphan : page.orphans()) {
            for (int i = 0; i < orphan.ports().size(); i++) {
                int port = orphan.ports().get(i);
                OutsideKey key = Inquiries.outside(orphan.key(), port);
                byHome.computeIfAbsent(seat.members.keepers().home(key), h -> new ArrayList<>())
                        .add(new Suspect(orphan, port));
            }
        }
        if (byHome.isEmpty()) {
            next(of, page);
        }
        Map<Orphan, List<Integer>> free = new LinkedHashMap<>();
        byHome.forEach((home, suspects) -> {
            for (int i = 0; i < suspects.size(); i += FrameCodec.BATCH_MAX) {
                int end = Math.min(suspects.size(), i + FrameCodec.BATCH_MAX);
                of.unanswered++;
                whether(of, page, home, suspects.subList(i, end), free);
            }
        });
    }

    private void whether(
            Walk of,
            OrphansPage page,
            Incarnation home,
            List<Suspect> suspects,
            Map<Orphan, List<Integer>> free) {
        inquiries.ask(
                home,
                suspects.stream().map(s -> Inquiries.outside(s.orphan().key(), s.port())).toList(),
                answer -> {
                    if (of != walk) {
                        return;
                    }
                    answer.ifPresent(known -> sort(of, suspects, known, free));
                    if (--of.unanswered == 0) {
                        free.forEach((orphan, ports) -> tell(orphan, ports, page));
                        next(of, page);
                    }
                });
    }

    private static void sort(
            Walk of, List<Suspect> suspects, BitSet known, Map<Orphan, List<Integer>> free) {
        of.kept += known.cardinality();
        for (int i = 0; i < suspects.size(); i++) {
            Suspect suspect = suspects.get(i);
            if (!known.get(i)) {
                free.computeIfAbsent(suspect.orphan(), o -> new ArrayList<>()).add(suspect.port());
            }
        }
    }

    /** The store refuses what was judged in an older epoch; then the next walk says it again. */
    private void tell(Orphan orphan, List<Integer> free, OrphansPage page) {
        store.submit(
                        new AllocatorCommand.Reconciled(
                                orphan.dead(), orphan.key(), Ports.of(free), page.epoch()),
                        DEADLINE)
                .thenAccept(outcome ->
                        mailbox.execute(() -> {
                            if (outcome
                                    instanceof
                                    Outcome.Done<AllocatorResult>(AllocatorResult.Done d)) {
                                seat.counters.reconciled += free.size();
                            }
                        }));
    }

    private void next(Walk of, OrphansPage page) {
        if (page.more()) {
            ask(of, Optional.of(page.orphans().getLast().position()));
        } else if (of.group < page.groups()) {
            of.group++;
            ask(of, Optional.empty());
        } else {
            long now = seat.now();
            nextNanos = now + PERIOD_NANOS;
            seat.counters.reconcileNanos = now - of.beganNanos;
            seat.counters.orphansKept = of.kept;
        }
    }
}
