package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.NodeId;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Tells the store four times a second that this node is here, whom it cannot reach, and what its
 * packets obey. Never retried: an answer proves the moment in which it was asked. Worker thread.
 */
final class Renewals {

    static final long PERIOD_NANOS = 250_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** A store that is silent is not flooded. */
    private static final int UNDER_WAY_MAX = 4;

    private final Seat seat;
    private final Watch watch;
    private final Horizon horizon;
    private final StoreClient store;
    private final Executor mailbox;
    private final LongSupplier catalogVersion;
    private final Consumer<Membership> onMembership;
    private long nextNanos;
    private int underWay;

    Renewals(
            Seat seat,
            Watch watch,
            Horizon horizon,
            StoreClient store,
            Executor mailbox,
            LongSupplier catalogVersion,
            Consumer<Membership> onMembership) {
        this.seat = seat;
        this.watch = watch;
        this.horizon = horizon;
        this.store = store;
        this.mailbox = mailbox;
        this.catalogVersion = catalogVersion;
        this.onMembership = onMembership;
    }

    int turn(long now) {
        if (now < nextNanos || underWay >= UNDER_WAY_MAX) {
            return 0;
        }
        nextNanos = now + PERIOD_NANOS;
        underWay++;
        store.submit(
                        new AllocatorCommand.Renew(
                                seat.me,
                                seat.members.epoch(),
                                suspected(now),
                                Map.of(),
                                catalogVersion.getAsLong()),
                        DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> answered(now, o)));
        return 1;
    }

    Set<NodeId> suspected(long now) {
        return seat.members.notDead().stream()
                .filter(m -> !seat.isMe(m.incarnation()))
                .filter(m -> watch.suspected(m.incarnation(), now))
                .map(Member::node)
                .collect(Collectors.toSet());
    }

    private void answered(long sentNanos, Outcome<AllocatorResult> outcome) {
        underWay--;
        switch (outcome) {
            case Outcome.Done<AllocatorResult>(AllocatorResult.Renewed(Membership membership)) -> {
                // A store restored from an older state is behind what this node has seen.
                if (membership.epoch().generation() >= seat.members.epoch().generation()) {
                    horizon.renewed(sentNanos, seat.now());
                    onMembership.accept(membership);
                }
            }
            case Outcome.Done<AllocatorResult>(AllocatorResult.UnknownIncarnation u) ->
                    horizon.fence();
            // Any other word is no proof; the next one is on its way.
            case Outcome.Done<AllocatorResult> d -> {}
            case Outcome.Refused<AllocatorResult> r -> {}
            case Outcome.Unknown<AllocatorResult> u -> {}
        }
    }
}
