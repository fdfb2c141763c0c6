package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.net.IpAddress;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.raft.RaftSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stores keep while some of them are away, paused, or reached by another family. */
class DurabilityTest {

    @TempDir private Path disk;

    /** Ports that somebody was told of. */
    private final Set<Integer> acknowledged = new HashSet<>();

    private void acquire(
            StoreClient client, AllocatorResult.Joined joined, LeaseKey key, int count) {
        List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(
                    client.submit(
                            TestCommands.acquire(
                                    joined.incarnation(), key, 2, joined.membership().epoch()),
                            Outcomes.PATIENCE));
        }
        for (var answer : answers) {
            var granted = (AllocatorResult.Granted) Outcomes.done(answer);
            for (int port : granted.ports().toList()) {
                assertThat(acknowledged.add(port)).as("port %d", port).isTrue();
            }
        }
    }

    /** The dead hold what they were told of, and nothing else. */
    private void assertNothingLost(StoreClient client, AllocatorResult.Joined joined) {
        Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
        await().atMost(Outcomes.PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
        Set<Integer> left = new HashSet<>();
        Outcomes.orphans(client).forEach(orphan -> left.addAll(orphan.ports().toList()));
        assertThat(left).isEqualTo(acknowledged);
    }

    @Test
    void aStoreThatTheLogLeftBehindGetsACheckpointInThePlaceOfItsOwn() throws Exception {
        RaftSettings.Cut soon = new RaftSettings.Cut(50, 8 << 10);
        try (TestStores stores = new TestStores(3, disk, soon).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            for (int i = 0; i < 120; i++) {
                acquire(client, joined, key, 1);
            }
            stores.stop("store-3");
            for (int i = 0; i < 300; i++) {
                acquire(client, joined, key, 1);
            }
            long before = stores.get("store-1").status().groups().get(1).applied();
            stores.start("store-3");
            await().atMost(Outcomes.PATIENCE)
                    .until(() ->
                            stores.get("store-3").status().groups().get(1).applied() >= before);
            assertThat(stores.get("store-3").status().groups().get(1).logStart())
                    .isGreaterThan(100);

            // What it received is what it starts from.
            stores.stop("store-3");
            assertThat(leftovers()).isEmpty();
            stores.start("store-3");
            acquire(client, joined, key, 20);
            stores.stop("store-1");
            acquire(client, joined, key, 20);
            assertNothingLost(client, joined);
            assertThat(stores.fatal).isEmpty();
        }
    }

    /** What Ratis and we put aside while a checkpoint is received. */
    private List<Path> leftovers() throws Exception {
        try (Stream<Path> all = Files.walk(disk.resolve("store-3"))) {
            return all.filter(
                            path -> {
                                String name = path.getFileName().toString();
                                return name.startsWith("sm.tmp")
                                        || name.startsWith("snapshot-")
                                        || name.equals("checkpoint.making");
                            })
                    .toList();
        }
    }

    @Test
    void storesTalkOverIpv6AndFindTheirStateAgain() throws Exception {
        IpAddress loopback = IpAddress.parse("::1");
        RaftSettings.Cut soon = new RaftSettings.Cut(20, 8 << 10);
        try (TestStores stores = new TestStores(3, disk, soon, 1, loopback).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            acquire(client, joined, key, 50);
            for (String id : stores.ids()) {
                stores.stop(id);
            }
            stores.startAll();
            acquire(client, joined, key, 50);
            stores.stop(stores.leader(1).orElse("store-1"));
            acquire(client, joined, key, 50);
            assertNothingLost(client, joined);
            assertThat(stores.fatal).isEmpty();
        }
    }

    @Test
    void aStoreThatIsStoppedForFiveSecondsHoldsNobodyUpAndComesBack() throws Exception {
        try (StoreProcesses stores = new StoreProcesses(3, disk).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            acquire(client, joined, key, 100);
            String paused = stores.leader().orElseThrow();
            stores.pause(paused);
            long began = System.nanoTime();
            acquire(client, joined, key, 1);
            System.out.printf(
                    "a commit %d ms after SIGSTOP of the leader%n",
                    Duration.ofNanos(System.nanoTime() - began).toMillis());
            // Waits for nothing: the time itself is what is tested.
            while (System.nanoTime() - began < Duration.ofSeconds(5).toNanos()) {
                acquire(client, joined, key, 5);
            }
            stores.resume(paused);
            String other = stores.ids().stream().filter(id -> !id.equals(paused)).findAny().get();
            List<Long> applied = stores.applied(other);
            await().atMost(Outcomes.PATIENCE).until(() -> stores.reaches(paused, applied));
            // It counts again: without it there would be no majority now.
            stores.kill(other);
            acquire(client, joined, key, 20);
            assertNothingLost(client, joined);
            Optional<String> leader = stores.leader();
            assertThat(leader).isPresent();
        }
    }
}
