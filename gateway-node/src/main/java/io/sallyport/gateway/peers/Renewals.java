package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.gateway.ports.PortLedger;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tells the store four times a second, ten times while a peer cannot be reached, and when its
 * packets obey another catalog, that it is here, whom it cannot reach, for whose silence it
 * vouches, and what its packets obey; where the store does not answer, through a peer as well.
 * Never retried: an answer proves the moment in which it was asked. With it goes the question which
 * destinations others want ports of. Worker thread.
 */
final class Renewals {

    static final long PERIOD_NANOS = 250_000_000L;

    /**
     * While a live peer cannot be reached: an epoch without it is told with an answer, and until it
     * is known here nothing that the peer kept is copied again.
     */
    static final long ALARMED_NANOS = 100_000_000L;

    /** A catalog that changes all the time does not make Renews of it all. */
    private static final long NEWS_NANOS = 5_000_000L;

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** A store that is silent is not flooded: as many as there are within {@link #DEADLINE}. */
    private static final int UNDER_WAY_MAX = 10;

    /** No answer for so long: peers are asked to carry the word, before the store misses it. */
    private static final long SILENT_NANOS = 400_000_000L;

    private final Seat seat;
    private final Watch watch;
    private final Vouching vouching;
    private final Horizon horizon;
    private final PortLedger ledger;
    private final StoreClient store;
    private final Executor mailbox;
    private final LongSupplier catalogVersion;
    private final Consumer<Membership> onMembership;
    private final Relays relays;
    private long nextNanos;
    private long sentNanos = Long.MIN_VALUE / 2;

    /** The catalog version that the last Renew spoke of. */
    private long told;

    private long answeredNanos;
    private int underWay;
    private boolean asksWanted;

    Renewals(
            Seat seat,
            Watch watch,
            Vouching vouching,
            Horizon horizon,
            PortLedger ledger,
            StoreClient store,
            Links links,
            Executor mailbox,
            LongSupplier catalogVersion,
            Consumer<Membership> onMembership) {
        this.seat = seat;
        this.watch = watch;
        this.vouching = vouching;
        this.horizon = horizon;
        this.ledger = ledger;
        this.store = store;
        this.mailbox = mailbox;
        this.catalogVersion = catalogVersion;
        this.onMembership = onMembership;
        relays = new Relays(seat, links, store, mailbox, this::renewed);
        answeredNanos = seat.now();
    }

    Relays relays() {
        return relays;
    }

    int turn(long now) {
        long obeys = catalogVersion.getAsLong();
        // A move of an elastic IP waits for this word; what cannot be said now waits its turn.
        boolean news = obeys != told && now - sentNanos >= NEWS_NANOS && underWay < UNDER_WAY_MAX;
        if (now < nextNanos && !news) {
            return 0;
        }
        boolean alarmed = seat.members.liveOthers().stream().anyMatch(watch::unreachable);
        nextNanos = now + (alarmed ? ALARMED_NANOS : PERIOD_NANOS);
        sentNanos = now;
        AllocatorCommand.Renew renew =
                new AllocatorCommand.Renew(
                        seat.me, seat.members.epoch(), unreachable(), vouching.vouches(now), obeys);
        if (underWay < UNDER_WAY_MAX) {
            underWay++;
            told = obeys;
            store.submit(renew, DEADLINE).thenAccept(o -> mailbox.execute(() -> answered(now, o)));
        }
        ledger.storeUnheard(now - answeredNanos);
        if (now - answeredNanos > SILENT_NANOS) {
            relays.send(renew, now);
        } else {
            askWanted();
        }
        return 1;
    }

    private Set<NodeId> unreachable() {
        return others(watch::unreachable);
    }

    Set<NodeId> suspected() {
        return others(watch::suspected);
    }

    private Set<NodeId> others(Predicate<Incarnation> are) {
        return seat.members.notDead().stream()
                .filter(m -> !seat.isMe(m.incarnation()))
                .filter(m -> are.test(m.incarnation()))
                .map(Member::node)
                .collect(Collectors.toSet());
    }

    private void answered(long sentNanos, Outcome<AllocatorResult> outcome) {
        underWay--;
        switch (outcome) {
            case Outcome.Done<AllocatorResult>(AllocatorResult.Renewed(Membership membership)) -> {
                answeredNanos = seat.now();
                ledger.storeUnheard(0);
                renewed(sentNanos, membership);
            }
            case Outcome.Done<AllocatorResult>(AllocatorResult.UnknownIncarnation u) ->
                    horizon.fence();
            // Any other word is no proof; the next one is on its way.
            case Outcome.Done<AllocatorResult> d -> {}
            case Outcome.Refused<AllocatorResult> r -> {}
            case Outcome.Unknown<AllocatorResult> u -> {}
        }
    }

    private void renewed(long sentNanos, Membership membership) {
        // A store restored from an older state is behind what this node has seen.
        if (membership.epoch().generation() >= seat.members.epoch().generation()) {
            horizon.renewed(sentNanos, seat.now());
            onMembership.accept(membership);
        }
    }

    /** One question at a time; who has leased nothing is asked for nothing. */
    private void askWanted() {
        if (asksWanted || ledger.destinations() == 0) {
            return;
        }
        asksWanted = true;
        store.wanted(seat.me, DEADLINE).thenAccept(o -> mailbox.execute(() -> wanted(o)));
    }

    private void wanted(Outcome<List<LeaseKey>> outcome) {
        asksWanted = false;
        if (outcome instanceof Outcome.Done<List<LeaseKey>>(List<LeaseKey> keys)) {
            ledger.wanted(keys);
        }
    }
}
