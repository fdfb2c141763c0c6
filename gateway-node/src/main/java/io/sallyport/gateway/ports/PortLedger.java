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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ports that this node may use, per destination. Worker thread; the store's answers come back
 * through the worker's mailbox.
 *
 * <p>How many are asked for is {@link Appetite}'s; what is half spent is asked for ahead. A used
 * port, once cooled, goes back to the store, so that the next one is drawn from all that are free;
 * only while the store is silent it is spent again. A destination of which others want ports is
 * <em>under pressure</em>: nothing is asked for or kept that is not needed at once, so that the
 * last port of the range finds whoever needs it.
 *
 * <p>Of each destination at most one Acquire and one Return are under way. A Return names the
 * newest grant that is known here, so one that is late can never take back what was granted after
 * it ({@link AllocatorResult.Overtaken}); therefore a Return of unknown outcome holds nothing up.
 */
public final class PortLedger {

    /** Gets a port, or learns why there is none. */
    public interface Taker {
        void port(LeasedPort port);

        void refused(Refusal refusal);
    }

    /** How long a taker waits for the store, or for others to give something back. */
    static final long PATIENCE_NANOS = 2_500_000_000L;

    /** More takers of one destination than this do not wait: the store will not have as many. */
    static final int WAITING_MAX = 4096;

    /** Pause between two questions for ports that were not there: others give back meanwhile. */
    static final long SHORTAGE_NANOS = 200_000_000L;

    /** What the store says about pressure counts for so long. */
    static final long PRESSED_NANOS = 2_000_000_000L;

    /** Used ports wait for each other up to this long, to go back together. */
    static final long GATHER_NANOS = 500_000_000L;

    /** An Acquire unanswered for so long: the store is silent. */
    private static final long SILENT_NANOS = 1_000_000_000L;

    /**
     * A newer epoch is learned, or an answer overtaken by another comes, within about this time.
     */
    static final long LEARN_NANOS = 20_000_000L;

    /** Two entries of the log may be as near to each other. */
    private static final long HEARING_NANOS = 2_000_000L;

    /** A lease group learns what the catalog says within some milliseconds. */
    private static final long UNKNOWN_NANOS = 200_000_000L;

    private static final int DESTINATIONS_MAX = 1 << 18;

    /** Leases looked at in one turn, so that packets do not wait. */
    private static final int LOOKS_PER_TURN = 1024;

    /**
     * Far longer than any taker waits: the client repeats the same call until the store is back, so
     * that what was granted in a moment of trouble is not lost.
     */
    static final Duration DEADLINE = Duration.ofMinutes(10);

    private final Incarnation me;
    private final StoreClient store;
    private final Executor mailbox;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final Supplier<Epoch> epoch;
    private final LeaseSettings settings;
    private final Shortage.Listener shortages;
    private final Map<LeaseKey, Lease> leases = new HashMap<>();
    private final Learned learned = new Learned();
    private final Agenda agenda = new Agenda();
    private final Holdings holdings;
    private final LedgerCounters counters;
    private final Returns returns;

    /** Of what nothing is opened any more. */
    private Predicate<LeaseKey> useless = key -> false;

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
            LeaseSettings settings,
            Shortage.Listener shortages) {
        this.me = me;
        holdings = new Holdings(me);
        counters = new LedgerCounters(holdings);
        returns = new Returns(me, store, mailbox, clock, counters, this::look);
        this.store = store;
        this.mailbox = mailbox;
        this.clock = clock;
        this.random = random;
        this.epoch = epoch;
        this.settings = settings;
        this.shortages = shortages;
    }

    /** Whether the store would have to be asked for the first port of this destination. */
    public boolean isCold(LeaseKey key) {
        return !leases.containsKey(key);
    }

    /** Answers once, perhaps at once. */
    public void take(LeaseKey key, Taker taker) {
        Lease lease = leases.get(key);
        long now = clock.getAsLong();
        if (lease == null) {
            if (leases.size() >= DESTINATIONS_MAX) {
                taker.refused(Refusal.OVERLOADED);
                return;
            }
            lease = new Lease(key, learned.recall(key), holdings);
            leases.put(key, lease);
        }
        lease.taken(now);
        lease.cool(now, silent(lease, now));
        LeasedPort port = lease.draw(random);
        if (port != null) {
            askAhead(lease, now);
            taker.port(port);
            return;
        }
        if (lease.waiting.size() >= WAITING_MAX) {
            taker.refused(whyNot(lease));
            return;
        }
        lease.waiting.add(new Lease.Patient(taker, now + PATIENCE_NANOS));
        agenda.at(lease, now + PATIENCE_NANOS);
        acquire(lease, now);
    }

    /**
     * A port that is in hand, without a question to the store that anybody waits for.
     *
     * @return null where {@link #take} would have to wait, or others do
     */
    public @Nullable LeasedPort takeInHand(LeaseKey key) {
        Lease lease = leases.get(key);
        if (lease == null || !lease.waiting.isEmpty()) {
            return null;
        }
        long now = clock.getAsLong();
        lease.cool(now, silent(lease, now));
        LeasedPort port = lease.draw(random);
        if (port != null) {
            lease.taken(now);
            askAhead(lease, now);
        }
        return port;
    }

    private void askAhead(Lease lease, long now) {
        if (!lease.pressed(now) && lease.appetite.runsOut(now, lease.inHand())) {
            acquire(lease, now);
        }
    }

    /** Was not used after all. */
    public void giveBack(LeasedPort port) {
        Lease lease = port.lease();
        lease.putBack(port);
        serve(lease);
        agenda.at(lease, clock.getAsLong() + GATHER_NANOS);
    }

    /** From now on {@code borrower} may have it, whatever answers come or do not come. */
    public void lend(LeasedPort port, ConnectionId borrower) {
        port.lease().lend(port, borrower, clock.getAsLong());
    }

    /** Nobody has that connection any more: the port cools down. Ignored where another has it. */
    public void freed(LeaseKey key, int port, ConnectionId borrower, Ended ended) {
        Lease lease = leases.get(key);
        long until = clock.getAsLong() + settings.restNanos(ended);
        if (lease != null && lease.takeBack(port, borrower, until)) {
            schedule(lease, clock.getAsLong());
        }
    }

    /**
     * Lent ports to be audited with their homes, the longest unasked first. They count as asked.
     *
     * @param beforeNanos only those not asked about, and not lent, since then
     */
    public List<LentPort> toBeAudited(long beforeNanos, int most) {
        return holdings.lent.ask(beforeNanos, clock.getAsLong(), most);
    }

    /** The store names destinations of which others want what this node does not use. */
    public void wanted(List<LeaseKey> keys) {
        long now = clock.getAsLong();
        for (LeaseKey key : keys) {
            Lease lease = leases.get(key);
            if (lease != null) {
                lease.pressedUntilNanos = now + PRESSED_NANOS;
                look(lease, now);
            }
        }
    }

    /**
     * What is in hand of such destinations goes back to the store, now and later.
     *
     * @param now what holds from now on; those that are in hand are looked at within some turns
     */
    public void useless(Predicate<LeaseKey> now) {
        useless = now;
        long due = clock.getAsLong();
        for (Lease lease : leases.values()) {
            if (lease.inHand() > 0 && now.test(lease.key)) {
                agenda.at(lease, due);
            }
        }
    }

    /** Due work: impatient takers, cooled ports, returns. Cheap when called often. */
    public int turn(long nowNanos) {
        for (int looks = 0; looks < LOOKS_PER_TURN; looks++) {
            Lease lease = agenda.next(nowNanos);
            if (lease == null) {
                return looks;
            }
            look(lease, nowNanos);
        }
        return LOOKS_PER_TURN;
    }

    private void look(Lease lease, long now) {
        refuseTheImpatient(lease, now);
        lease.cool(now, silent(lease, now));
        serve(lease);
        if (lease.pressed(now) && lease.waiting.isEmpty()) {
            counters.givenBack += lease.surrender(lease.needed(now));
        } else if (now - lease.takenNanos >= settings.unspent().toNanos()
                || lease.inHand() > 0 && lease.waiting.isEmpty() && useless.test(lease.key)) {
            counters.unspent += lease.surrender(0);
        }
        if (!lease.waiting.isEmpty()) {
            acquire(lease, now);
        }
        returns.give(lease, now);
        if (lease.isEmpty()) {
            leases.remove(lease.key);
            agenda.never(lease);
            learned.remember(lease.key, lease.appetite);
        } else {
            schedule(lease, now);
        }
    }

    /** When it has to be looked at again, as far as time and not an answer brings it about. */
    private void schedule(Lease lease, long now) {
        long due = lease.takenNanos + settings.unspent().toNanos();
        if (due <= now) {
            due = now + settings.unspent().toNanos();
        }
        if (!lease.waiting.isEmpty()) {
            due = Math.min(due, lease.waiting.element().untilNanos());
            due = Math.min(due, lease.acquiringSince == 0 ? lease.retryNanos : Long.MAX_VALUE);
        }
        if (lease.acquiringSince != 0) {
            due = Math.min(due, now + GATHER_NANOS);
        }
        if ((lease.leaving() > 0 || lease.grantInDoubt) && !lease.returning) {
            due = Math.min(due, Math.max(now, lease.returnNanos));
        }
        long cooled = lease.cooledNanos(now);
        if (cooled != Long.MAX_VALUE) {
            long gathered = Math.ceilDiv(cooled, GATHER_NANOS) * GATHER_NANOS;
            due = Math.min(due, lease.pressed(now) ? cooled : gathered);
        }
        agenda.at(lease, due);
    }

    private void refuseTheImpatient(Lease lease, long now) {
        int refused = 0;
        while (!lease.waiting.isEmpty() && lease.waiting.element().untilNanos() <= now) {
            lease.waiting.remove().taker().refused(whyNot(lease));
            refused++;
        }
        tell(lease, refused);
    }

    private static Refusal whyNot(Lease lease) {
        Shortage shortage = lease.shortage;
        return shortage == null ? Refusal.STORE_SILENT : shortage.refusal();
    }

    private void tell(Lease lease, int refused) {
        Shortage shortage = lease.shortage;
        if (shortage != null && refused > 0) {
            counters.refusedForWant += refused;
            shortages.refused(shortage, refused);
        }
    }

    private boolean silent(Lease lease, long now) {
        return lease.acquiringSince != 0 && now - lease.acquiringSince > SILENT_NANOS;
    }

    private void acquire(Lease lease, long now) {
        if (lease.acquiringSince != 0 || now < lease.retryNanos) {
            return;
        }
        int waiting = lease.waiting.size();
        int want =
                lease.pressed(now)
                        ? Math.clamp(waiting, 1, Appetite.MOST)
                        : lease.appetite.next(now, waiting);
        lease.acquiringSince = now;
        counters.acquires++;
        agenda.at(lease, now + SILENT_NANOS + 1);
        Epoch asked = epoch.get();
        store.submit(new AllocatorCommand.Acquire(me, lease.key, want, asked), DEADLINE)
                .thenAccept(o -> mailbox.execute(() -> acquired(lease, want, asked, o)));
    }

    private void acquired(Lease lease, int want, Epoch asked, Outcome<AllocatorResult> outcome) {
        long now = clock.getAsLong();
        lease.acquiringSince = 0;
        lease.shortage = null;
        switch (outcome) {
            case Outcome.Done<AllocatorResult>(AllocatorResult result) -> {
                switch (result) {
                    case AllocatorResult.Granted(long grant, Ports ports) -> {
                        lease.unknownSince = 0;
                        counters.grantedTwice += lease.granted(grant, ports, asked);
                        if (ports.size() < want) {
                            lease.appetite.cutShort(ports.size());
                        }
                    }
                    case AllocatorResult.Exhausted e ->
                            wait(lease, new Shortage.OfPorts(e.key(), e.leased(), e.holders()));
                    case AllocatorResult.OverQuota q ->
                            wait(
                                    lease,
                                    new Shortage.OfQuota(
                                            lease.key, q.tenant(), q.leased(), q.portsMax()));
                    case AllocatorResult.UnknownEip e -> unknown(lease, now);
                    case AllocatorResult.UnknownIncarnation e ->
                            refuseAll(lease, Refusal.NOT_ACTING);
                    // The takers wait on, for the epoch that either side lacks.
                    case AllocatorResult.StaleEpoch e -> lease.retryNanos = now + LEARN_NANOS;
                    case AllocatorResult.Overtaken e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.Joined e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.NodeTaken e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.Renewed e -> refuseAll(lease, Refusal.STORE_SILENT);
                    case AllocatorResult.Done e -> refuseAll(lease, Refusal.STORE_SILENT);
                }
            }
            case Outcome.Refused<AllocatorResult> r -> refuseAll(lease, Refusal.STORE_SILENT);
            case Outcome.Unknown<AllocatorResult> u -> {
                lease.grantInDoubt = true;
                refuseAll(lease, Refusal.STORE_SILENT);
            }
        }
        look(lease, now);
    }

    /** The group may only not have learned yet that the pool is open; not for long. */
    private static void unknown(Lease lease, long now) {
        if (lease.unknownSince == 0) {
            lease.unknownSince = now;
        }
        if (now - lease.unknownSince > UNKNOWN_NANOS) {
            lease.unknownSince = 0;
            refuseAll(lease, Refusal.EIP_GONE);
        } else {
            // As long again as it took so far: usually it has learned by now.
            long pause = Math.clamp(now - lease.unknownSince, HEARING_NANOS, LEARN_NANOS);
            lease.retryNanos = now + pause;
        }
    }

    /** Whoever waits goes on waiting: others may give back what they do not use. */
    private void wait(Lease lease, Shortage shortage) {
        lease.shortage = shortage;
        lease.retryNanos = clock.getAsLong() + SHORTAGE_NANOS;
        lease.appetite.cutShort(0);
    }

    private void serve(Lease lease) {
        while (!lease.waiting.isEmpty()) {
            LeasedPort port = lease.draw(random);
            if (port == null) {
                return;
            }
            lease.waiting.remove().taker().port(port);
        }
    }

    private static void refuseAll(Lease lease, Refusal refusal) {
        List<Lease.Patient> takers = new ArrayList<>(lease.waiting);
        lease.waiting.clear();
        takers.forEach(patient -> patient.taker().refused(refusal));
    }

    public LedgerCounters counters() {
        return counters;
    }

    /** Destinations of which this node has, or asks for, ports. */
    public int destinations() {
        return leases.size();
    }
}
