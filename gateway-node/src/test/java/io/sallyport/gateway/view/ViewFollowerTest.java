package io.sallyport.gateway.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.GatewayId;
import io.sallyport.store.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ViewFollowerTest {

    private final List<String> calls = new ArrayList<>();
    private final List<Runnable> acknowledgements = new ArrayList<>();
    private final ViewFollower follower =
            new ViewFollower(
                    new ViewFollower.Obeying() {
                        @Override
                        public void prepare(NodeView view) {
                            calls.add("prepare " + view.catalogVersion());
                        }

                        @Override
                        public void swap(NodeView view, Runnable applied) {
                            calls.add("swap " + view.catalogVersion());
                            acknowledgements.add(applied);
                        }

                        @Override
                        public void follow(
                                Catalog catalog,
                                NodeView view,
                                Function<GatewayId, Optional<Integer>> index) {
                            calls.add("follow " + view.catalogVersion());
                        }
                    });

    @Test
    void letsTheBoxLetGoBeforePacketsSeeTheView() {
        follower.catalog(new Catalog(3, List.of()));
        assertThat(calls).containsExactly("prepare 3", "swap 3", "follow 3");
    }

    @Test
    void tellsAVersionOnlyOnceThePacketsObeyIt() {
        follower.catalog(new Catalog(3, List.of()));
        follower.catalog(new Catalog(5, List.of()));
        assertThat(follower.appliedVersion()).isZero();
        acknowledgements.get(0).run();
        assertThat(follower.appliedVersion()).isEqualTo(3);
        acknowledgements.get(1).run();
        assertThat(follower.appliedVersion()).isEqualTo(5);
    }

    @Test
    void neverGoesBackToAnOlderCatalog() {
        follower.catalog(new Catalog(5, List.of()));
        follower.catalog(new Catalog(4, List.of()));
        follower.catalog(new Catalog(5, List.of()));
        assertThat(calls).containsExactly("prepare 5", "swap 5", "follow 5");
    }

    @Test
    void takesTheEmptyCatalogOfANewStoreAsAFirstView() throws InterruptedException {
        assertThat(follower.awaitFirst(0)).isFalse();
        follower.catalog(Catalog.EMPTY);
        assertThat(follower.awaitFirst(0)).isTrue();
    }
}
