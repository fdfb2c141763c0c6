package io.sallyport.allocator;

import java.util.List;

/**
 * The allocation law: no port of a destination has two holders, and any number of nodes together
 * can use all of them (promises A1 and A2 as far as the store can hold them; the argument is in
 * docs/design/ALLOCATION.md).
 *
 * <p>{@link #decide} looks and says, {@link #apply} does; nothing else changes the table. Both run
 * on every replica, live and on replay, and depend on nothing but the log: no clock, no randomness
 * of their own, no order that differs from one process to the next. What a caller may get wrong is
 * answered, never thrown; only a broken {@link Invariant} stops the process. One thread at a time.
 */
public final class PortAllocator {

    private final AllocationTable table;
    private final MembershipLaw members;
    private final LeaseLaw leases;

    public PortAllocator(AllocationTable table, Pools pools) {
        this.table = table;
        this.members = new MembershipLaw(table);
        this.leases = new LeaseLaw(table, pools);
    }

    /** Says what the command does to the table as it is, and changes nothing. */
    public Decision decide(AllocatorCommand command, Stamp stamp) {
        return switch (command) {
            case AllocatorCommand.Join join -> members.join(join, stamp.index());
            case AllocatorCommand.Leave leave -> members.leave(leave);
            case AllocatorCommand.Renew renew -> members.renew(renew, stamp.index());
            case AllocatorCommand.Away away -> members.away(away);
            case AllocatorCommand.Acquire acquire -> leases.acquire(acquire, stamp);
            case AllocatorCommand.Return returned -> leases.takeBack(returned);
            case AllocatorCommand.Reconciled reconciled -> leases.reconcile(reconciled);
        };
    }

    /** Does what {@link #decide} said, before anything else is decided. */
    public void apply(List<AllocatorChange> changes) {
        for (AllocatorChange change : changes) {
            switch (change) {
                case AllocatorChange.MembershipBecame(var membership) -> become(membership);
                case AllocatorChange.Leased(var key, var holder, var ports) ->
                        table.lease(key, holder, ports);
                case AllocatorChange.Freed(var key, var holder, var ports) ->
                        table.free(key, holder, ports);
            }
        }
    }

    private void become(Membership next) {
        Invariant.check(
                next.epoch().compareTo(table.membership().epoch()) >= 0, "epochs never go back");
        table.become(next);
    }
}
