package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.List;

/** What a decision about leases changes. {@link LeaseLaw#apply} is the only place to obey it. */
public sealed interface LeaseChange {

    /**
     * Free ports are the holder's from now on.
     *
     * @param grant the log index of the grant
     * @param pressed whether it was cut short because the destination runs out of ports
     */
    record Leased(LeaseKey key, Incarnation holder, long grant, Ports ports, boolean pressed)
            implements LeaseChange {}

    /** Ports of the holder are free from now on; ascending, each once. */
    record Freed(LeaseKey key, Incarnation holder, Ports ports) implements LeaseChange {}

    /** Somebody wanted a port of the destination and there was none. */
    record Pressed(LeaseKey key) implements LeaseChange {}

    /** What another group decided is known here from now on. */
    record Learned(long asOf, Membership membership, List<Pool> added, List<PoolId> removed)
            implements LeaseChange {}
}
