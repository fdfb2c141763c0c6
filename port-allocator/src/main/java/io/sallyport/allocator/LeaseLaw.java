package io.sallyport.allocator;

import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets ports, who gives them back, and when a dead incarnation's ports are free again: no port
 * of a destination has two holders, and any number of nodes together can use all of them (promises
 * A1 and A2 as far as a lease group can hold them; the argument is in docs/design/ALLOCATION.md).
 *
 * <p>Of members and pools it knows what it {@link AllocatorCommand.Learn learned}, which may lag
 * behind what the group of members decided; docs/adr/0017 says why that does no harm.
 *
 * <p>{@link #decide} looks and says, {@link #apply} does; nothing else changes the table. Both run
 * on every replica, live and on replay, and depend on nothing but the log: no clock, no randomness
 * of their own, no order that differs from one process to the next. What a caller may get wrong is
 * answered, never thrown; only a broken {@link Invariant} stops the process. One thread at a time.
 */
public final class LeaseLaw {

    private static final AllocatorResult DONE = new AllocatorResult.Done();

    private final AllocationTable table;
    private final Chance chance = new Chance();
    private final PortOrder order = new PortOrder();

    public LeaseLaw(AllocationTable table) {
        this.table = table;
    }

    /** Says what the command does to the table as it is, and changes nothing. */
    public Decision<LeaseChange> decide(AllocatorCommand.OfLeases command, Stamp stamp) {
        return switch (command) {
            case AllocatorCommand.Acquire acquire -> acquire(acquire, stamp);
            case AllocatorCommand.Return returned -> takeBack(returned);
            case AllocatorCommand.Reconciled reconciled -> reconcile(reconciled);
            case AllocatorCommand.Learn learn -> learn(learn);
        };
    }

    /** Does what {@link #decide} said, before anything else is decided. */
    public void apply(Decision<LeaseChange> decision) {
        LeaseChange change = decision.change();
        if (change == null) {
            return;
        }
        switch (change) {
            case LeaseChange.Leased leased -> {
                table.lease(leased.key(), leased.holder(), leased.grant(), leased.ports());
                table.press(leased.key(), leased.pressed());
            }
            case LeaseChange.Freed(var key, var holder, var ports) ->
                    table.free(key, holder, ports);
            case LeaseChange.Pressed(var key) -> table.press(key, true);
            case LeaseChange.Learned(var asOf, var membership, var added, var removed) ->
                    table.learn(asOf, membership, added, removed);
        }
    }

    /**
     * Only a live member gets ports, and only if it knows the epoch: one that is away, or has not
     * yet heard of a change, could open connections which its peers refuse to keep.
     */
    private Decision<LeaseChange> acquire(AllocatorCommand.Acquire acquire, Stamp stamp) {
        Membership membership = table.membership();
        Incarnation holder = acquire.incarnation();
        AllocatorResult refusal = refusal(membership, holder, acquire.epoch());
        if (refusal != null) {
            return Decision.unchanged(refusal);
        }
        LeaseKey key = acquire.key();
        Pool pool = table.poolOf(key);
        if (pool == null) {
            return Decision.unchanged(new AllocatorResult.UnknownEip(key));
        }
        Holdings holdings = table.holdings(key);
        int free = holdings.free();
        if (free == 0) {
            return new Decision<>(new LeaseChange.Pressed(key), exhausted(key, holdings));
        }
        int fair = Math.min(acquire.want(), fairShare(free, membership.liveCount()));
        long allowed = allowed(pool);
        if (allowed <= 0) {
            return Decision.unchanged(
                    new AllocatorResult.OverQuota(
                            pool.tenant(), table.leasedOf(pool.tenant()), pool.portsMax()));
        }
        chance.begin(stamp);
        Ports ports = order.draw(holdings, (int) Math.min(fair, shareOf(allowed)), chance);
        boolean pressed = fair < Math.min(acquire.want(), Limits.PLENTY);
        return new Decision<>(
                new LeaseChange.Leased(key, holder, stamp.index(), ports, pressed),
                new AllocatorResult.Granted(stamp.index(), ports));
    }

    /**
     * A holder whose number no epoch known here has begun will be known in a moment, and so will
     * the return of one that is away: neither is a definite "no".
     */
    private static @Nullable AllocatorResult refusal(
            Membership membership, Incarnation holder, Epoch epoch) {
        if (membership.isGone(holder)) {
            return new AllocatorResult.UnknownIncarnation(holder);
        }
        return epoch.compareTo(membership.epoch()) < 0
                        || membership.statusOf(holder) != Member.Status.LIVE
                ? new AllocatorResult.StaleEpoch(membership.epoch())
                : null;
    }

    private static AllocatorResult exhausted(LeaseKey key, Holdings holdings) {
        List<AllocatorResult.Holder> largest =
                holdings.holders().stream()
                        .map(holder ->
                                new AllocatorResult.Holder(holder, holdings.leasedTo(holder)))
                        .sorted(
                                Comparator.comparingInt(AllocatorResult.Holder::ports)
                                        .reversed()
                                        .thenComparing(AllocatorResult.Holder::incarnation))
                        .limit(Limits.EXHAUSTED_HOLDERS)
                        .toList();
        return new AllocatorResult.Exhausted(key, holdings.leased(), largest);
    }

    /** Half of what is free, divided among all: nobody takes so much that the next gets nothing. */
    private static int fairShare(int free, int live) {
        return Math.max(1, free / (2 * live));
    }

    /** All that a quota leaves where that is no more than plenty; else half, or plenty. */
    private static long shareOf(long allowed) {
        return Math.max(Math.min(allowed, Limits.PLENTY), allowed / 2);
    }

    private long allowed(Pool pool) {
        return pool.portsMax() == 0
                ? Long.MAX_VALUE
                : pool.portsMax() - table.leasedOf(pool.tenant());
    }

    /**
     * The holder's own word that ports are free. A dead incarnation's word counts no more: what it
     * knew may be older than what its peers have done with its connections since, so its ports take
     * the way of {@link #reconcile}.
     */
    private Decision<LeaseChange> takeBack(AllocatorCommand.Return returned) {
        Incarnation holder = returned.incarnation();
        if (table.membership().isGone(holder)) {
            return Decision.unchanged(new AllocatorResult.UnknownIncarnation(holder));
        }
        long newest = table.holdings(returned.key()).lastGrant(holder);
        return newest > returned.asOf()
                ? Decision.unchanged(new AllocatorResult.Overtaken(newest))
                : freed(returned.key(), holder, returned.ports());
    }

    /**
     * The homes' word that a dead incarnation's ports carry no connection. It counts in the epoch
     * in which it was judged, and while nobody is away: a node that is away may carry a connection
     * of which the homes have not heard, and would go on with it beside the port's next user.
     */
    private Decision<LeaseChange> reconcile(AllocatorCommand.Reconciled reconciled) {
        Membership membership = table.membership();
        if (!reconciled.epoch().equals(membership.epoch()) || membership.isAnyAway()) {
            return Decision.unchanged(new AllocatorResult.StaleEpoch(membership.epoch()));
        }
        return membership.statusOf(reconciled.dead()) == Member.Status.DEAD
                ? freed(reconciled.key(), reconciled.dead(), reconciled.free())
                : Decision.unchanged(DONE);
    }

    /** Of those named the ones that the holder has: a repeated word frees nothing twice. */
    private Decision<LeaseChange> freed(LeaseKey key, Incarnation holder, Ports ports) {
        Ports held = table.holdings(key).held(holder, ports);
        return held.isEmpty()
                ? Decision.unchanged(DONE)
                : new Decision<>(new LeaseChange.Freed(key, holder, held), DONE);
    }

    private Decision<LeaseChange> learn(AllocatorCommand.Learn learn) {
        boolean older =
                learn.asOf() <= table.learnedAsOf()
                        || learn.membership().epoch().compareTo(table.membership().epoch()) < 0;
        return older
                ? Decision.unchanged(DONE)
                : new Decision<>(
                        new LeaseChange.Learned(
                                learn.asOf(), learn.membership(), learn.added(), learn.removed()),
                        DONE);
    }
}
