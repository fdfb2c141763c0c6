package io.sallyport.control;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogChange;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogLaw;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.catalog.Decision;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A store of one process's memory that runs the real law, with every command and answer through
 * their bytes. Tests say how it misbehaves and which nodes there are.
 */
final class MemoryStore implements StoreClient {

    enum Mood {
        WELL,
        REFUSES,
        /** Applies, and the answer is lost. */
        LOSES_ANSWERS
    }

    private final CatalogLaw law = new CatalogLaw();
    private final List<Member> members = new ArrayList<>();
    private CompletableFuture<Void> moved = new CompletableFuture<>();
    private long index = 10;
    private long incarnation = 0;
    private Mood mood = Mood.WELL;

    synchronized void feel(Mood next) {
        mood = next;
    }

    synchronized long version() {
        return law.catalog().version();
    }

    /** There is this node, and it obeys the catalog up to this version. */
    synchronized void node(
            String name, Member.Status status, Endpoint management, long catalogVersion) {
        members.removeIf(member -> member.node().value().equals(name));
        incarnation++;
        members.add(
                new Member(
                        new NodeId(name),
                        new Incarnation(incarnation),
                        status,
                        "machine",
                        Endpoint.parse("192.0.2.1:7000"),
                        management,
                        new Epoch(1, 1),
                        new Epoch(1, 1),
                        1,
                        new Epoch(1, 1),
                        Set.of(),
                        Map.of(),
                        catalogVersion));
        open();
    }

    /** As the control group does: a life opens when all that are not dead obey it. */
    private void open() {
        long obeyed =
                members.stream()
                        .filter(member -> member.status() != Member.Status.DEAD)
                        .mapToLong(Member::catalogVersion)
                        .min()
                        .orElse(Long.MAX_VALUE);
        List<CatalogChange> opened = law.opened(obeyed, 100, index + 1);
        if (!opened.isEmpty()) {
            law.apply(++index, opened);
            CompletableFuture<Void> before = moved;
            moved = new CompletableFuture<>();
            before.completeAsync(() -> null);
        }
    }

    synchronized void noNodes() {
        members.clear();
    }

    @Override
    public synchronized CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        if (mood == Mood.REFUSES) {
            return CompletableFuture.completedFuture(new Outcome.Refused<>("no leader"));
        }
        CatalogCommand read = CatalogCodec.decodeCommand(CatalogCodec.encode(command));
        Decision decision = law.decide(read, ++index);
        law.apply(index, decision.changes());
        open();
        CompletableFuture<Void> before = moved;
        moved = new CompletableFuture<>();
        before.completeAsync(() -> null);
        CatalogResult result = CatalogCodec.decodeResult(CatalogCodec.encode(decision.result()));
        return CompletableFuture.completedFuture(
                mood == Mood.LOSES_ANSWERS
                        ? new Outcome.Unknown<>("no answer in time")
                        : new Outcome.Done<>(result));
    }

    @Override
    public synchronized CompletableFuture<Outcome<Catalog>> catalogAfter(
            long known, Duration wait) {
        if (version() > known) {
            return CompletableFuture.completedFuture(new Outcome.Done<>(law.catalog()));
        }
        return moved.copy()
                .completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
                .thenApplyAsync(ignored -> new Outcome.Done<>(now()));
    }

    private synchronized Catalog now() {
        return law.catalog();
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        throw new AssertionError("control never asks what to give back");
    }

    @Override
    public synchronized CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return CompletableFuture.completedFuture(
                mood == Mood.REFUSES
                        ? new Outcome.Refused<>("no leader")
                        : new Outcome.Done<>(new Membership(new Epoch(1, 1), members)));
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        throw new AssertionError("control never asks for ports");
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        throw new AssertionError("control never asks for orphans");
    }

    @Override
    public void close() {}
}
