package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The ports of the dead. In a settled epoch in which nobody is away, the lowest live node walks
 * through them page by page, asks the home of each port whether it knows it, and tells the store
 * which are free. What a connection still uses is met again in a later walk. Worker thread.
 */
final class Reconcile {

    /** Pause between two walks. */
    static final long PERIOD_NANOS = 5_000_000_000L;

    /** A walk that got stuck (a lost answer) is begun anew. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private record Suspect(Orphan orphan, int port) {}

    private final Seat seat;
    private final Inquiries inquiries;
    private final StoreClient store;
    private final Executor mailbox;
    private long nextNanos;
    private long walk;

    Reconcile(Seat seat, Inquiries inquiries, StoreClient store, Executor mailbox) {
        this.seat = seat;
        this.inquiries = inquiries;
        this.store = store;
        this.mailbox = mailbox;
        nextNanos = seat.now() + PERIOD_NANOS;
    }

    void learned() {
        walk++;
    }

    int turn(long now) {
        if (now < nextNanos || !mine()) {
            return 0;
        }
        walk++;
        page(walk, Optional.empty());
        return 1;
    }

    private boolean mine() {
        Members members = seat.members;
        return members.live()
                && members.homeSettled()
                && !members.anyoneAway()
                && seat.isMe(members.keepers().members().getFirst())
                && members.membership().members().stream()
                        .anyMatch(m -> m.status() == Member.Status.DEAD);
    }

    private void page(long of, Optional<Orphan.Position> after) {
        nextNanos = seat.now() + STUCK_NANOS;
        store.orphans(after, DEADLINE).thenAccept(o -> mailbox.execute(() -> paged(of, o)));
    }

    private void paged(long of, Outcome<OrphansPage> outcome) {
        if (of != walk) {
            return;
        }
        if (!(outcome instanceof Outcome.Done<OrphansPage>(OrphansPage page))
                || !page.epoch().equals(seat.members.epoch())
                || page.orphans().isEmpty()) {
            rest();
            return;
        }
        Map<Incarnation, List<Suspect>> byHome = new LinkedHashMap<>();
        for (Orphan orphan : page.orphans()) {
            for (int port : orphan.ports().toList()) {
                OutsideKey key = Inquiries.outside(orphan.key(), port);
                byHome.computeIfAbsent(seat.members.keepers().home(key), h -> new ArrayList<>())
                        .add(new Suspect(orphan, port));
            }
        }
        int[] awaited = {0};
        Runnable done =
                () -> {
                    if (--awaited[0] == 0 && of == walk) {
                        next(of, page);
                    }
                };
        byHome.forEach((home, suspects) -> {
            for (int i = 0; i < suspects.size(); i += FrameCodec.BATCH_MAX) {
                int end = Math.min(suspects.size(), i + FrameCodec.BATCH_MAX);
                awaited[0]++;
                ask(home, suspects.subList(i, end), page.epoch(), done);
            }
        });
    }

    private void ask(Incarnation home, List<Suspect> suspects, Epoch epoch, Runnable done) {
        inquiries.ask(
                home,
                suspects.stream().map(s -> Inquiries.outside(s.orphan().key(), s.port())).toList(),
                answer -> {
                    Map<Orphan, List<Integer>> free = new LinkedHashMap<>();
                    answer.ifPresent(known -> {
                        for (int i = 0; i < suspects.size(); i++) {
                            Suspect suspect = suspects.get(i);
                            if (!known.get(i)) {
                                free.computeIfAbsent(suspect.orphan(), o -> new ArrayList<>())
                                        .add(suspect.port());
                            }
                        }
                    });
                    free.forEach((orphan, ports) -> tell(orphan, ports, epoch));
                    done.run();
                });
    }

    /** The store refuses what was judged in an older epoch; then the next walk says it again. */
    private void tell(Orphan orphan, List<Integer> free, Epoch epoch) {
        store.submit(
                        new AllocatorCommand.Reconciled(
                                orphan.dead(), orphan.key(), Ports.of(free), epoch),
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

    private void next(long of, OrphansPage page) {
        if (page.more()) {
            page(of, Optional.of(page.orphans().getLast().position()));
        } else {
            rest();
        }
    }

    private void rest() {
        nextNanos = seat.now() + PERIOD_NANOS;
    }
}
