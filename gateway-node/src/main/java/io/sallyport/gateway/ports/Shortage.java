package io.sallyport.gateway.ports;

import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.TenantId;
import java.util.List;

/** Why the store gave no port: what an operator has to know to change it. */
public sealed interface Shortage {

    LeaseKey key();

    Refusal refusal();

    /**
     * Every port towards the destination is leased.
     *
     * @param leased how many those are
     * @param holders who has most, the largest first
     */
    record OfPorts(LeaseKey key, int leased, List<AllocatorResult.Holder> holders)
            implements Shortage {
        public OfPorts {
            holders = List.copyOf(holders);
        }

        @Override
        public Refusal refusal() {
            return Refusal.PORTS_EXHAUSTED;
        }
    }

    /** The tenant has used up its quota of leased ports (in the lease group of the destination). */
    record OfQuota(LeaseKey key, TenantId tenant, long leased, long portsMax) implements Shortage {
        @Override
        public Refusal refusal() {
            return Refusal.PORTS_OVER_QUOTA;
        }
    }

    /** One event tells of as many refused takers. */
    @FunctionalInterface
    interface Listener {
        void refused(Shortage shortage, long takers);
    }
}
