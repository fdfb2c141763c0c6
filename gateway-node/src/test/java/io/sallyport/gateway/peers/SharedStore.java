package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.PoolId;
import io.sallyport.allocator.Stamp;
import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The real laws for nodes with threads of their own: one lock, answers at once. */
final class SharedStore implements StoreClient {

    /** What is leased from. */
    static final PoolId POOL = new PoolId(IpAddress.parse("198.51.100.7"), 1);

    private static final long SILENT_NANOS = 1_000_000_000L;

    private final MemberLaw members = new MemberLaw();
    private final MemoryTable table = new MemoryTable(1);
    private final LeaseLaw leases = new LeaseLaw(table);
    private final Map<Incarnation, Long> renewedNanos = new HashMap<>();
    private long index;
    private boolean watching;
    private boolean hearsOnlyLeaves;

    SharedStore() {
        index++;
        obey(
                new AllocatorCommand.Learn(
                        index,
                        members.membership(),
                        List.of(new Pool(POOL, SimFounding.TENANT, 0)),
                        List.of()));
    }

    /** Lives that stop to renew are put away from now on. */
    synchronized void awayWhenSilent() {
        watching = true;
    }

    /** Nobody hears from it any more what changed, but whoever leaves. */
    synchronized void hearOnlyLeaves() {
        hearsOnlyLeaves = true;
    }

    @Override
    public synchronized CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        if (hearsOnlyLeaves && !(command instanceof AllocatorCommand.Leave)) {
            return CompletableFuture.completedFuture(new Outcome.Unknown<>("says nothing"));
        }
        if (watching) {
            watch(System.nanoTime());
        }
        return CompletableFuture.completedFuture(new Outcome.Done<>(obey(command)));
    }

    private AllocatorResult obey(AllocatorCommand command) {
        index++;
        return switch (command) {
            case AllocatorCommand.OfMembers ofMembers -> {
                if (ofMembers instanceof AllocatorCommand.Renew renew) {
                    renewedNanos.put(renew.incarnation(), System.nanoTime());
                }
                var decision = members.decide(ofMembers, index);
                members.apply(decision);
                Membership now = members.membership();
                if (!table.membership().sameStanding(now)) {
                    obey(new AllocatorCommand.Learn(index, now, List.of(), List.of()));
                }
                yield decision.result();
            }
            case AllocatorCommand.OfLeases ofLeases -> {
                byte[] entropy = ByteBuffer.allocate(Stamp.ENTROPY_BYTES).putLong(index).array();
                var decision = leases.decide(ofLeases, new Stamp(index, 0, entropy));
                leases.apply(decision);
                yield decision.result();
            }
        };
    }

    private void watch(long nowNanos) {
        for (Member m : members.membership().live()) {
            long last = renewedNanos.getOrDefault(m.incarnation(), nowNanos);
            if (nowNanos - last > SILENT_NANOS) {
                obey(new AllocatorCommand.Away(m.incarnation(), m.lastRenew()));
            }
        }
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
        return CompletableFuture.completedFuture(new Outcome.Done<>(table.orphans(after)));
    }

    @Override
    public synchronized CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(table.wanted(holder, 64)));
    }

    @Override
    public synchronized CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Done<>(members.membership()));
    }

    @Override
    public void close() {}
}
