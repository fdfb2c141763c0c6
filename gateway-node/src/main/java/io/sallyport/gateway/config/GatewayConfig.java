package io.sallyport.gateway.config;

import io.sallyport.flowlogs.s3.S3KeyException;
import io.sallyport.flowlogs.s3.S3Keys;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.trust.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a gateway process is told at its start.
 *
 * @param clusterId names the cluster; processes of different clusters refuse each other
 * @param directory what this node keeps on disk: its lock, its machine's name, the spool
 * @param stores the stores' client-facing endpoints by store id
 * @param peers where other gateway nodes reach it (TCP)
 * @param management HTTP: /metrics, /health, /status, /connections
 * @param probe UDP echo that answers while packets are forwarded; empty: none
 * @param tunnel where VXLAN packets arrive; empty: plain interfaces only
 * @param insideInterfaces plain inside interfaces
 * @param insideMtu bytes of the largest IP packet towards clients; 0: 1450 through the tunnel, the
 *     device's own on plain interfaces
 * @param connectionsMax most connections carried or kept at once
 * @param kernel the kernel path
 * @param pulse what the node shares with its guard: a file, best on a tmpfs
 * @param tls what it proves itself with; empty: plain text
 */
public record GatewayConfig(
        String clusterId,
        NodeId nodeId,
        Path directory,
        Map<String, Endpoint> stores,
        Endpoint peers,
        Endpoint management,
        Optional<Endpoint> probe,
        Optional<Endpoint> tunnel,
        List<String> insideInterfaces,
        String outsideInterface,
        int insideMtu,
        int connectionsMax,
        Kernel kernel,
        Timeouts timeouts,
        Ports ports,
        FlowLogs flowLogs,
        Announce announce,
        Path pulse,
        Optional<TlsFiles> tls) {

    /** MTU towards clients behind a tunnel: 1500 less the VXLAN headers over IPv4. */
    public static final int TUNNEL_MTU = 1450;

    /** Whether established connections are forwarded in the kernel. */
    public enum KernelUse {
        /** Where this box can. */
        AUTO,
        OFF,
        /** Where this box cannot, the node does not start. */
        REQUIRED
    }

    /**
     * @param hook where plain devices' packets meet the programs
     * @param pins a directory on a bpffs, where they outlive the process
     */
    public record Kernel(KernelUse use, Hook hook, Path pins) {}

    /** How routers are told to prefer other nodes than this one. */
    public enum Leave {
        /** The routes go. */
        WITHDRAW,
        /** They get the worse metric: routers that compare it go elsewhere, if they can. */
        WORSEN
    }

    /**
     * Routes for a BGP daemon beside the node.
     *
     * @param table the kernel's table in which they lie; 0: there are none
     * @param metric of a node that carries, 1 to 16,777,214; the daemon makes the MED of it
     * @param worseMetric of one that leaves
     */
    public record Announce(int table, int metric, int worseMetric, Leave leave) {}

    /** Idle limits; a connection that saw no packet for as long is ended. */
    public record Timeouts(
            Duration tcpHalfOpen,
            Duration tcpTransitory,
            Duration tcpEstablished,
            Duration tcpClosing,
            Duration udp,
            Duration icmp) {}

    /**
     * How ports rest, and how many cold destinations may be opened.
     *
     * @param coolingFin rest after a connection that both sides finished
     * @param coolingRst after one that was reset
     * @param coolingIdle after one that fell silent
     * @param unspent leased ports that nobody took for so long go back
     * @param clientColdPerSecond cold destinations per second of one client in the whole cluster;
     *     0: no quota
     * @param tenantColdPerSecond the same of one tenant
     */
    public record Ports(
            Duration coolingFin,
            Duration coolingRst,
            Duration coolingIdle,
            Duration unspent,
            int clientColdPerSecond,
            int tenantColdPerSecond) {}

    /**
     * @param region as objects' names show it
     * @param window aggregation window of a record
     * @param delivery how often an object is written
     * @param s3 where objects go; empty: nothing is exported
     */
    public record FlowLogs(
            String region, Duration window, Duration delivery, Optional<S3Settings> s3) {}

    public GatewayConfig {
        stores = Map.copyOf(stores);
        insideInterfaces = List.copyOf(insideInterfaces);
    }

    /**
     * @param file a properties file
     * @param settings "key=value" that win over the file
     * @throws ConfigException for the first key that is wrong
     * @throws io.sallyport.store.trust.TrustException the same for keys about certificates
     */
    public static GatewayConfig read(Path file, List<String> settings) {
        return read(ConfigReader.open(file, settings));
    }

    static GatewayConfig read(ConfigReader in) {
        int tunnelPort = in.integer("tunnel.port", 4789, 1, 65535);
        String cluster = in.required("cluster.id", NAME, text -> matching(NAME_SHAPE, text));
        NodeId node = in.required("node.id", "a host label: a-z, 0-9 and -", NodeId::new);
        GatewayConfig config =
                new GatewayConfig(
                        cluster,
                        node,
                        in.required("node.directory", "a directory", Path::of),
                        in.endpoints("stores"),
                        in.required("peers.listen", ENDPOINT, ConfigReader::endpoint),
                        in.required("management.listen", ENDPOINT, ConfigReader::endpoint),
                        in.optional("probe.listen", ENDPOINT, ConfigReader::endpoint),
                        in.optional("tunnel.address", "an IP address", IpAddress::parse)
                                .map(address -> new Endpoint(address, tunnelPort)),
                        in.words("inside.interfaces", "names of interfaces, each once"),
                        in.required(
                                "outside.interface",
                                "the name of an interface",
                                text -> matching("[^\\s/,]{1,15}", text)),
                        in.integer("inside.mtu", 0, 0, 65535),
                        in.integer("connections.max", 262_144, 64, 16_777_216),
                        kernel(in),
                        timeouts(in),
                        ports(in),
                        flowLogs(in),
                        announce(in),
                        in.optional("guard.pulse", "a file, best on a tmpfs", Path::of)
                                .orElse(Path.of("/run/sallyport", cluster + "-" + node)),
                        TlsFiles.read(in::text));
        in.refuseUnknown();
        return config.checked();
    }

    private static final int QUOTA_MAX = 1_000_000_000;

    /** FRR takes the eight bits above for an administrative distance. */
    private static final int METRIC_MAX = (1 << 24) - 1;

    /** The kernel's own, of the box's addresses. */
    private static final int TABLE_LOCAL = 255;

    private static final String NAME = "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-'";
    private static final String NAME_SHAPE = "[A-Za-z0-9._-]{1,63}";
    private static final String ENDPOINT = "host:port";

    private static String matching(String shape, String text) {
        if (!text.matches(shape)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static Kernel kernel(ConfigReader in) {
        return new Kernel(
                in.oneOf("gateway.kernel", KernelUse.AUTO),
                in.oneOf("gateway.kernel.hook", Hook.TCX),
                in.optional("gateway.kernel.pins", "a directory on a bpffs", Path::of)
                        .orElse(Path.of("/sys/fs/bpf/sallyport")));
    }

    private static Announce announce(ConfigReader in) {
        return new Announce(
                in.integer("announce.table", 0, 0, 65_535),
                in.integer("announce.metric", 100, 1, METRIC_MAX - 1),
                in.integer("announce.metric.worse", 1_000, 2, METRIC_MAX),
                in.oneOf("announce.leave", Leave.WITHDRAW));
    }

    private static Timeouts timeouts(ConfigReader in) {
        return new Timeouts(
                seconds(in, "timeout.tcp.halfopen.seconds", 30, 86_400),
                seconds(in, "timeout.tcp.transitory.seconds", 240, 86_400),
                seconds(in, "timeout.tcp.established.seconds", 350, 864_000),
                seconds(in, "timeout.tcp.closing.seconds", 10, 86_400),
                seconds(in, "timeout.udp.seconds", 300, 86_400),
                seconds(in, "timeout.icmp.seconds", 60, 86_400));
    }

    private static Ports ports(ConfigReader in) {
        return new Ports(
                millis(in, "cooling.fin", 5_000),
                millis(in, "cooling.rst", 5_000),
                millis(in, "cooling.idle", 10_000),
                seconds(in, "lease.unspent.seconds", 3_600, 864_000),
                in.integer("quota.client.cold.per.second", 5_000, 0, QUOTA_MAX),
                in.integer("quota.tenant.cold.per.second", 50_000, 0, QUOTA_MAX));
    }

    private static Duration millis(ConfigReader in, String key, int fallback) {
        return Duration.ofMillis(in.integer(key, fallback, 0, 600_000));
    }

    private static FlowLogs flowLogs(ConfigReader in) {
        String region =
                in.optional("region", "a region's name", text -> matching("[a-z0-9-]+", text))
                        .orElse("us-east-1");
        return new FlowLogs(
                region,
                seconds(in, "flowlogs.window.seconds", 60, 3600),
                seconds(in, "flowlogs.delivery.seconds", 300, 3600),
                s3(in, region));
    }

    private static Optional<S3Settings> s3(ConfigReader in, String region) {
        try {
            return S3Keys.read(in::text, name -> Optional.ofNullable(System.getenv(name)), region);
        } catch (S3KeyException e) {
            throw new ConfigException(e.key(), e.value(), e.allowed());
        }
    }

    private static Duration seconds(ConfigReader in, String key, int fallback, int most) {
        return Duration.ofSeconds(in.integer(key, fallback, 1, most));
    }

    /** What one key alone cannot tell. */
    private GatewayConfig checked() {
        if (insideInterfaces.contains(outsideInterface)) {
            throw new ConfigException(
                    "inside.interfaces",
                    String.join(",", insideInterfaces),
                    "not the outside interface");
        }
        if (tunnel.isEmpty() && insideInterfaces.isEmpty()) {
            throw new ConfigException(
                    "tunnel.address", "", "this or inside.interfaces: else no client can reach it");
        }
        if (insideMtu != 0 && insideMtu < 1280) {
            throw new ConfigException(
                    "inside.mtu",
                    Integer.toString(insideMtu),
                    "0 (by kind of interface) or 1280, which IPv6 needs, to 65535");
        }
        if (announce.table() == TABLE_LOCAL) {
            throw new ConfigException(
                    "announce.table", "255", "not 255, where the kernel keeps its own addresses");
        }
        if (announce.worseMetric() <= announce.metric()) {
            throw new ConfigException(
                    "announce.metric.worse",
                    Integer.toString(announce.worseMetric()),
                    "more than announce.metric=" + announce.metric());
        }
        return this;
    }
}
