package io.sallyport.store.calls;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.PoolId;
import java.util.List;
import java.util.Optional;

/**
 * How one store stands at one moment.
 *
 * @param clients client processes connected
 * @param catalogVersion log index of the last catalog change
 * @param resources how many things the catalog has
 * @param stores all stores, as far as this one knows them
 * @param membership the gateway nodes
 * @param groups the control group first, then the lease groups
 * @param fills how much of each elastic IP is leased, of all lease groups together
 * @param hottest the destinations with most leased ports, the fullest first
 */
public record StoreStatus(
        String store,
        int clients,
        long catalogVersion,
        int resources,
        Stores stores,
        Membership membership,
        List<Group> groups,
        List<Fill> fills,
        List<Hot> hottest) {

    /** How many destinations {@link #hottest} names at most. */
    public static final int HOTTEST_MAX = 10;

    public StoreStatus {
        groups = List.copyOf(groups);
        fills = List.copyOf(fills);
        hottest = List.copyOf(hottest);
    }

    /** The control group. */
    public Group control() {
        return groups.getFirst();
    }

    /** How many destinations have a lease, of all lease groups together. */
    public int destinations() {
        return groups.stream().mapToInt(group -> group.leases().destinations()).sum();
    }

    /**
     * How a store stands in one group.
     *
     * @param number 0 is the control group
     * @param role leader, follower, candidate, or what Raft calls it else
     * @param leader the leader's store id, where it is known
     * @param ready this store leads the group and takes calls
     * @param committed last log entry that this store knows to be committed
     * @param applied last log entry applied here
     * @param logStart first entry in the log
     * @param checkpoint last entry of the latest checkpoint; -1 without one
     * @param checkpointAgeSeconds how old that is; -1 without one
     */
    public record Group(
            int number,
            String role,
            Optional<String> leader,
            boolean ready,
            long term,
            long committed,
            long applied,
            long logStart,
            long checkpoint,
            long checkpointAgeSeconds,
            Leases leases) {}

    /**
     * What a lease group's state is, and what was done since this store started; all 0 in the
     * control group. Every store of a group applies the same, so these are the group's figures.
     *
     * @param learned the control group's log index that the group knows of
     * @param destinations how many have a lease
     * @param ports how many are leased
     * @param orphans how many of these belong to the dead
     * @param grants Acquires that were answered with ports
     * @param granted ports that were granted
     * @param returns Returns that were obeyed
     * @param exhausted Acquires for which there was no port
     * @param overQuota Acquires that a tenant's quota forbade
     * @param early Acquires of an epoch that the group did not know, or knew no more
     * @param reconciled words of homes that freed ports of the dead
     */
    public record Leases(
            long learned,
            int destinations,
            long ports,
            long orphans,
            long grants,
            long granted,
            long returns,
            long exhausted,
            long overQuota,
            long early,
            long reconciled) {

        public static final Leases NONE = new Leases(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** How much of a pool is leased. */
    public record Fill(PoolId pool, int destinations, long ports) {}

    /** How full a destination is. */
    public record Hot(LeaseKey key, int ports) {}
}
