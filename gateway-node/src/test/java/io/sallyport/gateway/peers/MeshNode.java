package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Trust;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A {@link PeerNode} with a worker thread, as the data plane will be one. */
final class MeshNode {

    /** TCP: ACK, SYN and FIN. */
    private static final int FINISHED = 19;

    private static final long TURN_NANOS = 2_000_000L;

    private final SimCarriage carriage =
            new SimCarriage(() -> true, new SimCheck(), System::nanoTime);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Endpoint listens;
    private final PeerNode peers;
    private final Thread worker;
    private volatile boolean stopping;

    MeshNode(String name, Endpoint listens, SharedStore store) {
        this.listens = listens;
        worker = new Thread(this::work, name);
        peers =
                new PeerNode(
                        new PeerSettings(
                                "mesh",
                                new NodeId(name),
                                "machine-" + name + "/boot",
                                listens,
                                Endpoint.parse("127.0.0.1:9"),
                                Tuning.DEFAULT),
                        Trust.plain("mesh"),
                        store,
                        carriage,
                        () -> LockSupport.unpark(worker),
                        () -> 0,
                        System::nanoTime,
                        why -> {
                            throw new AssertionError("fenced: " + why);
                        });
    }

    Endpoint listens() {
        return listens;
    }

    PeerStatus status() {
        return peers.status();
    }

    Keeping keeping() {
        return peers.keeping();
    }

    void start() {
        CompletableFuture<?> joined = peers.start();
        worker.start();
        joined.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private void work() {
        while (!stopping) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
            if (peers.keeping().turn(System.nanoTime()) == 0 && tasks.isEmpty()) {
                LockSupport.parkNanos(TURN_NANOS);
            }
        }
    }

    /** As a process dies: the worker stops in the middle, then the sockets close. */
    void kill() {
        stop();
        peers.kill();
    }

    /** As a process ends that is told to. */
    void leave() {
        stop();
        peers.close();
    }

    private void stop() {
        stopping = true;
        try {
            worker.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    CompletableFuture<Connection> opening(InsideKey key) {
        return ask(waiter -> keeping().open(SimLoad.wish(key, SharedStore.POOL), waiter));
    }

    /** Both sides of a connection that is carried here finish. */
    void finish(Connection connection) {
        tasks.add(() -> keeping().flagsSeen(connection.id(), FINISHED, FINISHED));
        LockSupport.unpark(worker);
    }

    /** Its packets tell that the client is elsewhere. */
    void moved(Connection connection, ClientPath path) {
        tasks.add(() -> {
            carriage.moved(connection.id(), path);
            keeping().moved(connection.id(), path);
        });
        LockSupport.unpark(worker);
    }

    /** Its packets seem to tell so; whoever {@link #canProve} says whether it is true. */
    void elsewhere(Connection connection, ClientPath path) {
        tasks.add(() -> keeping().elsewhere(connection.id(), path, 1, 2));
        LockSupport.unpark(worker);
    }

    void endLives() {
        tasks.add(carriage::endLives);
        LockSupport.unpark(worker);
    }

    void canProve() {
        tasks.add(() -> carriage.proves = true);
    }

    Connection open(InsideKey key) throws Exception {
        return opening(key).get(30, TimeUnit.SECONDS);
    }

    Connection find(OutsideKey key) throws Exception {
        return ask(waiter -> keeping().find(key, waiter)).get(30, TimeUnit.SECONDS);
    }

    Connection find(InsideKey key) throws Exception {
        return ask(waiter -> keeping().find(key, waiter)).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<Connection> ask(Consumer<Keeping.Waiter> question) {
        CompletableFuture<Connection> answer = new CompletableFuture<>();
        Keeping.Waiter waiter =
                new Keeping.Waiter() {
                    @Override
                    public void ready(int slot) {
                        carriage.entries().stream()
                                .filter(e -> e.slot == slot)
                                .forEach(e -> answer.complete(e.connection));
                    }

                    @Override
                    public void refused(Keeping.Refusal refusal) {
                        answer.completeExceptionally(new AssertionError(refusal.toString()));
                    }
                };
        tasks.add(() -> question.accept(waiter));
        LockSupport.unpark(worker);
        return answer;
    }
}
