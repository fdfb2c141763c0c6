package io.sallyport.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.dataplane.Counters;
import io.sallyport.gateway.dataplane.DropReason;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.PathCounters;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.gateway.peers.PeerStatus;
import io.sallyport.ids.NodeId;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Trust;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The node's registry. Series: about 30 of the node, one per drop reason and refusal (about 60),
 * one per outcome of the kernel path (about 20), seven per gateway that moved anything ({@link
 * GatewayMetrics}), at most 1,000 of network ACLs' rules ({@link AclMetrics}), about 60 of the JVM:
 * a node with 1,000 busy gateways has about 8,200.
 *
 * <p>Counters have no unit in their name where they count things; bytes say so. Prometheus appends
 * {@code _total} to counters.
 */
public final class NodeMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();

    /** Meters hold what they read weakly; what only a lambda keeps alive is kept here. */
    private final List<Object> held = new ArrayList<>();

    public NodeMetrics(NodeId node) {
        registry.config().commonTags("node", node.value());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collector.bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** What the worker counts. */
    public NodeMetrics packets(Counters counters) {
        held.add(counters);
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("sallyport.drops", counters, from -> from.drops(reason))
                    .description("Packets that did not go on, by reason")
                    .tags(
                            Tags.of(
                                    "reason",
                                    label(reason),
                                    "number",
                                    Integer.toString(reason.number())))
                    .register(registry);
        }
        direction(counters, "packets", Counters.Name.PACKETS_OUT, Counters.Name.PACKETS_IN);
        direction(counters, "bytes", Counters.Name.BYTES_OUT, Counters.Name.BYTES_IN);
        count(counters, "fragments", Counters.Name.FRAGMENTS, "Fragments translated");
        count(
                counters,
                "icmp.errors.translated",
                Counters.Name.ICMP_ERRORS_TRANSLATED,
                "ICMP errors passed on with their embedded packet translated");
        count(
                counters,
                "icmp.errors.sent",
                Counters.Name.ICMP_ERRORS_SENT,
                "ICMP errors of the gateway's own");
        count(counters, "resets.sent", Counters.Name.RESETS_SENT, "TCP resets sent to clients");
        count(counters, "mss.clamped", Counters.Name.MSS_CLAMPED, "SYNs whose MSS was lowered");
        count(
                counters,
                "segmented",
                Counters.Name.SEGMENTED,
                "Large frames cut into segments by the gateway");
        count(
                counters,
                "neighbour.answers",
                Counters.Name.NEIGHBOUR_ANSWERS,
                "ARP and neighbour discovery answers");
        count(
                counters,
                "client.moves",
                Counters.Name.CLIENT_MOVES,
                "Connections whose client was found at another place");
        count(
                counters,
                "tcp.beside.window",
                Counters.Name.BESIDE_WINDOW,
                "TCP packets forwarded that do not fit their stream and change nothing here");
        count(
                counters,
                "tcp.ends.disbelieved",
                Counters.Name.ENDS_DISBELIEVED,
                "Of those, RST and FIN");
        count(
                counters,
                "flow.samples.lost",
                Counters.Name.FLOW_SAMPLES_LOST,
                "Packets that no flow record tells: the ring, or the room for rejects, was full");
        gauge(
                "sallyport.connections",
                "Connections carried here",
                () -> counters.value(Counters.Name.CONNECTIONS));
        gauge(
                "sallyport.client.paths",
                "Different ways to clients, by host and MACs, that connections here take",
                () -> counters.value(Counters.Name.CLIENT_PATHS));
        gauge(
                "sallyport.client.paths.apart",
                "Others, beyond the table's room: their connections have no kernel path",
                () -> counters.value(Counters.Name.CLIENT_PATHS_APART));
        gauge(
                "sallyport.waiting.packets",
                "Packets that wait for their connection",
                () -> counters.value(Counters.Name.WAITING_PACKETS));
        return this;
    }

    private void direction(
            Counters counters, String what, Counters.Name outward, Counters.Name inward) {
        String description = "Translated " + what + " (IP total length), by direction";
        FunctionCounter.builder("sallyport." + what, counters, from -> from.value(outward))
                .description(description)
                .tags("direction", "out")
                .register(registry);
        FunctionCounter.builder("sallyport." + what, counters, from -> from.value(inward))
                .description(description)
                .tags("direction", "in")
                .register(registry);
    }

    private void count(Counters counters, String name, Counters.Name counter, String what) {
        counter("sallyport." + name, what, () -> counters.value(counter));
    }

    /** Who was refused, and until when others believe this node. */
    public NodeMetrics trust(Trust trust) {
        held.add(trust);
        for (Refusal each : Refusal.values()) {
            FunctionCounter.builder("sallyport.refused", trust, from -> from.refusals().count(each))
                    .description("Connections that were refused, by reason")
                    .tags("reason", each.label())
                    .register(registry);
        }
        if (trust.secures()) {
            gauge(
                    "sallyport.certificate.expires.seconds",
                    "Until when this process's certificate is valid, in seconds of 1970",
                    () -> trust.expires().map(Instant::getEpochSecond).orElse(0L));
        }
        return this;
    }

    /** What the kernel path does; empty: there is none. */
    public NodeMetrics kernel(Optional<FastPath> kernel) {
        gauge(
                "sallyport.kernel.path",
                "1: established connections of plain interfaces are forwarded in the kernel",
                () -> kernel.isPresent() ? 1 : 0);
        kernel.ifPresent(path -> {
            for (PathOutcome outcome : PathOutcome.values()) {
                PathCounters counters = path.counters();
                held.add(counters);
                FunctionCounter.builder(
                                "sallyport.kernel.packets", counters, from -> from.packets(outcome))
                        .description("Packets that met the kernel path, by what became of them")
                        .tags("outcome", outcome.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        });
        return this;
    }

    /** What the connection protocol tells. */
    public NodeMetrics peers(Supplier<@Nullable PeerStatus> status) {
        held.add(status);
        for (Keeping.Refusal refusal : Keeping.Refusal.values()) {
            FunctionCounter.builder(
                            "sallyport.refusals",
                            status,
                            from -> read(from, s -> s.refusals().getOrDefault(refusal, 0L)))
                    .description("Connections refused, by reason")
                    .tags("reason", refusal.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        state(status, "acting", "1 while packets may be forwarded", s -> s.acting() ? 1 : 0);
        state(status, "live", "1 while a live member", s -> s.live() ? 1 : 0);
        state(status, "settled", "1 once the epoch is settled", s -> s.settled() ? 1 : 0);
        state(status, "epoch", "Number of the epoch", s -> s.membership().epoch().number());
        state(status, "members.live", "Live members", s -> s.membership().live().size());
        state(status, "peers.suspected", "Peers not heard now", s -> s.suspected().size());
        gauge(
                "sallyport.horizon.seconds",
                "How long it may act without another proof that it counts",
                () -> read(status, s -> s.horizonMillis() / 1000.0));
        state(status, "copies", "Connections kept here", PeerStatus::copies);
        state(
                status,
                "copies.left",
                "Connections whose number of copies is not looked at yet",
                PeerStatus::copiesLeft);
        state(status, "homed", "Connections whose home is here", PeerStatus::homed);
        state(status, "ports.frozen", "Ports frozen here", PeerStatus::frozen);
        leases(status);
        tally(status, "opens", "Connections opened here", PeerStatus::opened);
        tally(status, "carry.asked", "Questions for unknown connections", PeerStatus::asked);
        tally(status, "carry.given", "Copies given away", PeerStatus::given);
        tally(status, "ends", "Connections ended by their home here", PeerStatus::ended);
        tally(status, "ends.called.off", "Ends that met a packet", PeerStatus::endsCalledOff);
        tally(status, "handed.over", "Copies handed over", PeerStatus::handedOver);
        tally(status, "frames.in", "Frames from peers", PeerStatus::framesIn);
        tally(status, "frames.out", "Frames to peers", PeerStatus::framesOut);
        tally(status, "frames.refused", "Frames of other epochs", PeerStatus::framesRefused);
        tally(status, "collisions", "Inside keys that had a mapping", PeerStatus::collisions);
        tally(status, "ports.reconciled", "Ports of the dead found free", PeerStatus::reconciled);
        state(
                status,
                "ports.orphaned",
                "Ports of the dead still in use, as the last walk of this node saw",
                PeerStatus::orphansKept);
        gauge(
                "sallyport.reconcile.seconds",
                "How long the last walk through the ports of the dead took",
                () -> read(status, s -> s.reconcileMillis() / 1000.0));
        state(status, "vouches", "Peers for whose silence this node vouches", PeerStatus::vouches);
        tally(status, "peers.suspicions", "Peers silent for 75 ms", PeerStatus::suspicions);
        tally(
                status,
                "peers.suspicions.false",
                "Of those heard again in the same session",
                PeerStatus::falseSuspicions);
        tally(status, "relays.asked", "Renewals through a peer", PeerStatus::relaysAsked);
        tally(status, "relays.done", "Renewals carried for peers", PeerStatus::relaysDone);
        return this;
    }

    private void leases(Supplier<@Nullable PeerStatus> status) {
        state(
                status,
                "lease.destinations",
                "Destinations with leases",
                s -> s.leases().destinations());
        state(status, "ports.in.hand", "Ports leased and free", s -> s.leases().inHand());
        state(status, "ports.lent", "Ports in use by connections", s -> s.leases().lent());
        state(status, "ports.cooling", "Ports that rest", s -> s.leases().cooling());
        state(status, "ports.leaving", "Ports on their way back", s -> s.leases().leaving());
        state(status, "ports.in.doubt", "Ports perhaps returned", s -> s.leases().inDoubt());
        tally(status, "acquires", "Leases asked of the store", s -> s.leases().acquires());
        gauge(
                "sallyport.acquires.per.open",
                "Leases asked of the store per connection opened here, since the start",
                () -> read(status, s -> (double) s.leases().acquires() / Math.max(1, s.opened())));
        tally(status, "ports.returned", "Ports given back", s -> s.leases().returned());
        tally(
                status,
                "ports.given.back",
                "Unspent ports given back because others wanted them",
                s -> s.leases().givenBack());
        tally(
                status,
                "ports.wanted.in.vain",
                "Connections refused for want of a port or of quota",
                s -> s.leases().refused());
        tally(
                status,
                "returns.overtaken",
                "Returns that a later grant made void",
                s -> s.leases().overtaken());
        tally(
                status,
                "ports.granted.twice",
                "Ports granted while held: must stay 0",
                s -> s.leases().grantedTwice());
    }

    /** 0 until the node has joined. */
    private static double read(
            Supplier<@Nullable PeerStatus> status, ToDoubleFunction<PeerStatus> value) {
        PeerStatus now = status.get();
        return now == null ? 0 : value.applyAsDouble(now);
    }

    private void state(
            Supplier<@Nullable PeerStatus> status,
            String name,
            String what,
            ToDoubleFunction<PeerStatus> value) {
        gauge("sallyport." + name, what, () -> read(status, value));
    }

    private void tally(
            Supplier<@Nullable PeerStatus> status,
            String name,
            String what,
            ToDoubleFunction<PeerStatus> value) {
        FunctionCounter.builder("sallyport." + name, status, from -> read(from, value))
                .description(what)
                .register(registry);
    }

    /** Any number that goes up and down. */
    public NodeMetrics gauge(String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value).description(what).strongReference(true).register(registry);
        return this;
    }

    /** Any number that only grows. */
    public NodeMetrics counter(String name, String what, LongSupplier value) {
        held.add(value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(what)
                .register(registry);
        return this;
    }

    /** The page in the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    private static String label(DropReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
