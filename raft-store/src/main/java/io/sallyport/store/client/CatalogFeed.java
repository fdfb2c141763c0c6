package io.sallyport.store.client;

import io.sallyport.store.catalog.Catalog;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Follows the catalog: calls a listener with each newer catalog, versions ascending, in one virtual
 * thread. A catalog that was overtaken while the listener worked is skipped. While no store
 * answers, the listener keeps what it has and nothing is logged; {@link #failures()} counts.
 */
public final class CatalogFeed implements AutoCloseable {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    private final StoreClient client;
    private final Consumer<Catalog> listener;
    private final AtomicLong failures = new AtomicLong();
    private final Thread thread;
    private volatile long version = -1;

    private CatalogFeed(StoreClient client, Consumer<Catalog> listener) {
        this.client = client;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("catalog-feed").unstarted(this::follow);
    }

    /**
     * Begins to follow. The first call comes with the catalog as it is, also where it is empty.
     *
     * @param listener may block; what it throws ends the feed and goes to the thread's handler of
     *     uncaught exceptions
     */
    public static CatalogFeed follow(StoreClient client, Consumer<Catalog> listener) {
        CatalogFeed feed = new CatalogFeed(client, listener);
        feed.thread.start();
        return feed;
    }

    private void follow() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                switch (client.catalogAfter(version, WAIT).get()) {
                    case Outcome.Done<Catalog>(Catalog catalog) -> hear(catalog);
                    case Outcome.Refused<Catalog> refused -> pause();
                    case Outcome.Unknown<Catalog> unknown -> pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store client's future never fails", e);
        }
    }

    /** A store may lag behind the one that answered before: what is not newer is not news. */
    private void hear(Catalog catalog) {
        if (catalog.version() > version) {
            listener.accept(catalog);
            version = catalog.version();
        }
    }

    private void pause() throws InterruptedException {
        failures.incrementAndGet();
        Thread.sleep(PAUSE_AFTER_FAILURE);
    }

    /** How often no store answered, since the feed began. */
    public long failures() {
        return failures.get();
    }

    /** The version that the listener was last called with; -1 before the first. */
    public long version() {
        return version;
    }

    /** Ends the feed; a listener that is being called is interrupted. Does not wait for it. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
