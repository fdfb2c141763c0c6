package io.sallyport.control.catalog;

import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.client.CatalogFeed;
import io.sallyport.store.client.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.http.HttpStatus;

/**
 * The newest catalog that this process has seen; every read is served from it, so reads need no
 * store. A caller reads at least what was written through this process.
 */
public final class CatalogMirror implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private Catalog newest = new Catalog(-1, List.of());
    private long written = 0;

    private final CatalogFeed feed;

    /** Begins to follow at once. */
    public CatalogMirror(StoreClient store) {
        feed = CatalogFeed.follow(store, this::accept);
    }

    private void accept(Catalog catalog) {
        lock.lock();
        try {
            newest = catalog;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a command was applied at this version, so later reads must have seen it. */
    void wrote(long version) {
        lock.lock();
        try {
            written = Math.max(written, version);
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until a catalog was seen at all; before that every call is refused. */
    public void awaitLoaded() {
        lock.lock();
        try {
            while (newest.version() < 0) {
                moved.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The catalog with everything that was written through this process; blocks for a moment where
     * it is not here yet.
     *
     * @throws Problem store-refused where it does not come
     */
    public Catalog catalog() {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (newest.version() < written) {
                if (left <= 0) {
                    throw behind("the catalog is behind what was written");
                }
                left = moved.awaitNanos(left);
            }
            return newest;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw behind("the service stops");
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until a newer catalog than {@code known} was seen, or for so long. */
    void awaitNewer(long known, Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (newest.version() <= known && left > 0) {
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Version of the newest catalog seen; -1 before the first. */
    public long version() {
        lock.lock();
        try {
            return newest.version();
        } finally {
            lock.unlock();
        }
    }

    /** How often no store answered. */
    public long failures() {
        return feed.failures();
    }

    @Override
    public void close() {
        feed.close();
    }

    private static Problem behind(String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, ProblemCode.STORE_REFUSED, detail);
    }
}
