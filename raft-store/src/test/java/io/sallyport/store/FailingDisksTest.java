package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.disk.LoopDisk;
import io.sallyport.store.disk.PowerCut;
import io.sallyport.store.disk.TestDisk;
import io.sallyport.store.raft.DiskException;
import io.sallyport.store.raft.RaftSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are really full, and whole processes on them. */
@Tag("privileged")
class FailingDisksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path disk;

    @Test
    void aFullDiskStopsItsStoreAloneAndNothingAcknowledgedIsLost() throws Exception {
        try (TestDisk small = TestDisk.small(disk.resolve("small"), 64 << 20);
                StoreProcesses stores = new StoreProcesses(3, disk)) {
            Path place = small.place().resolve("state");
            stores.place("store-3", place, small::inside);
            stores.startAll();
            try (StoreClient client = stores.client()) {
                LeaseKey key = Outcomes.attachEip(client);
                AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
                Set<Integer> ports = new HashSet<>();
                acquire(client, joined, key, 500, ports);
                small.fill(100_000);
                await().atMost(PATIENCE)
                        .until(() -> {
                            acquire(client, joined, key, 500, ports);
                            return !stores.process("store-3").isAlive();
                        });
                assertThat(stores.process("store-3").exitValue()).isEqualTo(5);
                assertThat(stores.errors("store-3"))
                        .contains("the store cannot go on: ")
                        .contains("the disk under " + place)
                        .contains("No space left on device");
                // The others go on.
                acquire(client, joined, key, 500, ports);

                small.free();
                assertComesBackWithout("store-1", stores, client, joined, ports);
            }
        }
    }

    /** Store-3 starts again, and with the other one it has all that was acknowledged. */
    private static void assertComesBackWithout(
            String killed,
            StoreProcesses stores,
            StoreClient client,
            AllocatorResult.Joined joined,
            Set<Integer> ports)
            throws Exception {
        stores.start("store-3");
        stores.awaitReady("store-3");
        List<Long> applied = stores.applied(killed);
        await().atMost(PATIENCE).until(() -> stores.reaches("store-3", applied));
        stores.kill(killed);
        assertNothingLost(client, joined, ports);
    }

    private static void assertNothingLost(
            StoreClient client, AllocatorResult.Joined joined, Set<Integer> ports) {
        Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
        await().atMost(PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
        Set<Integer> left = new HashSet<>();
        Outcomes.orphans(client).forEach(each -> each.ports().stream().forEach(left::add));
        assertThat(left).isEqualTo(ports);
    }

    private static void acquire(
            StoreClient client,
            AllocatorResult.Joined joined,
            LeaseKey key,
            int count,
            Set<Integer> ports) {
        collect(submit(client, joined, key, count), ports);
    }

    private static List<CompletableFuture<Outcome<AllocatorResult>>> submit(
            StoreClient client, AllocatorResult.Joined joined, LeaseKey key, int count) {
        List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(
                    client.submit(
                            TestCommands.acquire(
                                    joined.incarnation(), key, 4, joined.membership().epoch()),
                            PATIENCE));
        }
        return answers;
    }

    private static void collect(
            List<CompletableFuture<Outcome<AllocatorResult>>> answers, Set<Integer> ports) {
        for (var answer : answers) {
            if (Outcomes.done(answer) instanceof AllocatorResult.Granted granted) {
                granted.ports().stream()
                        .forEach(port -> assertThat(ports.add(port)).as("%d", port).isTrue());
            }
        }
    }

    @Test
    void aDiskThatFailsToSyncStopsItsStoreAloneAndNothingAcknowledgedIsLost() throws Exception {
        LoopDisk loop = LoopDisk.make(disk, 64 << 20);
        try (StoreProcesses stores = new StoreProcesses(3, disk)) {
            Path place = loop.place().resolve("state");
            stores.place("store-3", place, loop::inside);
            stores.startAll();
            try (StoreClient client = stores.client()) {
                LeaseKey key = Outcomes.attachEip(client);
                AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
                Set<Integer> ports = new HashSet<>();
                acquire(client, joined, key, 200, ports);
                PowerCut.of(seen(stores, "store-3", loop.place()));
                await().atMost(PATIENCE)
                        .until(() -> {
                            acquire(client, joined, key, 50, ports);
                            return !stores.process("store-3").isAlive();
                        });
                assertThat(stores.process("store-3").exitValue()).isEqualTo(5);
                assertThat(stores.errors("store-3"))
                        .contains("the disk under " + place)
                        .contains("Input/output error");
                assertComesBackWithout("store-1", stores, client, joined, ports);
            }
        }
    }

    @Test
    void aWholeRackWithoutPowerKeepsWhatItAcknowledged() throws Exception {
        try (StoreProcesses stores = new StoreProcesses(3, disk)) {
            Map<String, LoopDisk> loops = new TreeMap<>();
            for (String id : stores.ids()) {
                Path own = Files.createDirectories(disk.resolve("loop-" + id));
                LoopDisk loop = LoopDisk.make(own, 64 << 20);
                loops.put(id, loop);
                stores.place(id, loop.place().resolve("state"), loop::inside);
            }
            stores.startAll();
            Set<Integer> ports = new HashSet<>();
            try (StoreClient client = stores.client()) {
                LeaseKey key = Outcomes.attachEip(client);
                AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
                List<CompletableFuture<Outcome<AllocatorResult>>> answers =
                        submit(client, joined, key, 2_000);
                answers.get(200).join();
                for (var loop : loops.entrySet()) {
                    PowerCut.of(seen(stores, loop.getKey(), loop.getValue().place()));
                }
                for (String id : stores.ids()) {
                    stores.kill(id);
                }
                stores.startAll();
                // What was under way is sent again by the client, and applied once.
                collect(answers, ports);
                assertNothingLost(client, joined, ports);
            }
        }
    }

    /** A place inside a process's own mounts, as seen from here. */
    private static Path seen(StoreProcesses stores, String id, Path place) {
        return Path.of("/proc/" + stores.process(id).pid() + "/root" + place);
    }

    @Test
    void aCheckpointWithoutRoomStopsTheStoreAndTheNextStartHasAll() throws Exception {
        RaftSettings.Cut soon = new RaftSettings.Cut(200, 4 << 20);
        Set<Integer> ports = new HashSet<>();
        try (TestDisk small = TestDisk.small(disk.resolve("small"), 32 << 20);
                TestStores stores = new TestStores(1, small.seen(), soon, 1).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            acquire(client, joined, key, 1, ports);
            // The log has laid out a megabyte in advance; rows and their files have no such thing.
            small.fill(40_000);
            await().atMost(PATIENCE)
                    .until(() -> {
                        for (int i = 0; i < 50; i++) {
                            acquire(client, joined, key, 1, ports); // One entry each.
                        }
                        return !stores.fatal.isEmpty();
                    });
            assertThat(stores.fatal)
                    .allSatisfy(cause ->
                            assertThat(cause)
                                    .isInstanceOf(DiskException.class)
                                    .hasMessageContaining("the disk under " + small.seen())
                                    .hasMessageContaining("does not take a checkpoint")
                                    .hasMessageContaining("No space left on device"));
            stores.stop("store-1");
            stores.fatal.clear();
            small.free();
            stores.start("store-1");
            acquire(client, joined, key, 1, ports);
            assertNothingLost(client, joined, ports);
            assertThat(stores.fatal).isEmpty();
        }
    }

    @Test
    void aStoreThatStartsOnAFullDiskSaysSo() throws Exception {
        try (TestDisk small = TestDisk.small(disk.resolve("small"), 1 << 20);
                StoreProcesses stores = new StoreProcesses(1, disk)) {
            Path place = small.place().resolve("state");
            stores.place("store-1", place, small::inside);
            small.fill(20_000);
            stores.start("store-1");
            assertThat(stores.process("store-1").waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(stores.process("store-1").exitValue()).isIn(1, 5);
            assertThat(stores.errors("store-1"))
                    .contains(place.toString())
                    .contains("No space left on device");
        }
    }
}
