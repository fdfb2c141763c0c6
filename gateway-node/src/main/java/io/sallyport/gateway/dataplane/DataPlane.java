package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.connections.Carriage;
import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.io.AfPacketDoor;
import io.sallyport.gateway.io.PacketDoor;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.io.TunnelDoor;
import io.sallyport.gateway.io.Waker;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.ids.GatewayId;
import io.sallyport.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node's packet path as the rest of the process sees it. Order: construct, give {@link
 * #carriage()} and {@link #wakeup()} to the keepers' side, {@link #view} at least once, {@link
 * #start}. All methods may be called from any thread; what is asked of the worker before it starts
 * is done when it does.
 */
public final class DataPlane implements AutoCloseable {

    private static final long ANSWER_SECONDS = 5;

    private final DataPlaneSettings settings;
    private final NextHops nextHops;
    private final Counters counters = new Counters();
    private final ConnectionTable table;
    private final RejectSamples rejects;
    private final Meter meter;
    private final Carrier carrier;
    private final Snapshots snapshots;
    private final ConcurrentLinkedQueue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final @Nullable FastPath kernel;
    private final Pulse pulse;
    private CompiledView compiled = CompiledView.EMPTY;
    private NodeView newest = NodeView.EMPTY;
    private int serial;
    private volatile @Nullable Running running;

    /** What exists between start and close. */
    private record Running(
            List<PacketDoor> doors,
            Outbox outbox,
            Pipeline pipeline,
            @Nullable KernelView kernelView,
            Waker waker,
            Worker worker,
            Thread thread) {}

    /** Without a kernel path: every packet comes to the worker. */
    public DataPlane(DataPlaneSettings settings, NextHops nextHops, FlowSink flows) {
        this(settings, nextHops, flows, null);
    }

    /**
     * Makes the table; opens nothing yet.
     *
     * @param kernel the kernel path on the settings' devices and, where it can, their tunnel, whose
     *     memory becomes the table's; null: none. It is the caller's to close, afterwards
     */
    public DataPlane(
            DataPlaneSettings settings,
            NextHops nextHops,
            FlowSink flows,
            @Nullable FastPath kernel) {
        this(settings, nextHops, flows, kernel, Pulse.unshared());
    }

    /**
     * The same.
     *
     * @param pulse where the worker shows that it turns; the caller's to close, afterwards
     */
    public DataPlane(
            DataPlaneSettings settings,
            NextHops nextHops,
            FlowSink flows,
            @Nullable FastPath kernel,
            Pulse pulse) {
        this.settings = settings;
        this.pulse = pulse;
        this.nextHops = nextHops;
        this.kernel = kernel;
        table =
                kernel == null
                        ? new ConnectionTable(settings.connectionsMax())
                        : new ConnectionTable(kernel.memory());
        MeterMemory memory = MeterMemory.of(kernel, settings.connectionsMax());
        rejects = new RejectSamples(memory.rejects(), counters);
        meter = new Meter(table, flows, rejects, counters, memory);
        carrier = new Carrier(table, meter, System::nanoTime);
        snapshots = new Snapshots(table, meter);
        if (kernel != null && kernel.isInherited()) {
            // A version that the former life used must never be taken for one of this.
            serial = kernel.newestPolicy();
            if (memory.former()) {
                meter.resume();
            }
            carrier.adopt(kernel.inheritedUntil(), memory.former());
        }
    }

    /** The keepers' side of the table; only for the worker thread, that is for {@link Keeping}. */
    public Carriage carriage() {
        return carrier;
    }

    /** Ends the worker's sleep soon. */
    public void wakeup() {
        Running now = running;
        if (now != null) {
            now.waker.wake();
        }
    }

    /** Runs it on the worker thread, soon and in order; it must be short. */
    public void execute(Runnable onWorker) {
        mail.add(onWorker);
        wakeup();
    }

    /**
     * Swaps the view. {@code applied} runs on the worker thread once packets obey it; compiling is
     * done by the calling thread.
     */
    public synchronized void view(NodeView view, Runnable applied) {
        newest = view;
        swap(compiled, applied);
    }

    /** The box's own addresses: packets to them on plain interfaces are not ours. */
    public synchronized void localAddresses(Set<IpAddress> addresses) {
        if (kernel != null) {
            kernel.addresses().local(addresses);
        }
        AddressMap local = CompiledView.setOf(addresses);
        onPipeline(now -> now.pipeline.local(local));
        rejudge();
    }

    /**
     * Routes have changed, or else something that the connections' records hold: each is looked at
     * anew with its next packet.
     */
    public synchronized void rejudge() {
        swap(null, () -> {});
    }

    private void swap(@Nullable CompiledView versions, Runnable applied) {
        NodeView view = newest;
        CompiledView fresh = new CompiledView(view, ++serial, versions, compiled);
        boolean felt = compiled.said().isFelt(view);
        compiled = fresh;
        if (kernel != null) {
            kernel.addresses().eips(view.carried());
        }
        onPipeline(now -> {
            KernelView kernelView = now.kernelView;
            if (kernelView != null) {
                kernelView.prepare(view, now.pipeline.view, fresh);
            }
            now.pipeline.view(fresh);
            carrier.view(fresh);
            if (felt) {
                carrier.changed();
            }
            if (kernelView != null) {
                kernelView.obey(fresh);
                carrier.rebind(now.pipeline::judge);
            }
            applied.run();
        });
    }

    /** Tells the outside link (gratuitous ARP, unsolicited NA) that the EIP is here. */
    public void announce(IpAddress eip) {
        onPipeline(now -> now.pipeline.announce(eip));
    }

    private void onPipeline(Consumer<Running> task) {
        execute(() -> {
            Running now = running;
            if (now != null) {
                task.accept(now);
            }
        });
    }

    /**
     * Opens the doors and starts the worker thread.
     *
     * @param died is told what ended the worker, on its thread, if anything but {@link #close} did
     * @throws java.io.UncheckedIOException naming the door that does not open
     */
    public void start(Keeping keeping, Consumer<Throwable> died) {
        List<PacketDoor> doors = doors();
        Outbox outbox = new Outbox(doors, counters);
        Pipeline pipeline =
                new Pipeline(
                        table,
                        carrier,
                        keeping,
                        nextHops,
                        outbox,
                        rejects,
                        counters,
                        settings.insideMtu());
        Waker waker = new Waker(doors);
        Worker worker =
                new Worker(
                        keeping, pipeline, carrier, outbox, meter, waker, doors, mail, kernel,
                        pulse, counters);
        Thread thread =
                Thread.ofPlatform()
                        .name("sallyport-worker")
                        // As Netty's loops have it: packets and peers before all else (nice -5).
                        .priority(Thread.MAX_PRIORITY)
                        .unstarted(() -> {
                            try {
                                worker.run();
                            } catch (Throwable e) {
                                died.accept(e);
                            }
                        });
        KernelView kernelView =
                kernel == null ? null : new KernelView(kernel, settings.insideInterfaces());
        running = new Running(doors, outbox, pipeline, kernelView, waker, worker, thread);
        thread.start();
    }

    private List<PacketDoor> doors() {
        List<PacketDoor> doors = new ArrayList<>();
        try {
            if (kernel == null) {
                doors.add(new AfPacketDoor(settings.outsideInterface()));
                settings.insideInterfaces().forEach(name -> doors.add(new AfPacketDoor(name)));
            }
            if (kernel == null || kernel.tunnelDevice().isEmpty()) {
                settings.tunnel().ifPresent(endpoint -> doors.add(new TunnelDoor(endpoint)));
            }
            if (kernel != null) {
                kernel.attach();
                doors.addAll(0, kernel.doors());
            }
            return doors;
        } catch (RuntimeException e) {
            doors.forEach(PacketDoor::close);
            throw e;
        }
    }

    /** System.nanoTime of the worker's last turn; it turns at least every 5 ms. */
    public long lastTurnNanos() {
        Running now = running;
        return now == null ? Long.MIN_VALUE : now.worker.lastTurn();
    }

    public Counters counters() {
        return counters;
    }

    /**
     * One entry per gateway that moved anything; fails with TimeoutException where nobody works.
     */
    public CompletableFuture<List<GatewayTraffic>> traffic() {
        return ask(() -> {
            Running now = running;
            return now == null
                    ? List.of()
                    : now.pipeline
                            .gateways()
                            .traffic(snapshots.perGateway(now.pipeline.view.gatewayCount));
        });
    }

    /**
     * How often each rule of the network ACLs here decided, since the present version of its ACL:
     * once for each connection that it let pass here, packet that it denied and ICMP error.
     */
    public synchronized List<AclHits> aclHits() {
        return compiled.acls().stream().map(AclHits::of).toList();
    }

    /** At most {@code limit} of the gateway's connections that this node carries; likewise. */
    public CompletableFuture<List<ConnectionSnapshot>> connections(GatewayId gateway, int limit) {
        return ask(() -> snapshots.of(carrier.view(), gateway, limit, System.nanoTime()));
    }

    /**
     * What would happen to a packet now, and why; nothing happens. Fails with
     * IllegalArgumentException where it does not say enough, with TimeoutException where nobody
     * works.
     */
    public CompletableFuture<Explanation> explain(Probe probe) {
        CompletableFuture<Rehearsal> ready = new CompletableFuture<>();
        onPipeline(now -> {
            try {
                ready.complete(
                        new Rehearsal(
                                probe, now.pipeline, table, now.outbox, settings.insideMtu()));
            } catch (IllegalArgumentException e) {
                ready.completeExceptionally(e);
            }
        });
        return ready.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .thenApplyAsync(rehearsal -> rehearsal.perform(nextHops, kernel));
    }

    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> answer.complete(question.get()));
        return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Stops the worker and closes the doors; not from the worker itself. Nothing is forwarded when
     * it returns, by the kernel neither unless that is to remain: what was carried here may be
     * others' from then on.
     */
    @Override
    public void close() {
        Running now = running;
        running = null;
        if (now != null) {
            now.worker.stop();
            boolean interrupted = false;
            while (now.thread.isAlive()) {
                try {
                    now.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (kernel != null) {
                kernel.rest();
            }
            now.doors.stream()
                    .filter(door -> kernel == null || !kernel.doors().contains(door))
                    .forEach(PacketDoor::close);
            now.outbox.close();
            now.waker.close();
        }
        table.close();
    }
}
