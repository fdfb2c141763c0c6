package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.raft.RaftSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ratis' own transport in the place of ours; the whole suite runs over it with {@code
 * -Dstore.transport=grpc}.
 */
class GrpcStoresTest {

    private static final RaftSettings.Cut SOON = new RaftSettings.Cut(100, 8 << 10);

    @TempDir private Path disk;

    @Test
    void storesAgreeOverGrpcAndOneThatWasAwayCatchesUp() throws Exception {
        try (TestStores stores =
                        new TestStores(3, disk, SOON).over(StoreConfig.Transport.GRPC).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            stores.stop("store-3");
            for (int i = 0; i < 300; i++) {
                assertThat(
                                Outcomes.done(
                                        client,
                                        TestCommands.acquire(
                                                joined.incarnation(),
                                                key,
                                                1,
                                                joined.membership().epoch())))
                        .isInstanceOf(AllocatorResult.Granted.class);
            }
            stores.start("store-3");
            await().atMost(Outcomes.PATIENCE)
                    .until(() ->
                            stores.get("store-3").status().groups().get(1).applied()
                                    >= stores.get("store-1").status().groups().get(1).applied());
            assertThat(stores.get("store-3").status().destinations()).isEqualTo(1);
            assertThat(stores.fatal).isEmpty();
        }
    }
}
