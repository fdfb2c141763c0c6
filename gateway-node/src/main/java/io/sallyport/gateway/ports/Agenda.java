package io.sallyport.gateway.ports;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which leases need a look, and when. A lease that needs none costs nothing, so that a node may
 * hold ports of a hundred thousand destinations. Worker thread.
 */
final class Agenda {

    private record Due(long atNanos, Lease lease) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(atNanos, other.atNanos);
        }
    }

    private final PriorityQueue<Due> dues = new PriorityQueue<>();

    /** Looks at it then, if not sooner. */
    void at(Lease lease, long atNanos) {
        if (atNanos < lease.dueNanos) {
            lease.dueNanos = atNanos;
            dues.add(new Due(atNanos, lease));
        }
    }

    /** It is gone: another of the same destination may take its place. */
    void never(Lease lease) {
        lease.dueNanos = Long.MAX_VALUE;
    }

    /** One that is due; null where none is. */
    @Nullable Lease next(long nowNanos) {
        while (true) {
            Due first = dues.peek();
            if (first == null || first.atNanos() > nowNanos) {
                return null;
            }
            dues.remove();
            Lease lease = first.lease();
            if (lease.dueNanos == first.atNanos()) {
                lease.dueNanos = Long.MAX_VALUE;
                return lease;
            }
        }
    }
}
