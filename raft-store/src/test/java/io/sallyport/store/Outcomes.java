package io.sallyport.store;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.OrphansPage;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits for a client's answers, and insists that they are definite. */
public final class Outcomes {

    /** Long enough for an election on a machine that is busy with other things. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private Outcomes() {}

    public static <T> T done(CompletableFuture<Outcome<T>> future) {
        return switch (future.join()) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(String reason) -> throw new AssertionError("no: " + reason);
            case Outcome.Unknown<T>(String reason) -> throw new AssertionError("? " + reason);
        };
    }

    public static AllocatorResult done(StoreClient client, AllocatorCommand command) {
        return done(client.submit(command, PATIENCE));
    }

    public static CatalogResult done(StoreClient client, CatalogCommand command) {
        return done(client.submit(command, PATIENCE));
    }

    public static AllocatorResult.Joined join(StoreClient client, String node) {
        return (AllocatorResult.Joined) done(client, TestCommands.join(node));
    }

    /** Makes the gateway of {@link TestCommands} and names its EIP's ports towards one remote. */
    public static LeaseKey attachEip(StoreClient client) {
        CatalogResult last = null;
        for (CatalogCommand command : TestCommands.attachedEip()) {
            last = done(client, command);
        }
        if (last instanceof CatalogResult.Applied(long version, Optional<Resource> resource)
                && resource.orElseThrow() instanceof Resource.ElasticIp eip) {
            return TestCommands.key(eip.address(), eip.poolGeneration());
        }
        throw new AssertionError("the EIP is not attached: " + last);
    }

    /** Of all lease groups. */
    public static List<Orphan> orphans(StoreClient client) {
        List<Orphan> all = new ArrayList<>();
        int groups = 1;
        for (int group = 1; group <= groups; group++) {
            Optional<Orphan.Position> after = Optional.empty();
            OrphansPage page;
            do {
                page = done(client.orphans(group, after, PATIENCE));
                groups = page.groups();
                all.addAll(page.orphans());
                if (page.more()) {
                    after = Optional.of(page.orphans().getLast().position());
                }
            } while (page.more());
        }
        return all;
    }
}
