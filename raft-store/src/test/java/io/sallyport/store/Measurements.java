package io.sallyport.store;

import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.raft.RaftSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prints how long a commit takes and how many allocations a second there are, for three stores and
 * a client in one process. Not a test: run its main, on a machine that does nothing else.
 */
final class Measurements {

    private static final int ONE_BY_ONE = 2_000;
    private static final int MANY = 200_000;
    private static final int IN_FLIGHT = 256;

    private Measurements() {}

    /** The first argument is a directory on the disk to be measured. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "stores");
        try (TestStores stores = new TestStores(3, directory, RaftSettings.Cut.USUAL).startAll();
                StoreClient client = stores.client()) {
            LeaseKey key = Outcomes.attachEip(client);
            AllocatorResult.Joined joined = Outcomes.join(client, "gw-1");
            oneByOne(client, joined, key);
            for (int round = 0; round < 3; round++) {
                many(client, joined, key, round);
            }
            oneByOne(client, joined, key);
        }
        System.exit(0);
    }

    private static void oneByOne(StoreClient client, AllocatorResult.Joined joined, LeaseKey key) {
        long[] nanos = new long[ONE_BY_ONE];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            Outcomes.done(
                    client,
                    TestCommands.acquire(
                            joined.incarnation(), towards(key, i), 1, joined.membership().epoch()));
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "one commit at a time: p50 %.2f ms, p99 %.2f ms%n",
                nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6);
    }

    private static void many(
            StoreClient client, AllocatorResult.Joined joined, LeaseKey key, int round)
            throws InterruptedException {
        Semaphore window = new Semaphore(IN_FLIGHT);
        CountDownLatch left = new CountDownLatch(MANY);
        AtomicInteger granted = new AtomicInteger();
        long began = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            window.acquire();
            var unused =
                    client.submit(
                                    TestCommands.acquire(
                                            joined.incarnation(),
                                            towards(key, round * MANY + i),
                                            1,
                                            joined.membership().epoch()),
                                    Outcomes.PATIENCE)
                            .thenAccept(outcome -> {
                                granted.incrementAndGet();
                                window.release();
                                left.countDown();
                            });
        }
        left.await();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("%d in flight: %.0f allocations/s%n", IN_FLIGHT, granted.get() / seconds);
    }

    private static LeaseKey towards(LeaseKey key, int number) {
        return new LeaseKey(
                key.eip(),
                key.poolGeneration(),
                new Destination(
                        Protocol.TCP, IpAddress.of(0, 0xffff_c633_0000L + number % 50_000), 443));
    }
}
