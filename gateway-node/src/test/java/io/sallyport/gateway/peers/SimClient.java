package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseGroups;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The way to the stores of one life of a node, as the real client behaves: it repeats a call with
 * the same number until it is answered, goes round the stores, and says "unknown" where nobody can
 * know.
 */
final class SimClient implements StoreClient {

    /** Where the client runs: it does nothing while its process stands still. */
    interface Place {
        /** Over: nothing is sent, and no answer is heard. */
        boolean gone();

        boolean stands();

        boolean reaches(int store);
    }

    private static final long PATIENCE_NANOS = 1_000 * SimWorld.MS;
    private static final long PAUSE_NANOS = 20 * SimWorld.MS;

    private final SimWorld world;
    private final SimStores stores;
    private final Place place;
    private final long[] clients;
    private final long[] sequences;
    private final int[] guesses;
    private final List<TreeSet<Long>> open;

    SimClient(SimWorld world, Place place) {
        this.world = world;
        this.place = place;
        stores = world.stores;
        int groups = stores.groups.size();
        clients = new long[groups];
        sequences = new long[groups];
        guesses = new int[groups];
        open = stores.groups.stream().map(g -> new TreeSet<Long>()).toList();
        for (int i = 0; i < groups; i++) {
            clients[i] = world.random.nextLong();
            guesses[i] = world.random.nextInt(SimStores.COUNT);
        }
    }

    @Override
    public CompletableFuture<Outcome<AllocatorResult>> submit(
            AllocatorCommand asked, Duration deadline) {
        AllocatorCommand command = world.mutants.said(asked);
        int group =
                switch (command) {
                    case AllocatorCommand.OfMembers m -> 0;
                    case AllocatorCommand.OfLeases l -> LeaseGroups.of(key(l), stores.leaseGroups);
                };
        Request request = new Request(group, command, world.now() + deadline.toNanos());
        request.attempt();
        return request.future;
    }

    private static LeaseKey key(AllocatorCommand.OfLeases command) {
        return switch (command) {
            case AllocatorCommand.Acquire c -> c.key();
            case AllocatorCommand.Return c -> c.key();
            case AllocatorCommand.Reconciled c -> c.key();
            case AllocatorCommand.Learn c ->
                    throw new IllegalArgumentException("only a leader says " + c);
        };
    }

    /** One call, over as many attempts as it takes. */
    private final class Request {
        final CompletableFuture<Outcome<AllocatorResult>> future = new CompletableFuture<>();
        private final int group;
        private final long sequence;
        private final AllocatorCommand command;
        private final byte[] bytes;
        private final boolean once;
        private final long deadline;
        private int attempts;
        private int redirects;
        private boolean answered;
        private boolean inDoubt;

        Request(int group, AllocatorCommand command, long deadline) {
            this.group = group;
            this.command = command;
            this.deadline = deadline;
            sequence = ++sequences[group];
            open.get(group).add(sequence);
            once = command instanceof AllocatorCommand.Renew;
            bytes = AllocatorCodec.encode(command);
        }

        void attempt() {
            if (future.isDone() || place.gone()) {
                return;
            }
            if (place.stands()) {
                world.at(PAUSE_NANOS, this::attempt);
                return;
            }
            if (world.now() >= deadline) {
                giveUp();
                return;
            }
            for (int i = 0; i < SimStores.COUNT; i++) {
                int store = guesses[group];
                if (place.reaches(store) && stores.store(store).up) {
                    send(store);
                    return;
                }
                guesses[group] = (store + 1) % SimStores.COUNT;
            }
            world.at(PAUSE_NANOS, this::attempt);
        }

        private void send(int store) {
            int mine = ++attempts;
            answered = false;
            ClientCall call =
                    ClientCall.of(
                            world.mutants.dedupe() ? clients[group] : world.random.nextLong(),
                            sequence,
                            open.get(group).first(),
                            Law.ALLOCATOR,
                            bytes);
            world.at(delay(), () -> deliver(mine, store, call));
            if (world.random.nextInt(64) == 0) {
                // The network, or a proxy, sends it twice.
                world.at(100 * delay(), () -> deliver(mine, store, call));
            }
            world.at(Math.min(PATIENCE_NANOS, deadline - world.now()), () -> patience(mine));
        }

        private void deliver(int mine, int store, ClientCall call) {
            SimStores.Store at = stores.store(store);
            if (!at.up) {
                world.at(delay(), () -> lost(mine));
            } else if (at.paused) {
                // It lies in a buffer, and is read whenever the store goes on.
                world.at(50 * SimWorld.MS, () -> deliver(mine, store, call));
            } else if (place.reaches(store)) {
                stores.groups
                        .get(group)
                        .submit(
                                store,
                                call,
                                answer -> world.at(delay(), () -> answer(mine, store, answer)));
            }
        }

        private void answer(int mine, int store, Answer answer) {
            if (world.random.nextInt(256) == 0) {
                lost(mine);
                return;
            }
            if (future.isDone()
                    || mine != attempts
                    || answered
                    || place.gone()
                    || !place.reaches(store)) {
                return;
            }
            answered = true;
            switch (answer) {
                case Answer.Result(byte[] results) -> {
                    byte[] first = Bundle.items(results, 1).getFirst();
                    finish(
                            new Outcome.Done<>(
                                    world.mutants.answered(
                                            command,
                                            AllocatorCodec.decodeResult(first),
                                            stores.holders)));
                }
                case Answer.Forgotten f -> finish(new Outcome.Unknown<>("forgotten"));
                case Answer.Again a -> again();
                case Answer.NotLeader n -> {
                    guesses[group] = (guesses[group] + 1) % SimStores.COUNT;
                    if (redirects++ % SimStores.COUNT < 2) {
                        attempt();
                    } else {
                        world.at(PAUSE_NANOS, this::attempt);
                    }
                }
                case Answer.Welcome _,
                        Answer.Busy _,
                        Answer.Bad _,
                        Answer.CatalogNow _,
                        Answer.MembersNow _,
                        Answer.OrphansNow _,
                        Answer.StatusNow _,
                        Answer.StoresNow _,
                        Answer.WantedNow _ ->
                        throw new IllegalStateException("a group answers " + answer);
            }
        }

        private void lost(int mine) {
            if (!future.isDone() && mine == attempts && !answered && !place.gone()) {
                answered = true;
                guesses[group] = (guesses[group] + 1) % SimStores.COUNT;
                again();
            }
        }

        private void patience(int mine) {
            if (!place.gone() && place.stands()) {
                world.at(PAUSE_NANOS, () -> patience(mine));
            } else {
                lost(mine);
            }
        }

        private void again() {
            inDoubt = true;
            if (once) {
                giveUp();
            } else {
                world.at(PAUSE_NANOS, this::attempt);
            }
        }

        private void giveUp() {
            finish(
                    inDoubt
                            ? new Outcome.Unknown<>("no answer in time")
                            : new Outcome.Refused<>("no store could be reached"));
        }

        private void finish(Outcome<AllocatorResult> outcome) {
            open.get(group).remove(sequence);
            future.complete(outcome);
        }
    }

    private long delay() {
        return (long) ((0.05 + 1.5 * world.random.nextDouble()) * SimWorld.MS);
    }

    private <T> CompletableFuture<Outcome<T>> read(
            Function<SimStores.Store, T> look, Duration deadline) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        SimStores.Store store = stores.anyStore();
        if (!store.runs() || !place.reaches(store.number)) {
            world.at(
                    Math.min(PATIENCE_NANOS, deadline.toNanos()),
                    () -> future.complete(new Outcome.Refused<>("no answer")));
        } else {
            T seen = look.apply(store);
            world.at(2 * delay(), () -> future.complete(new Outcome.Done<>(seen)));
        }
        return future;
    }

    @Override
    public CompletableFuture<Outcome<OrphansPage>> orphans(
            int group, Optional<Orphan.Position> after, Duration deadline) {
        return read(store -> stores.orphans(store, group, after), deadline);
    }

    @Override
    public CompletableFuture<Outcome<List<LeaseKey>>> wanted(
            Incarnation holder, Duration deadline) {
        return read(store -> stores.wanted(store, holder), deadline);
    }

    @Override
    public CompletableFuture<Outcome<Membership>> members(Duration deadline) {
        return read(stores::members, deadline);
    }

    @Override
    public CompletableFuture<Outcome<CatalogResult>> submit(
            CatalogCommand command, Duration deadline) {
        return CompletableFuture.completedFuture(new Outcome.Refused<>("not simulated"));
    }

    @Override
    public CompletableFuture<Outcome<Catalog>> catalogAfter(long known, Duration wait) {
        return read(store -> store.control().view().catalog(), wait);
    }

    @Override
    public void close() {}
}
