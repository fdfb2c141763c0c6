package io.sallyport.store.calls;

import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.OrphansPage;
import java.util.List;
import java.util.Optional;

/** What a store's front answers. Each says whether the call was applied: yes, no, or unknown. */
public sealed interface Answer {

    /**
     * To Hello: the connection may be used.
     *
     * @param store its name
     * @param leaseGroups how many lease groups the cluster has
     * @param stores of the cluster as this one knows them; none while it knows of none
     */
    record Welcome(String store, int leaseGroups, Stores stores) implements Answer {}

    /** What the state machine says of a call that went through the log. */
    sealed interface Applied extends Answer {}

    /**
     * Yes: what the law says to each command of the call; the same again for a retry.
     *
     * @param results a {@link Bundle} of results in the law's own encoding, in the order of the
     *     commands; not copied, nobody writes to it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
    record Result(byte[] results) implements Applied {}

    /** Unknown: the call is older than what the state remembers of its client. */
    record Forgotten() implements Applied {}

    /** No: ask the leader, perhaps this one. */
    record NotLeader(Optional<StoreAddress> hint) implements Answer {}

    /** Unknown: it may yet be applied. The same call may be sent again. */
    record Again(String reason) implements Answer {}

    /** No: too much is waiting; later. */
    record Busy(String reason) implements Answer {}

    /** No, and it never will be: the bytes make no sense here. */
    record Bad(String reason) implements Answer {}

    /**
     * @param catalog in the catalog's own encoding; not copied, nobody writes to it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
    record CatalogNow(byte[] catalog) implements Answer {}

    record MembersNow(Membership membership) implements Answer {}

    record OrphansNow(OrphansPage page) implements Answer {}

    record WantedNow(List<LeaseKey> keys) implements Answer {
        public WantedNow {
            keys = List.copyOf(keys);
        }
    }

    record StatusNow(StoreStatus status) implements Answer {}

    /** The group has these stores now. */
    record StoresNow(Stores stores) implements Answer {}
}
