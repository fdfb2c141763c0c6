package io.sallyport.store.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.wire.AllocatorCodec;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One connection for each store, one thread for all of them.
 *
 * <p>It keeps a guess of who leads. A store that does not lead names the one that does; a
 * connection that breaks, or that leaves a call unanswered for {@link #PATIENCE}, moves the guess
 * to the next store and the calls with it. All of a call's attempts carry the same (client,
 * sequence), so whatever of them arrives is applied once. Its outcome is Unknown only where an
 * attempt was sent of which nobody said that it was not applied.
 *
 * <p>One timer looks at everything that is open; there are no timers of single calls.
 */
final class NettyStoreClient implements StoreClient, StoreConnection.Listener {

    /** After so long without an answer a store counts as stuck. Below the usual deadlines. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** How long a look at the state may take beyond what it was told to wait. */
    private static final Duration READ_SLACK = Duration.ofSeconds(2);

    /** Redirects that are followed at once; more of them mean that an election goes on. */
    private static final int QUICK_REDIRECTS = 2;

    /** Open calls of one client; the stores remember somewhat more than this for each. */
    static final int OPEN_MAX = 8192;

    private final long client = new SecureRandom().nextLong();
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final List<StoreConnection> connections = new ArrayList<>();

    // All below: on the loop only.
    private final Set<Request<?>> open = new LinkedHashSet<>();
    private final NavigableSet<Long> openSequences = new TreeSet<>();
    private long lastSequence;
    private int leader;
    private boolean ticking;
    private boolean closed;

    NettyStoreClient(Map<String, Endpoint> stores, String cluster) {
        if (stores.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one store");
        }
        group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("store-client", true),
                        NioIoHandler.newFactory());
        loop = group.next();
        new TreeMap<>(stores)
                .forEach((id, endpoint) ->
                        connections.add(new StoreConnection(id, endpoint, cluster, loop, this)));
        // Clients that start together should not all ask the same store first.
        leader = Math.floorMod(client, connections.size());
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand command, Duration deadline) {
        return change(
                Law.ALLOCATOR,
                AllocatorCodec.encode(command),
                command instanceof AllocatorCommand.Renew
                        ? Request.Kind.CHANGE_ONCE
                        : Request.Kind.CHANGE,
                deadline,
                AllocatorCodec::decodeResult);
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        return change(
                Law.CATALOG,
                CatalogCodec.encode(command),
                Request.Kind.CHANGE,
                deadline,
                CatalogCodec::decodeResult);
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        int waitMillis = (int) Math.clamp(wait.toMillis(), 0, Frames.WAIT_MILLIS_MAX);
        return read(
                () -> new Call.CatalogAfter(known, waitMillis),
                Duration.ofMillis(waitMillis).plus(READ_SLACK),
                Duration.ofMillis(waitMillis).plus(PATIENCE),
                answer ->
                        answer instanceof Answer.CatalogNow(byte[] catalog)
                                ? Optional.of(CatalogCodec.decodeCatalog(catalog))
                                : Optional.empty());
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            Optional<Orphan.Position> after, Duration deadline) {
        return read(
                () -> new Call.Orphans(after),
                deadline,
                PATIENCE,
                answer ->
                        answer instanceof Answer.OrphansNow(var page)
                                ? Optional.of(page)
                                : Optional.empty());
    }

    @Override
    public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return read(
                Call.Members::new,
                deadline,
                PATIENCE,
                answer ->
                        answer instanceof Answer.MembersNow(var membership)
                                ? Optional.of(membership)
                                : Optional.empty());
    }

    private <T> CompletableFuture<Outcome<T>> change(
            Law law,
            byte[] command,
            Request.Kind kind,
            Duration deadline,
            Function<byte[], T> decode) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        long deadlineNanos = System.nanoTime() + deadline.toNanos();
        if (command.length > ClientCall.COMMAND_BYTES_MAX) {
            future.complete(
                    new Outcome.Refused<>(
                            "a command has at most " + ClientCall.COMMAND_BYTES_MAX + " bytes"));
            return future;
        }
        onLoop(
                future,
                () -> {
                    if (openSequences.size() >= OPEN_MAX) {
                        future.complete(
                                new Outcome.Refused<>(OPEN_MAX + " calls are already open"));
                        return;
                    }
                    long sequence = ++lastSequence;
                    openSequences.add(sequence);
                    future.whenComplete((outcome, none) -> openSequences.remove(sequence));
                    begin(
                            new Request<>(
                                    kind,
                                    deadlineNanos,
                                    PATIENCE.toNanos(),
                                    () ->
                                            new Call.Submit(
                                                    new ClientCall(
                                                            client,
                                                            sequence,
                                                            openSequences.first(),
                                                            law,
                                                            command)),
                                    answer -> meaning(answer, decode),
                                    future));
                });
        return future;
    }

    private static <T> Outcome<T> meaning(Answer answer, Function<byte[], T> decode) {
        return switch (answer) {
            case Answer.Result(byte[] result) -> new Outcome.Done<>(decode.apply(result));
            case Answer.Forgotten() -> new Outcome.Unknown<>("the stores forgot this call");
            case Answer.Welcome _,
                    Answer.NotLeader _,
                    Answer.Again _,
                    Answer.Busy _,
                    Answer.Bad _,
                    Answer.CatalogNow _,
                    Answer.MembersNow _,
                    Answer.OrphansNow _ ->
                    new Outcome.Unknown<>("an answer that does not fit: " + answer);
        };
    }

    private <T> CompletableFuture<Outcome<T>> read(
            Supplier<Call> call,
            Duration deadline,
            Duration patience,
            Function<Answer, Optional<T>> meaning) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        long deadlineNanos = System.nanoTime() + deadline.toNanos();
        onLoop(
                future,
                () ->
                        begin(
                                new Request<>(
                                        Request.Kind.READ,
                                        deadlineNanos,
                                        patience.toNanos(),
                                        call,
                                        answer ->
                                                meaning.apply(answer)
                                                        .<Outcome<T>>map(Outcome.Done::new)
                                                        .orElseGet(() ->
                                                                new Outcome.Refused<>(
                                                                        "an answer that"
                                                                                + " does not"
                                                                                + " fit")),
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

    private void begin(Request<?> request) {
        if (closed) {
            request.refuse("the client is closed");
            return;
        }
        open.add(request);
        attempt(request);
        if (!ticking) {
            ticking = true;
            tickLater();
        }
    }

    private void tickLater() {
        var unused = loop.schedule(this::tick, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Gives up what is past its deadline, moves away from stuck stores, tries again what paused.
     */
    private void tick() {
        long now = System.nanoTime();
        for (Request<?> request : List.copyOf(open)) {
            if (!open.contains(request)) {
                continue;
            }
            if (now - request.deadlineNanos >= 0) {
                open.remove(request);
                abandon(request);
            } else if (now - request.wakeNanos >= 0) {
                wake(request);
            }
        }
        ticking = !open.isEmpty();
        if (ticking) {
            tickLater();
        }
    }

    /** A store that let a deadline pass is not asked next. */
    private void abandon(Request<?> request) {
        StoreConnection at = request.at;
        if (at != null) {
            at.forget(request);
            moveOn(at);
        }
        request.giveUp();
    }

    private void moveOn(StoreConnection from) {
        if (connections.get(leader) == from) {
            leader = (leader + 1) % connections.size();
        }
    }

    private void wake(Request<?> request) {
        StoreConnection at = request.at;
        if (at != null) {
            at.close("store " + at.store() + " does not answer");
        } else {
            attempt(request);
        }
    }

    /** Sends it to the store that leads by our guess, or to the next one that can be reached. */
    private void attempt(Request<?> request) {
        long now = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            StoreConnection connection = connections.get(leader);
            if (connection.usable(now)) {
                request.givenTo(connection, now);
                connection.send(request);
                return;
            }
            leader = (leader + 1) % connections.size();
        }
        pause(request);
    }

    private void pause(Request<?> request) {
        request.redirects = 0;
        request.wakeNanos = System.nanoTime() + PAUSE.toNanos();
    }

    @Override
    public void answered(StoreConnection from, Request<?> request, Answer answer) {
        if (!open.contains(request)) {
            return;
        }
        switch (answer) {
            case Answer.NotLeader(var hint) -> redirect(from, request, hint);
            case Answer.Busy(String reason) -> {
                request.notApplied(from.store() + " is busy: " + reason);
                pause(request);
            }
            case Answer.Again(String reason) -> again(request, from.store() + ": " + reason);
            case Answer.Bad(String reason) -> {
                open.remove(request);
                request.refuse(reason);
            }
            case Answer.Result _,
                    Answer.Forgotten _,
                    Answer.Welcome _,
                    Answer.CatalogNow _,
                    Answer.MembersNow _,
                    Answer.OrphansNow _ -> {
                open.remove(request);
                request.finish(answer);
            }
        }
    }

    private void redirect(StoreConnection from, Request<?> request, Optional<String> hint) {
        request.notApplied(from.store() + " does not lead");
        if (connections.get(leader) == from) {
            leader = hint.map(this::indexOf).orElse(leader);
            if (connections.get(leader) == from) {
                leader = (leader + 1) % connections.size();
                pause(request);
                return;
            }
        }
        if (request.redirects++ < QUICK_REDIRECTS) {
            attempt(request);
        } else {
            pause(request);
        }
    }

    private int indexOf(String store) {
        for (int i = 0; i < connections.size(); i++) {
            if (connections.get(i).store().equals(store)) {
                return i;
            }
        }
        return leader;
    }

    private void again(Request<?> request, String why) {
        request.inDoubt(why);
        if (request.kind == Request.Kind.CHANGE_ONCE) {
            open.remove(request);
            request.giveUp();
        } else {
            pause(request);
        }
    }

    @Override
    public void lost(StoreConnection from, Request<?> request, String why) {
        moveOn(from);
        if (!open.contains(request)) {
            return;
        }
        if (request.underway) {
            again(request, why);
        } else {
            request.notApplied(why);
            pause(request);
        }
    }

    @Override
    public void close() {
        onLoop(
                new CompletableFuture<Outcome<Void>>(),
                () -> {
                    closed = true;
                    connections.forEach(connection -> connection.close("the client is closed"));
                    List<Request<?>> left = List.copyOf(open);
                    open.clear();
                    left.forEach(Request::giveUp);
                });
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
