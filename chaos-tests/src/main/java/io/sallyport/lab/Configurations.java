package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes each process's configuration file and answers the arguments that name it. */
final class Configurations {

    static final int RAFT_PORT = 7100;
    static final int FRONT_PORT = 7200;
    static final int MANAGEMENT_PORT = 7300;
    static final int PEERS_PORT = 7400;
    static final int CONTROL_PORT = 8080;
    static final int S3_PORT = 9000;

    private final LabState state;
    private final Topology topology;
    private final int flowLogSeconds;
    private final List<String> settings;

    /**
     * @param settings {@code ROLE.KEY=VALUE}, over what is written here; {@code tls=off} for all
     */
    Configurations(LabState state, int flowLogSeconds, List<String> settings) {
        this.state = state;
        this.topology = state.topology();
        this.flowLogSeconds = flowLogSeconds;
        this.settings = settings;
    }

    /** Several labs on one box have nodes of the same names. */
    static Path pins(String prefix) {
        return Path.of("/sys/fs/bpf", prefix + "pins");
    }

    List<String> store(int n) {
        Host host = topology.store(n);
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", cluster());
        keys.put("store.id", host.name());
        keys.put("store.directory", directory(host.name()).resolve("data").toString());
        // More than the default, so that every test has groups that learn from another.
        keys.put("store.lease.groups", "2");
        keys.put("store.raft.peers", stores(RAFT_PORT));
        keys.put("store.front.peers", stores(FRONT_PORT));
        keys.put("management.listen", host.at(MANAGEMENT_PORT));
        certificates(keys, "store/" + host.name());
        set("store.", keys);
        return config(host.name(), keys);
    }

    List<String> gateway(int n) {
        Host host = topology.gateway(n);
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", cluster());
        keys.put("node.id", host.name());
        keys.put("node.directory", directory(host.name()).resolve("data").toString());
        keys.put("stores", stores(FRONT_PORT));
        keys.put("peers.listen", host.at(PEERS_PORT));
        keys.put("management.listen", host.at(MANAGEMENT_PORT));
        keys.put("probe.listen", host.at(RouterProbe.PORT));
        keys.put("tunnel.address", topology.underlay().tunnelAddress);
        keys.put("tunnel.port", Integer.toString(Topology.TUNNEL_PORT));
        keys.put("outside.interface", host.links().getLast().device());
        keys.put("inside.mtu", Integer.toString(topology.underlay().insideMtu));
        keys.put("gateway.kernel.pins", pins(topology.prefix()).toString());
        keys.put("connections.max", "65536");
        keys.put("region", state.s3().region());
        keys.put("flowlogs.window.seconds", Integer.toString(flowLogSeconds));
        keys.put("flowlogs.delivery.seconds", Integer.toString(flowLogSeconds));
        keys.put("s3.endpoint", state.s3().endpoint());
        keys.put("s3.region", state.s3().region());
        keys.put("s3.access.key", state.s3().accessKey());
        keys.put("s3.secret.key", state.s3().secretKey());
        keys.put("s3.path.style", "true");
        if (state.routing().isBgp()) {
            int table = BgpDaemons.table(state.routing().speaker(n));
            keys.put("announce.table", Integer.toString(table));
        }
        keys.put("guard.pulse", Lab.inMemory(host).resolve("pulse").toString());
        certificates(keys, "node/" + host.name());
        set("gateway.", keys);
        return config(host.name(), keys);
    }

    List<String> control() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", cluster());
        keys.put("listen", topology.control().at(CONTROL_PORT));
        keys.put("stores", stores(FRONT_PORT));
        keys.put("operator.key", state.operatorKey());
        keys.put("ec2.key", state.ec2Key());
        keys.put("region", state.s3().region());
        certificates(keys, "control/control");
        set("control.", keys);
        return config("control", keys);
    }

    List<String> s3() {
        Path objects = directory("s3").resolve("objects");
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("s3proxy.authorization", "aws-v2-or-v4");
        keys.put("s3proxy.endpoint", state.s3().endpoint());
        keys.put("s3proxy.identity", state.s3().accessKey());
        keys.put("s3proxy.credential", state.s3().secretKey());
        keys.put("jclouds.provider", "filesystem-nio2");
        keys.put("jclouds.identity", "local");
        keys.put("jclouds.credential", "local");
        keys.put("jclouds.filesystem.basedir", objects.toString());
        create(objects);
        return List.of("--properties", write("s3", keys).toString());
    }

    /** What the store's command needs to make certificates for all members. */
    List<String> certificates() {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "certificates",
                                "--cluster",
                                cluster(),
                                "--into",
                                directory("certificates").toString(),
                                "control/control=" + topology.control().address(),
                                "operator/lab"));
        for (int n = 1; n <= topology.stores(); n++) {
            words.add("store/" + topology.store(n).name());
        }
        for (int n = 1; n <= topology.gateways(); n++) {
            words.add("node/" + topology.gateway(n).name());
        }
        return words;
    }

    /** Whether processes prove who they are. */
    boolean secured() {
        return !settings.contains("tls=off");
    }

    private void certificates(Map<String, String> keys, String member) {
        if (!secured()) {
            keys.put("tls", "off");
            return;
        }
        Path all = directory("certificates");
        keys.put("tls.certificate", all.resolve(member + ".pem").toString());
        keys.put("tls.key", all.resolve(member + ".key").toString());
        keys.put("tls.authorities", all.resolve("authority.pem").toString());
    }

    private void set(String role, Map<String, String> keys) {
        for (String setting : settings) {
            String[] words = setting.split("=", 2);
            if (words.length != 2) {
                throw new LabFailure("--set " + setting + ": ROLE.KEY=VALUE is allowed");
            }
            if (words[0].startsWith(role)) {
                keys.put(words[0].substring(role.length()), words[1]);
            }
        }
    }

    private String cluster() {
        return "lab-" + topology.id();
    }

    private String stores(int port) {
        return each(n -> topology.store(n).name() + "=" + topology.store(n).at(port));
    }

    private String each(Function<Integer, String> text) {
        return IntStream.rangeClosed(1, topology.stores())
                .boxed()
                .map(text)
                .collect(Collectors.joining(","));
    }

    private Path directory(String name) {
        return Path.of(state.directory()).resolve(name);
    }

    private List<String> config(String name, Map<String, String> keys) {
        return List.of("--config", write(name, keys).toString());
    }

    private Path write(String name, Map<String, String> keys) {
        Path file = directory(name).resolve(name + ".properties");
        create(file.getParent());
        try {
            return Files.write(
                    file,
                    keys.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void create(@org.jspecify.annotations.Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
