package io.sallyport.gateway.ports;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.LeaseChange;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The real law of leases behind a store that commits whenever it is told to. */
final class SimulatedStore implements StoreClient {

    private record Asked(
            AllocatorCommand.OfLeases command,
            CompletableFuture<Outcome<AllocatorResult>> answer) {}

    final MemoryTable table = new MemoryTable(1);
    private final LeaseLaw law = new LeaseLaw(table);
    private final Random random;
    private List<Asked> asked = new ArrayList<>();
    private long index;
    long entries;
    long acquires;

    SimulatedStore(long seed) {
        random = new Random(seed);
    }

    /** All that was asked since the last time, as one entry. */
    void commit() {
        if (asked.isEmpty()) {
            return;
        }
        List<Asked> entry = asked;
        asked = new ArrayList<>();
        index++;
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        random.nextBytes(entropy);
        List<AllocatorResult> results = new ArrayList<>(entry.size());
        boolean acquiring = false;
        for (int i = 0; i < entry.size(); i++) {
            AllocatorCommand.OfLeases command = entry.get(i).command();
            if (command instanceof AllocatorCommand.Acquire) {
                acquires++;
                acquiring = true;
            }
            Decision<LeaseChange> decision = law.decide(command, new Stamp(index, i, entropy));
            law.apply(decision);
            results.add(decision.result());
        }
        entries += acquiring ? 1 : 0;
        for (int i = 0; i < entry.size(); i++) {
            entry.get(i).answer().complete(new Outcome.Done<>(results.get(i)));
        }
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        Asked question = new Asked((AllocatorCommand.OfLeases) command, new CompletableFuture<>());
        asked.add(question);
        return question.answer();
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        throw new AssertionError("no catalog here");
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        throw new AssertionError("no catalog here");
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        throw new AssertionError("nobody dies here");
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(table.wanted(holder, 1024)));
    }

    @Override
    public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        throw new AssertionError("members do not change here");
    }

    @Override
    public void close() {}
}
