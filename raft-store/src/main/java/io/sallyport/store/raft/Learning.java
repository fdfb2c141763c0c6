package io.sallyport.store.raft;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.store.machine.ControlMachine;
import io.sallyport.store.machine.LeaseMachine;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a lease group should learn of the control group. Pure. */
final class Learning {

    /** Most pools that one word names: about half of the longest command. */
    private static final int POOLS_AT_ONCE = 4096;

    private Learning() {}

    /** Empty where the group knows what matters to it. */
    static Optional<AllocatorCommand.Learn> next(
            ControlMachine.View control, LeaseMachine.View lease) {
        boolean members = !control.membership().sameStanding(lease.membership());
        boolean pools = !control.pools().equals(lease.pools());
        if (control.index() <= lease.asOf() || !members && !pools) {
            return Optional.empty();
        }
        Set<Pool> known = new HashSet<>(lease.pools());
        Set<PoolId> open = control.pools().stream().map(Pool::id).collect(Collectors.toSet());
        List<Pool> added =
                control.pools().stream()
                        .filter(pool -> !known.contains(pool))
                        .limit(POOLS_AT_ONCE)
                        .toList();
        List<PoolId> removed =
                lease.pools().stream()
                        .map(Pool::id)
                        .filter(id -> !open.contains(id))
                        .limit(POOLS_AT_ONCE - added.size())
                        .toList();
        // Where more is to be told than one word holds, this one counts as older than it is.
        boolean all = added.size() + removed.size() < POOLS_AT_ONCE;
        long asOf = all ? control.index() : lease.asOf() + 1;
        return Optional.of(new AllocatorCommand.Learn(asOf, control.membership(), added, removed));
    }
}
