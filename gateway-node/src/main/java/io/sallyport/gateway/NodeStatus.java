package io.sallyport.gateway;

import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Member;
import io.sallyport.gateway.announce.RouteAnnouncer;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.dataplane.AclHits;
import io.sallyport.gateway.dataplane.ConnectionSnapshot;
import io.sallyport.gateway.dataplane.Counters;
import io.sallyport.gateway.dataplane.DataPlane;
import io.sallyport.gateway.dataplane.Probe;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.management.ManagementServer;
import io.sallyport.gateway.metrics.AclMetrics;
import io.sallyport.gateway.metrics.GatewayMetrics;
import io.sallyport.gateway.metrics.NodeMetrics;
import io.sallyport.gateway.peers.PeerEvent;
import io.sallyport.gateway.peers.PeerNode;
import io.sallyport.gateway.peers.PeerStatus;
import io.sallyport.gateway.ports.Shortage;
import io.sallyport.gateway.view.ViewFollower;
import io.sallyport.ids.AclId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running node tells about itself. Any thread. */
final class NodeStatus implements ManagementServer.Source {

    private static final Logger LOG = LoggerFactory.getLogger(NodeStatus.class);

    /** A worker that has not turned for as long is stuck. */
    private static final long WORKER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * The same for routes, which a busy box must not shake: a stuck worker is the guard's to find.
     */
    private static final long ROUTES_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long TRAFFIC_MILLIS = 1000;

    /** A guard that has not looked for as long is gone or stopped. */
    private static final long GUARD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeId node;
    private final PeerNode peers;
    private final DataPlane dataPlane;
    private final ViewFollower views;
    private final NodeMetrics metrics;
    private final GatewayMetrics gateways;
    private final AclMetrics acls;
    private final KernelReport kernel;
    private final Pulse pulse;
    private volatile boolean ready;

    NodeStatus(
            NodeId node,
            PeerNode peers,
            DataPlane dataPlane,
            ViewFollower views,
            NodeMetrics metrics,
            KernelReport kernel,
            Pulse pulse) {
        this.node = node;
        this.peers = peers;
        this.dataPlane = dataPlane;
        this.views = views;
        this.metrics = metrics;
        this.kernel = kernel;
        this.pulse = pulse;
        gateways = new GatewayMetrics(metrics);
        acls = new AclMetrics(metrics);
    }

    void ready() {
        ready = true;
    }

    /**
     * Whether the router may send packets here: known as live, its horizon ahead, turning, and with
     * what it keeps in hand. One that has just joined knows nobody's connections and has nobody to
     * ask yet: its peers carry on until then, and one that is alone need not wait.
     */
    boolean isCarrying() {
        return carries(peers.status(), WORKER_NANOS);
    }

    private boolean carries(PeerStatus status, long workerNanos) {
        return ready
                && status.live()
                && status.acting()
                && status.caughtUp()
                && System.nanoTime() - dataPlane.lastTurnNanos() < workerNanos;
    }

    /** How many other nodes carry, as far as this one knows. */
    private int others(PeerStatus status) {
        return (int)
                status.membership().members().stream()
                        .filter(member -> member.status() == Member.Status.LIVE)
                        .map(Member::node)
                        .filter(other -> !other.equals(node) && !status.suspected().contains(other))
                        .count();
    }

    /** The same for routes, and whether routers have somebody else. */
    RouteAnnouncer.Standing standing() {
        PeerStatus now = peers.status();
        return new RouteAnnouncer.Standing(carries(now, ROUTES_NANOS), others(now));
    }

    @Override
    public String metrics() {
        acls.update(dataPlane.aclHits());
        if (ready) {
            try {
                gateways.update(
                        dataPlane.traffic().get(TRAFFIC_MILLIS, TimeUnit.MILLISECONDS),
                        views.current().gateways());
            } catch (TimeoutException | ExecutionException e) {
                // The node's own metrics say more about a stuck worker than no page would.
                LOG.warn("the worker did not tell the gateways' traffic: {}", e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return metrics.scrape();
    }

    @Override
    public boolean healthy() {
        return isCarrying();
    }

    @Override
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("node", node.value());
        status.put("ready", ready);
        status.put("catalogVersion", views.appliedVersion());
        status.put("connections", dataPlane.counters().value(Counters.Name.CONNECTIONS));
        status.put(
                "eips",
                views.current().carried().stream().sorted().map(IpAddress::toString).toList());
        status.put("guard", guard());
        tell(peers.status(), status);
        return status;
    }

    /** Whether a guard looks on. */
    boolean isGuarded() {
        return new BootClock().getAsLong() - pulse.guardLooked() < GUARD_NANOS;
    }

    private Map<String, Object> guard() {
        Map<String, Object> guard = new LinkedHashMap<>();
        guard.put("looks", isGuarded());
        guard.put("bars", pulse.isBarred());
        guard.put("withdrawals", pulse.withdrawals());
        return guard;
    }

    private void tell(PeerStatus now, Map<String, Object> status) {
        status.put("incarnation", now.incarnation().number());
        status.put("epoch", now.membership().epoch().toString());
        status.put("live", now.live());
        status.put("acting", now.acting());
        status.put("carrying", isCarrying());
        status.put("settled", now.settled());
        status.put("caughtUp", now.caughtUp());
        status.put("copiesLeft", now.copiesLeft());
        status.put("copiesVersion", now.copiesVersion());
        status.put("horizonMillis", now.horizonMillis());
        status.put("suspected", now.suspected().stream().sorted().map(NodeId::value).toList());
        status.put("members", now.membership().members().stream().map(this::member).toList());
    }

    private Map<String, Object> member(Member member) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", member.node().value());
        fields.put("incarnation", member.incarnation().number());
        fields.put("status", member.status().name().toLowerCase(Locale.ROOT));
        fields.put("peers", member.peers().toString());
        fields.put("management", member.management().toString());
        fields.put("catalogVersion", member.catalogVersion());
        return fields;
    }

    @Override
    public String kernel() throws InterruptedException {
        return kernel.text();
    }

    @Override
    public Map<String, Object> acl(AclId acl) {
        return dataPlane.aclHits().stream()
                .filter(one -> one.acl().equals(acl))
                .findFirst()
                .map(one -> Map.<String, Object>of("version", one.version(), "rules", rules(one)))
                .orElse(Map.of("version", 0L, "rules", List.of()));
    }

    private static List<Map<String, Object>> rules(AclHits acl) {
        return acl.rules().stream()
                .map(rule ->
                        Map.<String, Object>of(
                                "egress", rule.egress(),
                                "ruleNumber", rule.ruleNumber(),
                                "hits", rule.hits()))
                .toList();
    }

    @Override
    public CompletableFuture<String> explain(String packet) {
        return dataPlane.explain(Probe.parse(packet)).thenApply(kernel::explained);
    }

    @Override
    public List<Map<String, Object>> events() {
        return peers.recentEvents().stream().map(this::event).toList();
    }

    private Map<String, Object> event(PeerEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Shortage shortage = event.shortage();
        fields.put("at", Instant.ofEpochMilli(event.atMillis()).toString());
        fields.put("kind", shortage.refusal().name().toLowerCase(Locale.ROOT));
        fields.put("elasticIp", shortage.key().eip().toString());
        fields.put("destination", shortage.key().destination().toString());
        fields.put("refused", event.refused());
        switch (shortage) {
            case Shortage.OfPorts(
                            LeaseKey key,
                            int leased,
                            List<AllocatorResult.Holder> holders) -> {
                fields.put("leased", leased);
                fields.put("holders", holders.stream().map(this::holder).toList());
            }
            case Shortage.OfQuota(LeaseKey key, TenantId tenant, long leased, long portsMax) -> {
                fields.put("tenant", tenant.value());
                fields.put("leased", leased);
                fields.put("portsMax", portsMax);
            }
        }
        return fields;
    }

    private Map<String, Object> holder(AllocatorResult.Holder holder) {
        Map<String, Object> fields = new LinkedHashMap<>();
        peers.status()
                .membership()
                .member(holder.incarnation())
                .ifPresent(member -> fields.put("node", member.node().value()));
        fields.put("incarnation", holder.incarnation().number());
        fields.put("ports", holder.ports());
        return fields;
    }

    @Override
    public CompletableFuture<List<Map<String, Object>>> connections(GatewayId gateway, int limit) {
        if (!ready) {
            return CompletableFuture.completedFuture(List.of());
        }
        return dataPlane
                .connections(gateway, limit)
                .thenApply(found -> found.stream().map(this::connection).toList());
    }

    private Map<String, Object> connection(ConnectionSnapshot seen) {
        Connection connection = seen.connection();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", connection.inside().protocol().toString());
        fields.put("client", connection.inside().client().toString());
        fields.put("remote", connection.inside().remote().toString());
        fields.put("elasticIp", connection.eip().toString());
        fields.put("port", connection.natPort());
        fields.put("node", node.value());
        fields.put("packetsOut", seen.packetsOut());
        fields.put("bytesOut", seen.bytesOut());
        fields.put("packetsIn", seen.packetsIn());
        fields.put("bytesIn", seen.bytesIn());
        fields.put("ageSeconds", TimeUnit.MILLISECONDS.toSeconds(seen.ageMillis()));
        fields.put("idleSeconds", TimeUnit.MILLISECONDS.toSeconds(seen.idleMillis()));
        fields.put("state", state(seen));
        return fields;
    }

    private static final int TCP = 6;
    private static final int FIN_OR_RST = 5;

    private static String state(ConnectionSnapshot seen) {
        if (seen.stopped()) {
            return "ending";
        }
        if (seen.connection().inside().protocol().number() != TCP) {
            return "active";
        }
        int flags = seen.tcpFlagsOut() | seen.tcpFlagsIn();
        if ((flags & FIN_OR_RST) != 0) {
            return "closing";
        }
        return seen.packetsIn() == 0 ? "opening" : "established";
    }
}
