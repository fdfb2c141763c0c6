package io.sallyport.gateway.ports;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.ports.LeasedPort.Place;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * How ports go back to the store: of each destination one Return at a time, which names the newest
 * grant that is known here. Worker thread.
 */
final class Returns {

    /** What is to be done when an answer came. */
    @FunctionalInterface
    interface Looks {
        void look(Lease lease, long nowNanos);
    }

    /** Most in one Return. */
    private static final int RETURN_MAX = 4096;

    private final Incarnation me;
    private final StoreClient store;
    private final Executor mailbox;
    private final LongSupplier clock;
    private final LedgerCounters counters;
    private final Looks looks;

    Returns(
            Incarnation me,
            StoreClient store,
            Executor mailbox,
            LongSupplier clock,
            LedgerCounters counters,
            Looks looks) {
        this.me = me;
        this.store = store;
        this.mailbox = mailbox;
        this.clock = clock;
        this.counters = counters;
        this.looks = looks;
    }

    /**
     * Never beside an Acquire: it would be overtaken, and while it is not certain that the store
     * answers, used ports are kept: they may be needed.
     */
    void give(Lease lease, long now) {
        if ((lease.leaving() == 0 && !lease.grantInDoubt)
                || lease.returning
                || lease.acquiringSince != 0
                || now < lease.returnNanos) {
            return;
        }
        lease.returning = true;
        List<LeasedPort> batch = lease.handIn(RETURN_MAX);
        Ports ports =
                lease.grantLost
                        ? lease.notOurs()
                        : Ports.of(batch.stream().mapToInt(LeasedPort::port).toArray());
        store.submit(
                        new AllocatorCommand.Return(me, lease.key, lease.newestGrant, ports),
                        PortLedger.DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> given(lease, batch, o)));
    }

    private void given(Lease lease, List<LeasedPort> batch, Outcome<AllocatorResult> outcome) {
        long now = clock.getAsLong();
        lease.returning = false;
        lease.returnNanos = now + PortLedger.GATHER_NANOS;
        switch (outcome) {
            case Outcome.Done<AllocatorResult>(AllocatorResult.Done d) -> {
                counters.returned += lease.handedIn(batch, Place.GONE);
                lease.returnNanos = now;
                lease.retryNanos = now;
                if (lease.acquiringSince == 0) {
                    lease.grantInDoubt = false;
                    lease.grantLost = false;
                }
            }
            case Outcome.Done<AllocatorResult>(AllocatorResult.Overtaken(long newest)) -> {
                counters.overtaken++;
                lease.handedIn(batch, Place.LEAVING);
                lease.returnNanos = now + PortLedger.LEARN_NANOS;
                if (lease.acquiringSince == 0 && newest > lease.newestGrant) {
                    // Its answer will never come; what it granted goes back unseen.
                    lease.newestGrant = newest;
                    lease.grantInDoubt = true;
                    lease.grantLost = true;
                }
            }
            // This life is over; its ports are orphans.
            case Outcome.Done<AllocatorResult> d -> lease.handedIn(batch, Place.LEAVING);
            case Outcome.Refused<AllocatorResult> r -> lease.handedIn(batch, Place.LEAVING);
            case Outcome.Unknown<AllocatorResult> u -> lease.handedIn(batch, Place.DOUBTFUL);
        }
        looks.look(lease, now);
    }
}
