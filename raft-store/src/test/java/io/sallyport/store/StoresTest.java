package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Orphan;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource;
import io.sallyport.store.client.CatalogFeed;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.raft.PortBusyException;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole stores, over real sockets and real disks. */
class StoresTest {

    @TempDir private Path disk;

    private static final IpAddress REMOTE = IpAddress.parse("2001:db8::9");
    private static final RaftSettings.Cut NEVER = new RaftSettings.Cut(1_000_000, 1 << 20);
    private static final RaftSettings.Cut SOON = new RaftSettings.Cut(100, 8 << 10);

    @Test
    void aCommandIsObeyedOnEveryStore() throws IOException {
        try (TestStores stores = new TestStores(3, disk, NEVER).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            var granted =
                    (AllocatorResult.Granted)
                            Outcomes.done(
                                    client,
                                    TestCommands.acquire(
                                            joined.incarnation(),
                                            key,
                                            16,
                                            joined.membership().epoch()));
            assertThat(new HashSet<>(granted.ports().toList())).hasSize(16);
            await().atMost(Outcomes.PATIENCE)
                    .untilAsserted(() -> {
                        for (String id : stores.ids()) {
                            assertThat(stores.get(id).status().destinations()).isEqualTo(1);
                            assertThat(stores.get(id).status().membership())
                                    .isEqualTo(joined.membership());
                        }
                    });
            assertThat(stores.fatal).isEmpty();
        }
    }

    @Test
    void severalGroupsShareTheLeasesAndEveryNumberOfThemIsTheClustersOwn() throws IOException {
        try (TestStores stores = new TestStores(3, disk, NEVER, 3).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            for (int port = 1; port <= 30; port++) {
                Destination towards = new Destination(key.destination().protocol(), REMOTE, port);
                LeaseKey one = new LeaseKey(key.eip(), key.poolGeneration(), towards);
                assertThat(
                                Outcomes.done(
                                        client,
                                        TestCommands.acquire(
                                                joined.incarnation(),
                                                one,
                                                2,
                                                joined.membership().epoch())))
                        .isInstanceOf(AllocatorResult.Granted.class);
            }
            String leader = stores.leader(0).orElseThrow();
            await().atMost(Outcomes.PATIENCE)
                    .until(() -> stores.get(leader).status().destinations() == 30);
            assertThat(stores.get(leader).status().groups())
                    .filteredOn(group -> group.leases().destinations() > 0)
                    .hasSize(3);

            // Who leaves holds nothing when all groups know it, and is forgotten when it is free.
            Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
            await().atMost(Outcomes.PATIENCE).until(() -> Outcomes.orphans(client).size() == 30);
            for (Orphan orphan : Outcomes.orphans(client)) {
                Outcomes.done(
                        client,
                        new AllocatorCommand.Reconciled(
                                orphan.dead(),
                                orphan.key(),
                                orphan.ports(),
                                Outcomes.done(client.members(Outcomes.PATIENCE)).epoch()));
            }
            await().atMost(Outcomes.PATIENCE)
                    .until(() ->
                            Outcomes.done(client.members(Outcomes.PATIENCE)).members().isEmpty());
            assertThat(stores.fatal).isEmpty();
        }
    }

    @Test
    void anotherNumberOfLeaseGroupsThanTheClustersOwnIsRefused() throws IOException {
        try (TestStores stores = new TestStores(1, disk, NEVER, 2).startAll();
                StoreClient client = stores.client()) {
            Outcomes.done(client, TestCommands.tenant(1));
            await().atMost(Outcomes.PATIENCE)
                    .until(() -> stores.get("store-1").status().control().applied() > 1);
            stores.stop("store-1");
        }
        try (TestStores more = new TestStores(1, disk, NEVER, 3).startAll()) {
            await().atMost(Outcomes.PATIENCE).until(() -> !more.fatal.isEmpty());
            assertThat(more.fatal.getFirst())
                    .hasMessageContaining("the cluster has 2 lease groups");
        }
        assertThatThrownBy(() -> new TestStores(1, disk, NEVER, 1).startAll())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("with 1 lease groups");
    }

    @Test
    void theDeathOfALeaderLosesNothingAndAppliesNothingTwice() throws IOException {
        try (TestStores stores = new TestStores(3, disk, NEVER).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                answers.add(
                        client.submit(
                                TestCommands.acquire(
                                        joined.incarnation(), key, 1, joined.membership().epoch()),
                                Outcomes.PATIENCE));
                if (i == 1_000) {
                    answers.get(500).join();
                    stores.stop(stores.leader(1).orElseThrow());
                }
            }
            Set<Integer> ports = new HashSet<>();
            for (var answer : answers) {
                var granted = (AllocatorResult.Granted) Outcomes.done(answer);
                assertThat(granted.ports().size()).isEqualTo(1);
                assertThat(ports.addAll(granted.ports().toList())).isTrue();
            }
            // Had a retry been applied twice, the dead would leave ports that nobody was told of.
            Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
            await().atMost(Outcomes.PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
            Set<Integer> left = new HashSet<>();
            Outcomes.orphans(client).stream().map(o -> o.ports().toList()).forEach(left::addAll);
            assertThat(left).isEqualTo(ports);
            assertThat(stores.fatal).isEmpty();
        }
    }

    @Test
    void aFreshDiskCatchesUpByACheckpointAndARestartKnowsAll() throws IOException {
        try (TestStores stores = new TestStores(3, disk, SOON)) {
            stores.start("store-1");
            stores.start("store-2");
            try (StoreClient client = stores.client()) {
                LeaseKey key = Outcomes.attachEip(client);
                AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
                for (int i = 0; i < 700; i++) {
                    Outcomes.done(
                            client,
                            TestCommands.acquire(
                                    joined.incarnation(), key, 2, joined.membership().epoch()));
                }
                String leader = stores.leader(1).orElseThrow();
                await().atMost(Outcomes.PATIENCE)
                        .until(() -> stores.get(leader).status().groups().get(1).logStart() > 0);

                stores.start("store-3");
                long applied = stores.get(leader).status().groups().get(1).applied();
                await().atMost(Outcomes.PATIENCE)
                        .until(() ->
                                stores.get("store-3").status().groups().get(1).applied()
                                        >= applied);
                assertThat(stores.get("store-3").status().groups().get(1).checkpoint())
                        .isPositive();
                await().atMost(Outcomes.PATIENCE)
                        .untilAsserted(() -> {
                            assertThat(stores.get("store-3").status().membership())
                                    .isEqualTo(stores.get(leader).status().membership());
                            assertThat(stores.get("store-3").status().catalogVersion())
                                    .isEqualTo(stores.get(leader).status().catalogVersion());
                        });
                assertThat(copies(stores.directory(leader))).isBetween(1L, 2L);

                for (String id : stores.ids()) {
                    stores.stop(id);
                }
                stores.startAll();
                Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
                await().atMost(Outcomes.PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
                assertThat(Outcomes.orphans(client).getFirst().ports().size()).isEqualTo(1_400);
                assertThat(
                                Outcomes.done(client.catalogAfter(0, Duration.ZERO))
                                        .all(Resource.ElasticIp.class))
                        .hasSize(1);
            }
            assertThat(stores.fatal).isEmpty();
        }
    }

    private static long copies(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.getFileName().toString().startsWith("checkpoint."))
                    .count();
        }
    }

    @Test
    void aSilentMemberThatItsPeersMissIsPutAwayAndReturns() throws IOException {
        try (TestStores stores = new TestStores(1, disk, NEVER).startAll();
                StoreClient client = stores.client()) {
            AllocatorResult.Joined silent = Outcomes.join(client, "gw-1");
            AllocatorResult.Joined talking = Outcomes.join(client, "gw-2");
            await().atMost(Outcomes.PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            Outcomes.done(client, TestCommands.renew(talking.incarnation(), "gw-1"))
                                            instanceof AllocatorResult.Renewed renewed
                                    && !renewed.membership().isLive(silent.incarnation()));
            Outcomes.done(client, TestCommands.renew(talking.incarnation()));
            var back =
                    (AllocatorResult.Renewed)
                            Outcomes.done(client, TestCommands.renew(silent.incarnation()));
            assertThat(back.membership().live()).extracting(Member::node).hasSize(2);
            assertThat(back.membership().epoch()).isGreaterThan(talking.membership().epoch());
        }
    }

    @Test
    void aFeedHearsEachCatalogAndSurvivesAnOutage() throws IOException {
        try (TestStores stores = new TestStores(1, disk, NEVER).startAll();
                StoreClient client = stores.client()) {
            List<Catalog> heard = new CopyOnWriteArrayList<>();
            try (CatalogFeed feed = CatalogFeed.follow(client, heard::add)) {
                await().atMost(Outcomes.PATIENCE).until(() -> !heard.isEmpty());
                assertThat(heard.getFirst()).isEqualTo(Catalog.EMPTY);
                Outcomes.done(client, TestCommands.tenant(1));
                await().atMost(Outcomes.PATIENCE)
                        .until(() -> heard.getLast().resources().size() == 1);

                stores.stop("store-1");
                assertThat(client.members(Duration.ofMillis(300)).join())
                        .isInstanceOf(Outcome.Refused.class);
                stores.start("store-1");
                Outcomes.done(client, TestCommands.tenant(2));
                await().atMost(Outcomes.PATIENCE)
                        .until(() -> heard.getLast().resources().size() == 2);
                assertThat(feed.version()).isPositive();
                assertThat(heard).extracting(Catalog::version).isSorted().doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void deadStoresAreAnsweredByTheDeadline() throws IOException {
        Endpoint nobody = TestStores.freePorts(1).getFirst();
        try (StoreClient client =
                StoreClients.connect(Map.of("store-1", nobody), Trust.plain(TestStores.CLUSTER))) {
            long began = System.nanoTime();
            assertThat(client.submit(TestCommands.tenant(1), Duration.ofMillis(300)).join())
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(client.members(Duration.ofMillis(300)).join())
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE_MAX);
        }
    }

    private static final Duration PATIENCE_MAX = Duration.ofSeconds(10);

    @Test
    void aClientOfAnotherClusterIsRefused() throws IOException {
        try (TestStores stores = new TestStores(1, disk, NEVER).startAll();
                StoreClient stranger =
                        StoreClients.connect(
                                Map.of("store-1", stores.front("store-1")),
                                Trust.plain("another"))) {
            assertThat(stranger.submit(TestCommands.tenant(1), Duration.ofMillis(500)).join())
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.reason()).contains("cluster test"));
        }
    }

    @Test
    void aTakenPortIsSaidInOurOwnWords() throws IOException {
        TestStores stores = new TestStores(1, disk, NEVER);
        for (Endpoint taken :
                List.of(
                        stores.config("store-1").front(),
                        stores.config("store-1").raftPeers().values().iterator().next(),
                        stores.management("store-1"))) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(taken.address().toInetAddress(), taken.port()));
                assertThatThrownBy(() -> stores.start("store-1"))
                        .isInstanceOf(PortBusyException.class)
                        .hasMessageContaining(taken.toString());
            }
        }
        // And nothing of the failed starts holds the directory or a port.
        stores.start("store-1");
        stores.close();
    }

    @Test
    void aDirectoryOfAnotherClusterIsLeftAlone() throws IOException {
        try (TestStores stores = new TestStores(1, disk, NEVER)) {
            stores.start("store-1");
            stores.stop("store-1");
            StoreConfig ours = stores.config("store-1");
            StoreConfig theirs =
                    new StoreConfig(
                            "another",
                            ours.storeId(),
                            ours.directory(),
                            ours.raftPeers(),
                            ours.frontPeers(),
                            ours.leaseGroups(),
                            ours.join(),
                            ours.transport(),
                            ours.management(),
                            ours.tls());
            assertThatThrownBy(() -> new StoreServer(theirs, NEVER, stores.fatal::add))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a cluster that is not another");
        }
    }

    @Test
    void metricsStatusAndHealthAreRead() throws Exception {
        try (TestStores stores = new TestStores(1, disk, NEVER).startAll();
                StoreClient client = stores.client();
                HttpClient http = HttpClient.newHttpClient()) {
            Outcomes.join(client, "gw-1");
            await().atMost(Outcomes.PATIENCE)
                    .until(() -> get(http, stores, "/health").statusCode() == 200);
            await().atMost(Outcomes.PATIENCE).until(() -> stores.leader(1).isPresent());
            assertThat(get(http, stores, "/status").body())
                    .contains("\"role\":\"leader\"")
                    .contains("\"node\":\"gw-1\"");
            assertThat(get(http, stores, "/metrics").body())
                    .contains("sallyport_store_commit_seconds_count")
                    .contains("sallyport_store_leads{group=\"1\"} 1.0")
                    .contains("sallyport_store_members{status=\"live\"} 1.0")
                    .contains("jvm_memory_used_bytes");
            assertThat(get(http, stores, "/nothing").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(HttpClient http, TestStores stores, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + stores.management("store-1") + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
