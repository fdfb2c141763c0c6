package io.sallyport.store.client;

import io.netty.channel.EventLoop;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.Law;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.trust.Trust;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * All requests of one client and where they are: one connection for each store, one thread for all
 * of them.
 *
 * <p>Each lane keeps a guess of who leads its group, and asks that one for what may be read
 * anywhere. A store that does not lead names the one that does; a connection that breaks, or that
 * leaves a request unanswered for its patience, moves the guess to the next store and the requests
 * with it. All attempts of a change carry the same identity, so whatever of them arrives is applied
 * once. An outcome is Unknown only where an attempt was sent of which nobody said that it was not
 * applied.
 *
 * <p>Which stores and how many lease groups there are is said by each store that is connected to;
 * the stores that the client was told of are a beginning only.
 *
 * <p>One timer looks at everything that is open; there are no timers of single requests. On the
 * client's loop only.
 */
final class StoreTalk implements StoreConnection.Listener, Lane.Client {

    private static final long PAUSE_MILLIS = 20;

    /** Redirects that are followed at once; more of them mean that an election goes on. */
    private static final int QUICK_REDIRECTS = 2;

    private final Trust trust;
    private final EventLoop loop;
    private final NavigableMap<String, StoreConnection> connections = new TreeMap<>();
    private final Lane catalog = new Lane(0, Law.CATALOG, this);
    private final Lane members = new Lane(0, Law.ALLOCATOR, this);
    private final List<Lane> leases = new ArrayList<>();
    private final List<Unrouted> unrouted = new ArrayList<>();
    private final Set<Request> open = new LinkedHashSet<>();
    private long storesAsOf = Long.MIN_VALUE;
    private boolean ticking;
    private boolean closed;

    private record Unrouted(Wish<?> wish, IntConsumer route) {}

    StoreTalk(Map<String, Endpoint> stores, Trust trust, EventLoop loop) {
        this.trust = trust;
        this.loop = loop;
        stores.forEach(this::connect);
        // Clients that start together should not all ask the same store first.
        int first = ThreadLocalRandom.current().nextInt(stores.size());
        StoreConnection guess = List.copyOf(connections.values()).get(first);
        follow(members, guess);
    }

    /**
     * The two lanes of the control group have one leader. Whoever waits for a newer catalog there
     * hears of it when it is applied; followers hear a message later.
     */
    private void follow(Lane lane, StoreConnection guess) {
        lane.guess = guess;
        if (lane.group() == 0) {
            catalog.guess = guess;
            members.guess = guess;
        }
    }

    private StoreConnection connect(String store, Endpoint front) {
        return connections.computeIfAbsent(
                store, id -> new StoreConnection(id, front, trust, loop, this));
    }

    Lane catalog() {
        return catalog;
    }

    Lane members() {
        return members;
    }

    /**
     * @param group 1 to as many lease groups as there are
     */
    Lane leases(int group) {
        return leases.get(group - 1);
    }

    /** Does something with a wish for which the number of lease groups must be known. */
    void whenGroupsAreKnown(Wish<?> wish, IntConsumer route) {
        if (closed) {
            wish.end(new Outcome.Refused<>("the client is closed"));
        } else if (!leases.isEmpty()) {
            route.accept(leases.size());
        } else {
            if (unrouted.size() >= Lane.WAITING_MAX) {
                wish.end(new Outcome.Refused<>(Lane.WAITING_MAX + " calls wait already"));
                return;
            }
            if (unrouted.isEmpty()) {
                introduce(wish);
            }
            unrouted.add(new Unrouted(wish, route));
        }
    }

    /** Any answer will do: it comes over a connection that began with a welcome. */
    private void introduce(Wish<?> wish) {
        CompletableFuture<Outcome<Boolean>> answered = new CompletableFuture<>();
        var unused =
                answered.thenAccept(outcome -> {
                    if (outcome instanceof Outcome.Refused<Boolean>(String reason)) {
                        List<Unrouted> left = List.copyOf(unrouted);
                        unrouted.clear();
                        left.forEach(each -> each.wish.end(new Outcome.Refused<>(reason)));
                    }
                });
        begin(
                new Question<>(
                        members,
                        0,
                        new Call.Members(),
                        wish.deadlineNanos(),
                        Lane.PATIENCE_NANOS,
                        answer -> Optional.of(true),
                        answered));
    }

    @Override
    public void begin(Request request) {
        if (closed) {
            request.refuse("the client is closed");
            return;
        }
        open.add(request);
        attempt(request);
        tickLater();
    }

    @Override
    public void soon(Runnable task, long millis) {
        if (millis == 0) {
            loop.execute(task);
        } else {
            var unused = loop.schedule(task, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void tickLater() {
        if (!ticking && !closed) {
            ticking = true;
            soon(this::tick, PAUSE_MILLIS);
        }
    }

    /**
     * Gives up what is past its deadline, moves away from stuck stores, tries again what paused.
     */
    private void tick() {
        ticking = false;
        long now = System.nanoTime();
        catalog.expire(now);
        members.expire(now);
        leases.forEach(lane -> lane.expire(now));
        for (Request request : List.copyOf(open)) {
            if (!open.contains(request)) {
                continue;
            }
            if (request.expired(now)) {
                abandon(request);
            } else if (now - request.wakeNanos >= 0) {
                wake(request);
            }
        }
        if (!open.isEmpty()) {
            tickLater();
        }
    }

    private void ended(Request request) {
        open.remove(request);
        if (request instanceof Batch batch) {
            batch.lane.done(batch);
        }
    }

    /** A store that let a deadline pass is not asked next. */
    private void abandon(Request request) {
        StoreConnection at = request.at;
        if (at != null) {
            at.forget(request);
            moveOn(request.lane, at);
        }
        ended(request);
    }

    private void moveOn(Lane lane, StoreConnection from) {
        if (lane.guess == from) {
            follow(lane, after(from));
        }
    }

    private StoreConnection after(StoreConnection from) {
        var next = connections.higherEntry(from.store());
        return next == null ? connections.firstEntry().getValue() : next.getValue();
    }

    private StoreConnection guess(Lane lane) {
        StoreConnection guess = lane.guess;
        if (guess == null || connections.get(guess.store()) != guess) {
            guess = connections.firstEntry().getValue();
            follow(lane, guess);
        }
        return guess;
    }

    private void wake(Request request) {
        StoreConnection at = request.at;
        if (at != null) {
            at.close("store " + at.store() + " does not answer");
        } else {
            attempt(request);
        }
    }

    /** Sends it to the store that leads by our guess, or to the next one that can be reached. */
    private void attempt(Request request) {
        long now = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            StoreConnection connection = guess(request.lane);
            if (connection.usable(now)) {
                request.givenTo(connection, now);
                connection.send(request);
                return;
            }
            follow(request.lane, after(connection));
        }
        pause(request);
    }

    private static void pause(Request request) {
        request.redirects = 0;
        request.wakeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    }

    @Override
    public void answered(StoreConnection from, Request request, Answer answer) {
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
                ended(request);
                request.refuse(reason);
            }
            case Answer.Result _,
                    Answer.Forgotten _,
                    Answer.Welcome _,
                    Answer.CatalogNow _,
                    Answer.MembersNow _,
                    Answer.OrphansNow _,
                    Answer.WantedNow _,
                    Answer.StatusNow _,
                    Answer.StoresNow _ -> {
                ended(request);
                request.finish(answer);
            }
        }
    }

    private void redirect(StoreConnection from, Request request, Optional<StoreAddress> hint) {
        request.notApplied(from.store() + " does not lead");
        Lane lane = request.lane;
        if (lane.guess == from) {
            follow(lane, hint.map(each -> connect(each.store(), each.front())).orElse(from));
            if (lane.guess == from) {
                follow(lane, after(from));
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

    private void again(Request request, String why) {
        request.inDoubt(why);
        if (request.kind == Request.Kind.CHANGE_ONCE) {
            ended(request);
            request.giveUp();
        } else {
            pause(request);
        }
    }

    @Override
    public void lost(StoreConnection from, Request request, String why) {
        moveOn(request.lane, from);
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
    public void welcomed(StoreConnection by, Answer.Welcome welcome) {
        listen(welcome.stores());
        if (leases.isEmpty()) {
            for (int group = 1; group <= welcome.leaseGroups(); group++) {
                Lane lane = new Lane(group, Law.ALLOCATOR, this);
                lane.guess = by;
                leases.add(lane);
            }
            List<Unrouted> waited = List.copyOf(unrouted);
            unrouted.clear();
            waited.forEach(each -> each.route.accept(leases.size()));
        }
    }

    /** Which stores there are: what a later list does not name is no store any more. */
    private void listen(Stores stores) {
        if (stores.all().isEmpty() || stores.asOf() <= storesAsOf) {
            return;
        }
        storesAsOf = stores.asOf();
        List<String> ids = stores.all().stream().map(StoreAddress::store).toList();
        stores.all().forEach(each -> connect(each.store(), each.front()));
        for (StoreConnection each : List.copyOf(connections.values())) {
            if (!ids.contains(each.store())) {
                connections.remove(each.store());
                each.close("store " + each.store() + " was removed");
            }
        }
    }

    void close() {
        closed = true;
        connections.values().forEach(connection -> connection.close("the client is closed"));
        List<Request> left = List.copyOf(open);
        open.clear();
        left.forEach(Request::giveUp);
        catalog.refuseAll("the client is closed");
        members.refuseAll("the client is closed");
        leases.forEach(lane -> lane.refuseAll("the client is closed"));
        unrouted.forEach(each -> each.wish.end(new Outcome.Refused<>("the client is closed")));
        unrouted.clear();
    }
}
