package io.sallyport.store.client;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the store. Finds the leader of each group and follows it through changes; a retry
 * repeats the same call id, so nothing is applied twice. Futures complete on the client's own
 * threads and never exceptionally.
 */
public interface StoreClient extends AutoCloseable {

    /**
     * Goes to the group that decides about it, with whatever else is said to that group at this
     * moment. What a lease group has not heard of yet (a new epoch) is said again until it has.
     */
    CompletableFuture<Outcome<AllocatorResult>> submit(AllocatorCommand command, Duration deadline);

    CompletableFuture<Outcome<CatalogResult>> submit(CatalogCommand command, Duration deadline);

    /**
     * The catalog once its version is greater than {@code known}, from any store; where nothing
     * newer came within {@code wait}, the catalog as it is.
     */
    CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait);

    /**
     * A page of the leases that dead incarnations left behind, as any store knows them.
     *
     * @param group the lease group, from 1; a page says how many there are
     * @param after the last orphan of the page before; empty for the first page
     */
    CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline);

    /**
     * Destinations under pressure of which the incarnation has ports, as any store knows them: it
     * should give back what it does not use. At most {@code Limits.WANTED_MAX}; a hint.
     */
    CompletableFuture<Outcome<List<LeaseKey>>> wanted(Incarnation holder, Duration deadline);

    /** The member list as any store knows it (it may lag the leader by a moment). */
    CompletableFuture<Outcome<Membership>> members(Duration deadline);

    @Override
    void close();
}
