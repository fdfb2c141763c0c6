package io.sallyport.store.calls;

import io.sallyport.allocator.Orphan;
import io.sallyport.ids.Incarnation;
import java.util.List;
import java.util.Optional;

/** What a client asks of a store's front. */
public sealed interface Call {

    /** The first word on a connection: stores of another cluster answer {@link Answer.Bad}. */
    record Hello(String cluster) implements Call {}

    /** Apply this; only the group's leader takes it. */
    record Submit(ClientCall call) implements Call {}

    /**
     * The catalog once it is newer than {@code known}; any store answers.
     *
     * @param waitMillis how long to wait for that, 0 to {@link Frames#WAIT_MILLIS_MAX}
     */
    record CatalogAfter(long known, int waitMillis) implements Call {}

    /** The member list as this store knows it; any store answers. */
    record Members() implements Call {}

    /** The next page of a lease group's orphans as this store knows them; any store answers. */
    record Orphans(Optional<Orphan.Position> after) implements Call {}

    /** Destinations under pressure of which the holder has ports; any store answers. */
    record Wanted(Incarnation holder) implements Call {}

    /** How this store stands. */
    record Status() implements Call {}

    /**
     * Change who belongs to the group; only its leader does it, and answers when it is done.
     *
     * @param add stores that run and wait for this; one that belongs already is left as it is
     * @param remove ids of stores; one that does not belong is left as it is
     */
    record ChangeStores(List<StoreAddress> add, List<String> remove) implements Call {
        public ChangeStores {
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
