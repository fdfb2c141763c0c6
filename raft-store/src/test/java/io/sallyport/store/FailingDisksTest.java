package io.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.store.client.Outcome;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.disk.TestDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
                stores.start("store-3");
                stores.awaitReady("store-3");
                long applied = stores.number("store-1", "applied");
                await().atMost(PATIENCE)
                        .until(() -> stores.number("store-3", "applied") >= applied);
                stores.kill("store-1");
                Outcomes.done(client, new AllocatorCommand.Leave(joined.incarnation()));
                await().atMost(PATIENCE).until(() -> !Outcomes.orphans(client).isEmpty());
                Set<Integer> left = new HashSet<>();
                Outcomes.orphans(client).forEach(each -> left.addAll(each.ports().toList()));
                assertThat(left).isEqualTo(ports);
            }
        }
    }

    private static void acquire(
            StoreClient client,
            AllocatorResult.Joined joined,
            LeaseKey key,
            int count,
            Set<Integer> ports) {
        List<CompletableFuture<Outcome<AllocatorResult>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(
                    client.submit(
                            TestCommands.acquire(
                                    joined.incarnation(), key, 4, joined.membership().epoch()),
                            PATIENCE));
        }
        for (var answer : answers) {
            if (Outcomes.done(answer) instanceof AllocatorResult.Granted granted) {
                for (int port : granted.ports().toList()) {
                    assertThat(ports.add(port)).isTrue();
                }
            }
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
