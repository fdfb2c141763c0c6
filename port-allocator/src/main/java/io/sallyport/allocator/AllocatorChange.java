package io.sallyport.allocator;

import io.sallyport.ids.Incarnation;
import java.util.List;

/** What a decision changes. {@link PortAllocator#apply} is the only place that obeys it. */
public sealed interface AllocatorChange {

    /** The member list becomes this one. */
    record MembershipBecame(Membership membership) implements AllocatorChange {}

    /** Free ports are the holder's from now on. */
    record Leased(LeaseKey key, Incarnation holder, List<Integer> ports)
            implements AllocatorChange {
        public Leased {
            ports = List.copyOf(ports);
        }
    }

    /** Ports of the holder are free from now on. */
    record Freed(LeaseKey key, Incarnation holder, List<Integer> ports) implements AllocatorChange {
        public Freed {
            ports = List.copyOf(ports);
        }
    }
}
