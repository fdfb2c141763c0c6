package io.sallyport.store.front;

import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Those who wait for a newer catalog. Its bytes are made once for all of them. From any thread; the
 * futures complete on the thread that brings the news.
 */
public final class CatalogWatch {

    private record Waiting(long known, CompletableFuture<byte[]> news) {}

    @SuppressWarnings("ArrayRecordComponent") // Never compared as a value.
    private record Encoded(Catalog catalog, byte[] bytes) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private Catalog latest = Catalog.EMPTY;
    private Encoded encoded = new Encoded(latest, CatalogCodec.encode(latest));

    /** The catalog may have changed. Cheap where it did not. */
    public void saw(Catalog catalog) {
        List<Waiting> hear = new ArrayList<>();
        synchronized (this) {
            if (catalog == latest) {
                return;
            }
            latest = catalog;
            waiting.removeIf(each -> each.news.isDone());
            for (Waiting each : List.copyOf(waiting)) {
                if (catalog.version() > each.known) {
                    waiting.remove(each);
                    hear.add(each);
                }
            }
        }
        if (!hear.isEmpty()) {
            byte[] bytes = now();
            hear.forEach(each -> each.news.complete(bytes));
        }
    }

    /** The catalog as it is. */
    synchronized byte[] now() {
        if (encoded.catalog != latest) {
            encoded = new Encoded(latest, CatalogCodec.encode(latest));
        }
        return encoded.bytes;
    }

    /** The catalog once its version is greater than {@code known}; who tires completes it. */
    synchronized CompletableFuture<byte[]> after(long known) {
        if (latest.version() > known) {
            return CompletableFuture.completedFuture(now());
        }
        waiting.removeIf(each -> each.news.isDone());
        Waiting mine = new Waiting(known, new CompletableFuture<>());
        waiting.add(mine);
        return mine.news;
    }
}
