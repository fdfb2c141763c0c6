package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * The same promise on etcd: a port is a key, taken by a transaction that puts it if it is absent. A
 * port that is taken is drawn again, which hardly happens at the fills of the benchmark. Several
 * connections, since one alone does not reach what etcd can do.
 */
final class EtcdContender implements Contender {

    private static final int CONNECTIONS = 4;
    private static final int PORT_MIN = 1024;
    private static final int PORTS = 64512;
    private static final Executor BACK_OFF =
            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
    private static final ByteSequence NODE = ByteSequence.from("gw-1", US_ASCII);

    private final List<Client> clients;
    private final List<KV> stores;

    EtcdContender(List<String> endpoints) {
        clients =
                IntStream.range(0, CONNECTIONS)
                        .mapToObj(i ->
                                Client.builder()
                                        .endpoints(endpoints.toArray(String[]::new))
                                        .waitForReady(false)
                                        .build())
                        .toList();
        stores = clients.stream().map(Client::getKVClient).toList();
    }

    boolean answers() {
        try {
            return allocate(0, 1).get(2, TimeUnit.SECONDS) == 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public CompletableFuture<Integer> allocate(long destination, int ports) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        ByteSequence[] keys = new ByteSequence[ports];
        int first = random.nextInt(PORTS);
        for (int i = 0; i < ports; i++) {
            // Neighbours would be guessed, but one draw and no repetition is the rival's best case.
            int port = PORT_MIN + (first + i) % PORTS;
            keys[i] = ByteSequence.from("/203.0.113.1/tcp/" + destination + "/" + port, US_ASCII);
        }
        KV store = stores.get(random.nextInt(stores.size()));
        return store.txn()
                .If(absent(keys))
                .Then(puts(keys))
                .commit()
                .thenCompose(response -> answered(response, destination, ports))
                .exceptionallyCompose(problem ->
                        isTurnedAway(problem)
                                ? later(destination, ports)
                                : CompletableFuture.failedFuture(problem));
    }

    /** A leader that is 5,000 entries ahead of what it has applied takes no more for a while. */
    private static boolean isTurnedAway(Throwable problem) {
        return String.valueOf(problem.getMessage()).contains("too many requests");
    }

    private CompletableFuture<Integer> later(long destination, int ports) {
        return CompletableFuture.runAsync(() -> {}, BACK_OFF)
                .thenCompose(nothing -> allocate(destination, ports));
    }

    private static Cmp[] absent(ByteSequence[] keys) {
        Cmp[] all = new Cmp[keys.length];
        for (int i = 0; i < keys.length; i++) {
            all[i] = new Cmp(keys[i], Cmp.Op.EQUAL, CmpTarget.createRevision(0));
        }
        return all;
    }

    private static Op[] puts(ByteSequence[] keys) {
        Op[] all = new Op[keys.length];
        for (int i = 0; i < keys.length; i++) {
            all[i] = Op.put(keys[i], NODE, PutOption.DEFAULT);
        }
        return all;
    }

    private CompletableFuture<Integer> answered(TxnResponse response, long destination, int ports) {
        return response.isSucceeded()
                ? CompletableFuture.completedFuture(ports)
                : allocate(destination, ports);
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
    }
}
