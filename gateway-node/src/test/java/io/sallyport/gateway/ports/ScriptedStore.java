package io.sallyport.gateway.ports;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store whose answers the test gives by hand, in order. */
final class ScriptedStore implements StoreClient {

    private record Asked(
            AllocatorCommand command, CompletableFuture<Outcome<AllocatorResult>> answer) {}

    private final Deque<Asked> asked = new ArrayDeque<>();

    int waiting() {
        return asked.size();
    }

    AllocatorCommand next() {
        return asked.element().command();
    }

    void answer(AllocatorResult result) {
        asked.remove().answer().complete(new Outcome.Done<>(result));
    }

    /** Answers come in another order than questions. */
    void answerSecond(AllocatorResult result) {
        Asked first = asked.remove();
        answer(result);
        asked.addFirst(first);
    }

    void unknown() {
        asked.remove().answer().complete(new Outcome.Unknown<>("no answer"));
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        Asked question = new Asked(command, new CompletableFuture<>());
        asked.add(question);
        return question.answer();
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        throw new AssertionError("a ledger has nothing to do with the catalog");
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        throw new AssertionError("a ledger has nothing to do with the catalog");
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        throw new AssertionError("a ledger has nothing to do with orphans");
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(List.of()));
    }

    @Override
    public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        throw new AssertionError("a ledger has nothing to do with members");
    }

    @Override
    public void close() {}
}
