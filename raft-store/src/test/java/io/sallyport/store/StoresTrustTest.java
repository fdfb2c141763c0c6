package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.operator.Cluster;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores that show certificates, and those who come to them. */
class StoresTrustTest {

    private static final RaftSettings.Cut NEVER = new RaftSettings.Cut(1 << 20, 1 << 20);
    private static final Authority AUTHORITY = Authority.found(TestStores.CLUSTER);
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir private Path disk = Path.of("/");

    private Trust trust(Authority authority, String cluster, Role role, String id)
            throws IOException {
        MemberName me = new MemberName(cluster, role, id);
        return Trust.open(
                me,
                Optional.of(
                        authority.issue(me, List.of(), Files.createTempDirectory(disk, "guest"))));
    }

    private Trust member(Role role, String id) throws IOException {
        return trust(AUTHORITY, TestStores.CLUSTER, role, id);
    }

    private static StoreClient client(TestStores stores, Trust trust) {
        Map<String, Endpoint> fronts = new TreeMap<>();
        stores.ids().forEach(id -> fronts.put(id, stores.front(id)));
        return StoreClients.connect(fronts, trust);
    }

    private static AllocatorCommand join(String node) {
        return new AllocatorCommand.Join(
                new NodeId(node),
                "machine/boot",
                Endpoint.parse("192.0.2.1:1"),
                Endpoint.parse("192.0.2.1:2"));
    }

    @ParameterizedTest
    @EnumSource(StoreConfig.Transport.class)
    void storesThatKnowEachOtherAgreeAndServeThoseTheyKnow(StoreConfig.Transport transport)
            throws Exception {
        try (TestStores stores =
                        new TestStores(3, disk, NEVER)
                                .secured(AUTHORITY)
                                .over(transport)
                                .startAll();
                StoreClient node = client(stores, member(Role.NODE, "gw-1"));
                StoreClient plain = stores.client();
                StoreClient other =
                        client(
                                stores,
                                trust(
                                        Authority.found(TestStores.CLUSTER),
                                        TestStores.CLUSTER,
                                        Role.NODE,
                                        "gw-1"))) {
            assertThat(node.submit(join("gw-1"), Outcomes.PATIENCE).get())
                    .isInstanceOf(Outcome.Done.class);
            assertThat(plain.members(SOON).get()).isNotInstanceOf(Outcome.Done.class);
            assertThat(other.members(SOON).get()).isNotInstanceOf(Outcome.Done.class);
            Cluster.Look look =
                    new Cluster(
                                    member(Role.OPERATOR, "ann"),
                                    Map.of("store-1", stores.front("store-1")))
                            .look();
            assertThat(look.statuses()).hasSize(3);
            assertThat(metrics(stores, "store-1"))
                    .contains("sallyport_certificate_expires_seconds");
            assertThat(
                            stores.ids().stream()
                                    .mapToDouble(id -> refused(stores, id, "not_tls"))
                                    .sum())
                    .isPositive();
        }
    }

    @Test
    void aNodeSpeaksForItselfAlone() throws Exception {
        try (TestStores stores = new TestStores(1, disk, NEVER).secured(AUTHORITY).startAll();
                StoreClient one = client(stores, member(Role.NODE, "gw-1"));
                StoreClient two = client(stores, member(Role.NODE, "gw-2"));
                StoreClient operator = client(stores, member(Role.OPERATOR, "ann"))) {
            var joined = one.submit(join("gw-1"), Outcomes.PATIENCE).get();
            assertThat(joined).isInstanceOf(Outcome.Done.class);
            var life =
                    ((AllocatorResult.Joined) ((Outcome.Done<AllocatorResult>) joined).value())
                            .incarnation();
            assertThat(two.submit(join("gw-1"), SOON).get())
                    .isEqualTo(new Outcome.Refused<>(sentence("speak for node gw-1")));
            assertThat(two.submit(new AllocatorCommand.Leave(life), SOON).get())
                    .isEqualTo(new Outcome.Refused<>(sentence("speak for node gw-1")));
            assertThat(two.submit(new AllocatorCommand.Fence(new NodeId("gw-1")), SOON).get())
                    .isEqualTo(new Outcome.Refused<>(sentence("fence a node")));
            Membership unharmed =
                    ((Outcome.Done<Membership>) two.members(Outcomes.PATIENCE).get()).value();
            assertThat(unharmed.notDead()).hasSize(1);
            assertThat(
                            operator.submit(
                                            new AllocatorCommand.Fence(new NodeId("gw-1")),
                                            Outcomes.PATIENCE)
                                    .get())
                    .isInstanceOf(Outcome.Done.class);
        }
    }

    private static String sentence(String end) {
        return "sallyport://" + TestStores.CLUSTER + "/node/gw-2 may not " + end;
    }

    @Test
    void aStoreWithAnothersAuthorityIsNoMember() throws Exception {
        try (TestStores stores = new TestStores(3, disk, NEVER).secured(AUTHORITY)) {
            stores.start("store-1");
            stores.secured(Authority.found(TestStores.CLUSTER)).start("store-2");
            await().atMost(Outcomes.PATIENCE)
                    .until(() -> refused(stores, "store-1", "not_signed") > 0);
            assertThat(stores.leader(0)).isEmpty();
            stores.secured(AUTHORITY).start("store-3");
            await().atMost(Outcomes.PATIENCE).until(() -> stores.leader(0).isPresent());
            assertThat(stores.leader(0).orElseThrow()).isNotEqualTo("store-2");
            assertThat(stores.get("store-2").status().control().committed()).isLessThan(1);
        }
    }

    private static String metrics(TestStores stores, String id) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://" + stores.management(id) + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double refused(TestStores stores, String id, String reason) {
        String series = "sallyport_refused_total{reason=\"" + reason + "\"} ";
        return metrics(stores, id)
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElse(0);
    }
}
