package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.operator.Cluster;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.Trust;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores come and go while clients work; nothing that was acknowledged is lost. */
class StoreChangesTest {

    private static final RaftSettings.Cut SOON = new RaftSettings.Cut(300, 64 << 10);

    @TempDir private Path disk;

    private static final String REMOTES = "198.51.100.";

    /** Asks for ports of several destinations, one after the other, until told to stop. */
    private static final class Load implements AutoCloseable {
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger granted = new AtomicInteger();
        private final Thread thread;

        private Load(StoreClient client, AllocatorResult.Joined joined, LeaseKey key) {
            thread = Thread.ofVirtual().start(() -> run(client, joined, key));
        }

        private void run(StoreClient client, AllocatorResult.Joined joined, LeaseKey key) {
            for (int i = 0; !stop.get(); i++) {
                Destination towards =
                        new Destination(
                                Protocol.TCP, IpAddress.parse(REMOTES + (1 + i % 200)), 443);
                LeaseKey one = new LeaseKey(key.eip(), key.poolGeneration(), towards);
                var result =
                        (AllocatorResult.Granted)
                                Outcomes.done(
                                        client,
                                        TestCommands.acquire(
                                                joined.incarnation(),
                                                one,
                                                1,
                                                joined.membership().epoch()));
                boolean fresh = acknowledged.add(towards + " " + result.ports().get(0));
                if (!fresh) {
                    throw new AssertionError("given twice: " + towards);
                }
                granted.incrementAndGet();
            }
        }

        private void goesOn() {
            int before = granted.get();
            await().atMost(Outcomes.PATIENCE).until(() -> granted.get() > before + 20);
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            thread.join();
        }
    }

    @Test
    void storesAreAddedReplacedAndRemovedUnderLoadAndNothingIsLost() throws Exception {
        try (TestStores stores = new TestStores(3, disk, SOON, 2).startAll();
                // It learns of later stores from these.
                StoreClient client =
                        StoreClients.connect(
                                Map.of(
                                        "store-1", stores.front("store-1"),
                                        "store-2", stores.front("store-2")),
                                Trust.plain(TestStores.CLUSTER))) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            Cluster operator =
                    new Cluster(
                            Trust.plain(TestStores.CLUSTER),
                            Map.of("store-2", stores.front("store-2")));
            Load load = new Load(client, joined, key);
            try (load) {
                load.goesOn();
                stores.startNewcomer("store-4");
                operator.change(List.of(stores.address("store-4")), List.of());
                assertThat(members(operator, stores))
                        .containsExactly("store-1", "store-2", "store-3", "store-4");
                load.goesOn();

                // One that leads is replaced.
                String leader = stores.leader(1).orElseThrow();
                stores.startNewcomer("store-5");
                operator.change(List.of(stores.address("store-5")), List.of());
                operator.change(List.of(), List.of(leader));
                stores.stop(leader);
                load.goesOn();

                // One that is gone for good is removed.
                String gone = leader.equals("store-3") ? "store-1" : "store-3";
                stores.stop(gone);
                operator.change(List.of(), List.of(gone));
                assertThat(members(operator, stores)).doesNotContain(leader, gone).hasSize(3);
                load.goesOn();
            }
            Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
            Set<String> left = new HashSet<>();
            await().atMost(Outcomes.PATIENCE)
                    .until(() -> {
                        left.clear();
                        Outcomes.orphans(client)
                                .forEach(orphan ->
                                        orphan.ports().stream()
                                                .forEach(port ->
                                                        left.add(
                                                                orphan.key().destination()
                                                                        + " "
                                                                        + port)));
                        return left.size() >= load.acknowledged.size();
                    });
            assertThat(left).isEqualTo(load.acknowledged);
        }
    }

    /** As all stores say, for all groups. */
    private static List<String> members(Cluster operator, TestStores stores) {
        Cluster.Look look = operator.look();
        StoreStatus newest =
                look.statuses().stream()
                        .max(java.util.Comparator.comparingLong(s -> s.stores().asOf()))
                        .orElseThrow();
        return newest.stores().ids();
    }

    @Test
    void theLeadIsHandedOverWhenAStoreIsStopped() throws Exception {
        try (TestStores stores = new TestStores(3, disk, SOON, 2).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            try (Load load = new Load(client, joined, key)) {
                load.goesOn();
                String leader = stores.leader(1).orElseThrow();
                stores.stop(leader);
                load.goesOn();
                assertThat(stores.leader(1))
                        .isPresent()
                        .isNotEqualTo(java.util.Optional.of(leader));
            }
        }
    }
}
