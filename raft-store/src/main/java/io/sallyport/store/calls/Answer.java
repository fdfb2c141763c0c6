package io.sallyport.store.calls;

import io.sallyport.allocator.Membership;
import io.sallyport.allocator.OrphansPage;
import java.util.Optional;

/** What a store's front answers. Each says whether the call was applied: yes, no, or unknown. */
public sealed interface Answer {

    /** To Hello: this is the store of that name, and the connection may be used. */
    record Welcome(String store) implements Answer {}

    /** What the state machine says of a call that went through the log. */
    sealed interface Applied extends Answer {}

    /**
     * Yes: the law's result, in the law's own encoding; the same again for a retry.
     *
     * @param result not copied, nobody writes to it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
    record Result(byte[] result) implements Applied {}

    /** Unknown: the call is older than what the state remembers of its client. */
    record Forgotten() implements Applied {}

    /** No: ask the leader, perhaps this one. */
    record NotLeader(Optional<String> hint) implements Answer {}

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
}
