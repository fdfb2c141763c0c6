package io.sallyport.store.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.CatalogCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CatalogWatchTest {

    private final CatalogWatch watch = new CatalogWatch();

    private static long version(CompletableFuture<byte[]> news) {
        return CatalogCodec.decodeCatalog(news.join()).version();
    }

    @Test
    void whoKnowsAnOlderOneIsAnsweredAtOnce() {
        watch.saw(new Catalog(5, List.of()));
        assertThat(version(watch.after(4))).isEqualTo(5);
        assertThat(watch.after(5)).isNotDone();
        assertThat(CatalogCodec.decodeCatalog(watch.now()).version()).isEqualTo(5);
    }

    @Test
    void whoWaitsHearsTheFirstThatIsNewer() {
        CompletableFuture<byte[]> one = watch.after(3);
        CompletableFuture<byte[]> two = watch.after(6);
        watch.saw(new Catalog(5, List.of()));
        assertThat(version(one)).isEqualTo(5);
        assertThat(two).isNotDone();
        watch.saw(new Catalog(7, List.of()));
        assertThat(version(two)).isEqualTo(7);
    }
}
