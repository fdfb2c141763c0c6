package io.sallyport.store.client;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The way to the store. Finds the leader and follows it through changes; a retry repeats the same
 * call id, so nothing is applied twice. Futures complete on the client's own threads and never
 * exceptionally.
 */
public interface StoreClient extends AutoCloseable {

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
     * @param after the last orphan of the page before; empty for the first page
     */
    CompletableFuture<Outcome<OrphansPage>> orphans(
            Optional<Orphan.Position> after, Duration deadline);

    /** The member list as any store knows it (it may lag the leader by a moment). */
    CompletableFuture<Outcome<Membership>> members(Duration deadline);

    @Override
    void close();
}
