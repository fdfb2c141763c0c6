package io.sallyport.gateway.peers;

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
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The simulated store for nodes with threads of their own: one lock, answers at once. */
final class SharedStore implements StoreClient {

    private final SimStore store = new SimStore(new Random(1), 4096);
    private boolean watching;

    /** Lives that stop to renew are put away from now on. */
    synchronized void awayWhenSilent() {
        watching = true;
    }

    @Override
    public synchronized CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        if (watching) {
            store.watch(System.nanoTime());
        }
        return CompletableFuture.completedFuture(
                new Outcome.Done<>(store.apply(command, System.nanoTime())));
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Refused<>("no catalog here"));
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        return CompletableFuture.completedFuture(new Outcome.Refused<>("no catalog here"));
    }

    @Override
    public synchronized CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(store.orphans(after)));
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(List.of()));
    }

    @Override
    public synchronized CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(store.membership()));
    }

    @Override
    public void close() {}
}
