package io.sallyport.gateway.ports;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The ports that this node may use, per destination. Worker thread; the store's answers come back
 * through the worker's mailbox.
 *
 * <p>A cold destination is asked one port; the wish doubles while refills come quickly, so that
 * what is in hand lasts for about the time that an election takes. Half spent, more is asked ahead.
 * A used port, once cooled, goes back to the store, so that the next one is drawn from all that are
 * free; only while the store is silent it is spent again. What nobody wanted for a minute goes
 * back.
 */
public final class PortLedger {

    /** Gets a port, or learns why there is none. */
    public interface Taker {
        void port(LeasedPort port);

        void refused(Refusal refusal);
    }

    /** How long a taker waits for the store. */
    static final long PATIENCE_NANOS = 2_500_000_000L;

    /** A refill within this time doubles the next wish. */
    static final long QUICK_NANOS = 10_000_000_000L;

    static final long UNSPENT_NANOS = 60_000_000_000L;

    /** Largest wish: half of it carries 100 opens a second through a 5 s silence of the store. */
    static final int WANT_MAX = 1024;

    /** Below this a lease is too small to be worth asking ahead: cold stays one commit. */
    private static final int AHEAD_MIN = 4;

    /** An Acquire unanswered for so long: the store is silent. */
    private static final long SILENT_NANOS = 1_000_000_000L;

    /** A newer epoch is learned within about this time. */
    private static final long LEARN_NANOS = 20_000_000L;

    private static final long PASS_NANOS = 500_000_000L;

    /** So many are returned even while an Acquire is under way. */
    private static final int RETURN_MANY = 256;

    private static final int DESTINATIONS_MAX = 1 << 18;

    /**
     * Far longer than any taker waits: the client repeats the same call until the store is back, so
     * that what was granted in a moment of trouble is not lost.
     */
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final Incarnation me;
    private final StoreClient store;
    private final Executor mailbox;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final Supplier<Epoch> epoch;
    private final long coolingNanos;
    private final Map<LeaseKey, Lease> leases = new LinkedHashMap<>();
    private long nextPassNanos;
    private long acquires;
    private long returned;
    private int inHand;
    private int lent;

    /**
     * @param mailbox runs tasks on the worker thread
     * @param clock nanoseconds, monotonic
     * @param random unpredictable: a node spends its ports in random order
     * @param epoch the newest that the node knows
     */
    public PortLedger(
            Incarnation me,
            StoreClient store,
            Executor mailbox,
            LongSupplier clock,
            RandomGenerator random,
            Supplier<Epoch> epoch,
            Duration cooling) {
        this.me = me;
        this.store = store;
        this.mailbox = mailbox;
        this.clock = clock;
        this.random = random;
        this.epoch = epoch;
        this.coolingNanos = cooling.toNanos();
    }

    /** Answers once, perhaps at once. */
    public void take(LeaseKey key, Taker taker) {
        Lease lease = leases.get(key);
        if (lease == null) {
            if (leases.size() >= DESTINATIONS_MAX) {
                taker.refused(Refusal.OVERLOADED);
                return;
            }
            lease = new Lease();
            leases.put(key, lease);
        }
        long now = clock.getAsLong();
        lease.lastTakenNanos = now;
        lease.cool(now, silent(lease, now));
        LeasedPort port = lease.draw(random);
        if (port != null) {
            refillAhead(key, lease);
            taker.port(port);
            return;
        }
        lease.waiting.add(new Patient(taker, now + PATIENCE_NANOS));
        acquire(key, lease);
    }

    /** Was not used after all. */
    public void giveBack(LeasedPort port) {
        lease(port.key()).add(port);
    }

    /** From now on {@code borrower} may have it, whatever answers come or do not come. */
    public void lend(LeasedPort port, ConnectionId borrower) {
        lease(port.key()).lend(new LentPort(port, borrower, clock.getAsLong()));
    }

    /** Nobody has that connection any more: the port cools down. Ignored where another has it. */
    public void freed(LeaseKey key, int port, ConnectionId borrower) {
        Lease lease = leases.get(key);
        if (lease != null) {
            lease.takeBack(port, borrower, clock.getAsLong() + coolingNanos);
        }
    }

    /** Lent before {@code beforeNanos}: to be audited with their homes. */
    public List<LentPort> lentBefore(long beforeNanos) {
        List<LentPort> old = new ArrayList<>();
        for (Lease lease : leases.values()) {
            for (LentPort port : lease.lent()) {
                if (port.sinceNanos() < beforeNanos) {
                    old.add(port);
                }
            }
        }
        return old;
    }

    /** Due work: impatient takers, cooled ports, returns. Cheap when called often. */
    public int turn(long nowNanos) {
        if (nowNanos < nextPassNanos) {
            return 0;
        }
        nextPassNanos = nowNanos + PASS_NANOS;
        inHand = 0;
        lent = 0;
        for (Iterator<Map.Entry<LeaseKey, Lease>> i = leases.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<LeaseKey, Lease> entry = i.next();
            Lease lease = entry.getValue();
            pass(entry.getKey(), lease, nowNanos);
            inHand += lease.inHand();
            lent += lease.lentOrCooling();
            if (lease.isEmpty() && nowNanos - lease.lastTakenNanos > QUICK_NANOS) {
                i.remove();
            }
        }
        return 1;
    }

    private void pass(LeaseKey key, Lease lease, long now) {
        while (!lease.waiting.isEmpty()
                && lease.waiting.element() instanceof Patient patient
                && patient.untilNanos() <= now) {
            lease.waiting.remove();
            patient.refused(Refusal.STORE_SILENT);
        }
        lease.cool(now, silent(lease, now));
        serve(lease);
        if (now - lease.lastTakenNanos > UNSPENT_NANOS) {
            lease.surrender();
            lease.lastWant = 0;
        }
        if (!lease.waiting.isEmpty()) {
            acquire(key, lease);
        }
        if (!lease.leaving.isEmpty() && !lease.returning && storeAnswers(lease, now)) {
            giveToStore(key, lease);
        }
    }

    private boolean silent(Lease lease, long now) {
        return lease.acquiringSince != 0 && now - lease.acquiringSince > SILENT_NANOS;
    }

    /** While it is not certain that the store answers, used ports are kept: they may be needed. */
    private boolean storeAnswers(Lease lease, long now) {
        return lease.acquiringSince == 0
                || (lease.leaving.size() > RETURN_MANY && !silent(lease, now));
    }

    private Lease lease(LeaseKey key) {
        return leases.computeIfAbsent(key, k -> new Lease());
    }

    private void refillAhead(LeaseKey key, Lease lease) {
        if (lease.lastWant >= AHEAD_MIN && lease.inHand() < lease.lastWant / 2) {
            acquire(key, lease);
        }
    }

    private void acquire(LeaseKey key, Lease lease) {
        if (lease.acquiringSince != 0 || lease.returnInDoubt) {
            return;
        }
        long now = clock.getAsLong();
        boolean quick = lease.lastWant > 0 && now - lease.lastRefillNanos < QUICK_NANOS;
        int wish = quick ? lease.lastWant * 2 : 1;
        lease.lastWant = Math.min(WANT_MAX, Math.max(wish, lease.waiting.size()));
        lease.lastRefillNanos = now;
        lease.acquiringSince = now;
        acquires++;
        Epoch asked = epoch.get();
        store.submit(new AllocatorCommand.Acquire(me, key, lease.lastWant, asked), DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> acquired(key, lease, asked, o)));
    }

    private void acquired(
            LeaseKey key, Lease lease, Epoch asked, Outcome<AllocatorResult> outcome) {
        lease.acquiringSince = 0;
        leases.putIfAbsent(key, lease);
        switch (outcome) {
            case Outcome.Done<AllocatorResult>(AllocatorResult result) -> {
                switch (result) {
                    case AllocatorResult.Granted(long grant, Ports ports) -> {
                        lease.newestGrant = Math.max(lease.newestGrant, grant);
                        for (int port : ports.toList()) {
                            lease.add(new LeasedPort(key, port, grant, asked));
                        }
                        serve(lease);
                    }
                    case AllocatorResult.Exhausted e -> refuseAll(lease, Refusal.PORTS_EXHAUSTED);
                    case AllocatorResult.UnknownEip e -> refuseAll(lease, Refusal.EIP_GONE);
                    case AllocatorResult.UnknownIncarnation e ->
                            refuseAll(lease, Refusal.NOT_ACTING);
                    // The takers wait on: the next pass asks again, with the epoch known by then.
                    case AllocatorResult.StaleEpoch e ->
                            nextPassNanos =
                                    Math.min(nextPassNanos, clock.getAsLong() + LEARN_NANOS);
                    case AllocatorResult.Joined e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.NodeTaken e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.Renewed e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.OverQuota e -> refuseAll(lease, Refusal.PORTS_EXHAUSTED);
                    case AllocatorResult.Overtaken e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.Done e -> refuseAll(lease, Refusal.STORE_SILENT);
                }
            }
            case Outcome.Refused<AllocatorResult> r -> refuseAll(lease, Refusal.STORE_SILENT);
            case Outcome.Unknown<AllocatorResult> u -> refuseAll(lease, Refusal.STORE_SILENT);
        }
    }

    private void serve(Lease lease) {
        while (!lease.waiting.isEmpty()) {
            LeasedPort port = lease.draw(random);
            if (port == null) {
                nextPassNanos = 0;
                return;
            }
            lease.waiting.remove().port(port);
        }
    }

    private static void refuseAll(Lease lease, Refusal refusal) {
        List<Taker> takers = List.copyOf(lease.waiting);
        lease.waiting.clear();
        takers.forEach(t -> t.refused(refusal));
    }

    private void giveToStore(LeaseKey key, Lease lease) {
        int count = Math.min(lease.leaving.size(), WANT_MAX);
        List<LeasedPort> batch = List.copyOf(lease.leaving.subList(0, count));
        lease.leaving.subList(0, count).clear();
        lease.returning = true;
        Ports ports = Ports.of(batch.stream().map(LeasedPort::port).toList());
        store.submit(new AllocatorCommand.Return(me, key, lease.newestGrant, ports), DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> gaveToStore(lease, batch, o)));
    }

    private void gaveToStore(
            Lease lease, List<LeasedPort> batch, Outcome<AllocatorResult> outcome) {
        lease.returning = false;
        switch (outcome) {
            // An answer is still under way; the next pass says it again.
            case Outcome.Done<AllocatorResult>(AllocatorResult.Overtaken o) ->
                    lease.leaving.addAll(0, batch);
            case Outcome.Done<AllocatorResult> d -> {
                returned += batch.size();
                lease.returnInDoubt = false;
            }
            case Outcome.Refused<AllocatorResult> r -> lease.leaving.addAll(0, batch);
            case Outcome.Unknown<AllocatorResult> u -> {
                // Perhaps returned: never used again; asked again before any new grant, so that
                // the second Return cannot hit a port that was granted to us anew.
                lease.returnInDoubt = true;
                lease.leaving.addAll(0, batch);
            }
        }
    }

    /** Destinations with ports; as all figures here of the last pass, at most half a second old. */
    public int destinations() {
        return leases.size();
    }

    public int portsInHand() {
        return inHand;
    }

    public int portsLent() {
        return lent;
    }

    public long acquires() {
        return acquires;
    }

    public long portsReturned() {
        return returned;
    }

    private record Patient(Taker taker, long untilNanos) implements Taker {
        @Override
        public void port(LeasedPort port) {
            taker.port(port);
        }

        @Override
        public void refused(Refusal refusal) {
            taker.refused(refusal);
        }
    }
}
