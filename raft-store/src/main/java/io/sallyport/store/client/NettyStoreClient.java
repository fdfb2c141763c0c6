package io.sallyport.store.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.trust.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The client's door: turns commands into wishes on the {@link Lane} of their group, and questions
 * into requests; {@link StoreTalk} carries both. From any thread; all else happens on one loop.
 */
final class NettyStoreClient implements StoreClient {

    private static final Duration PATIENCE = Duration.ofNanos(Lane.PATIENCE_NANOS);

    /** How long a look at the state may take beyond what it was told to wait. */
    private static final Duration READ_SLACK = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final StoreTalk talk;

    NettyStoreClient(Map<String, Endpoint> stores, Trust trust) {
        if (stores.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one store");
        }
        group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("store-client", true),
                        NioIoHandler.newFactory());
        loop = group.next();
        talk = new StoreTalk(stores, trust, loop);
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        return switch (command) {
            case AllocatorCommand.OfMembers ofMembers -> ofMembers(ofMembers, deadline);
            case AllocatorCommand.Acquire acquire ->
                    ofLeases(acquire, acquire.key(), early(acquire.epoch()), deadline);
            case AllocatorCommand.Return returned ->
                    ofLeases(returned, returned.key(), result -> false, deadline);
            case AllocatorCommand.Reconciled reconciled ->
                    ofLeases(reconciled, reconciled.key(), early(reconciled.epoch()), deadline);
            case AllocatorCommand.Learn learn ->
                    CompletableFuture.completedFuture(
                            new Outcome.Refused<>("only stores say this, to themselves"));
        };
    }

    private CompletableFuture<Outcome<AllocatorResult>> ofMembers(
            AllocatorCommand.OfMembers command, Duration deadline) {
        return change(
                AllocatorCodec.encode(command),
                deadline,
                AllocatorCodec::decodeResult,
                result -> false,
                wish -> {
                    if (command instanceof AllocatorCommand.Renew) {
                        talk.members().sayOnce(wish);
                    } else {
                        talk.members().say(Law.ALLOCATOR, wish);
                    }
                });
    }

    private CompletableFuture<Outcome<AllocatorResult>> ofLeases(
            AllocatorCommand.OfLeases command,
            LeaseKey key,
            Predicate<AllocatorResult> tooEarly,
            Duration deadline) {
        return change(
                AllocatorCodec.encode(command),
                deadline,
                AllocatorCodec::decodeResult,
                tooEarly,
                wish ->
                        talk.whenGroupsAreKnown(
                                wish,
                                groups ->
                                        talk.leases(LeaseGroups.of(key, groups))
                                                .say(key.eip(), wish)));
    }

    /** A group that is still in an earlier epoch learns of this one in a moment. */
    private static Predicate<AllocatorResult> early(Epoch said) {
        return result ->
                result instanceof AllocatorResult.StaleEpoch(Epoch current)
                        && current.compareTo(said) < 0;
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        return change(
                CatalogCodec.encode(command),
                deadline,
                CatalogCodec::decodeResult,
                result -> false,
                wish -> talk.catalog().say(Law.CATALOG, wish));
    }

    private <T> CompletableFuture<Outcome<T>> change(
            byte[] command,
            Duration deadline,
            Function<byte[], T> decode,
            Predicate<T> tooEarly,
            Consumer<Wish<T>> say) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        long deadlineNanos = System.nanoTime() + deadline.toNanos();
        if (command.length > ClientCall.COMMAND_BYTES_MAX) {
            future.complete(
                    new Outcome.Refused<>(
                            "a command has at most " + ClientCall.COMMAND_BYTES_MAX + " bytes"));
            return future;
        }
        Wish<T> wish = new Wish<>(command, deadlineNanos, decode, tooEarly, future);
        onLoop(future, () -> say.accept(wish));
        return future;
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        int waitMillis = (int) Math.clamp(wait.toMillis(), 0, Frames.WAIT_MILLIS_MAX);
        return ask(
                0,
                new Call.CatalogAfter(known, waitMillis),
                Duration.ofMillis(waitMillis).plus(READ_SLACK),
                Duration.ofMillis(waitMillis).plus(PATIENCE),
                answer ->
                        answer instanceof Answer.CatalogNow(byte[] catalog)
                                ? Optional.of(CatalogCodec.decodeCatalog(catalog))
                                : Optional.empty());
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        return ask(
                group,
                new Call.Orphans(after),
                deadline,
                PATIENCE,
                answer ->
                        answer instanceof Answer.OrphansNow(var page)
                                ? Optional.of(page)
                                : Optional.empty());
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return ask(
                0,
                new Call.Wanted(holder),
                deadline,
                PATIENCE,
                answer ->
                        answer instanceof Answer.WantedNow(var keys)
                                ? Optional.of(keys)
                                : Optional.empty());
    }

    @Override
    public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return ask(
                0,
                new Call.Members(),
                deadline,
                PATIENCE,
                answer ->
                        answer instanceof Answer.MembersNow(var membership)
                                ? Optional.of(membership)
                                : Optional.empty());
    }

    private <T> CompletableFuture<Outcome<T>> ask(
            int about,
            Call call,
            Duration deadline,
            Duration patience,
            Function<Answer, Optional<T>> meaning) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        long deadlineNanos = System.nanoTime() + deadline.toNanos();
        onLoop(
                future,
                () ->
                        talk.begin(
                                new Question<>(
                                        talk.catalog(),
                                        about,
                                        call,
                                        deadlineNanos,
                                        patience.toNanos(),
                                        meaning,
                                        future)));
        return future;
    }

    private <T> void onLoop(CompletableFuture<Outcome<T>> future, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            future.complete(new Outcome.Refused<>("the client is closed"));
        }
    }

    @Override
    public void close() {
        onLoop(new CompletableFuture<Outcome<Void>>(), talk::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
