package io.sallyport.store;

import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.client.StoreClient;
import io.sallyport.store.client.StoreClients;
import io.sallyport.store.config.StoreConfig;
import io.sallyport.store.raft.RaftSettings;
import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.TlsFiles;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** Whole stores in this process, over real sockets and real disks. */
final class TestStores implements AutoCloseable {

    static final String CLUSTER = "test";

    /** The whole suite runs on either: {@code -Dstore.transport=grpc}. */
    static final StoreConfig.Transport TRANSPORT =
            StoreConfig.Transport.valueOf(
                    System.getProperty("store.transport", "netty").toUpperCase(Locale.ROOT));

    private StoreConfig.Transport transport = TRANSPORT;
    private Optional<Authority> authority = Optional.empty();
    private final Path directory;
    private final RaftSettings.Cut cut;
    private final int leaseGroups;
    private final Map<String, Endpoint> raft = new TreeMap<>();
    private final Map<String, Endpoint> fronts = new TreeMap<>();
    private final Map<String, Endpoint> managements = new TreeMap<>();
    private final Map<String, StoreServer> running = new HashMap<>();

    /** What made a store stop by itself; empty where all is well. */
    final List<Throwable> fatal = new CopyOnWriteArrayList<>();

    /** With one lease group. */
    TestStores(int count, Path directory, RaftSettings.Cut cut) throws IOException {
        this(count, directory, cut, 1, IpAddress.parse("127.0.0.1"));
    }

    TestStores(int count, Path directory, RaftSettings.Cut cut, int leaseGroups)
            throws IOException {
        this(count, directory, cut, leaseGroups, IpAddress.parse("127.0.0.1"));
    }

    TestStores(int count, Path directory, RaftSettings.Cut cut, int leaseGroups, IpAddress address)
            throws IOException {
        this.directory = directory;
        this.leaseGroups = leaseGroups;
        this.cut = cut;
        List<Endpoint> free = freePorts(3 * count, address);
        for (int i = 0; i < count; i++) {
            String id = "store-" + (i + 1);
            raft.put(id, free.get(3 * i));
            fronts.put(id, free.get(3 * i + 1));
            managements.put(id, free.get(3 * i + 2));
        }
    }

    /**
     * Below the ports that the kernel gives to outgoing connections, so that none is taken between
     * now and its use; all held until all are found, so that none comes twice.
     */
    static List<Endpoint> freePorts(int count) throws IOException {
        return freePorts(count, IpAddress.parse("127.0.0.1"));
    }

    static List<Endpoint> freePorts(int count, IpAddress loopback) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Endpoint> found = new ArrayList<>();
        try {
            while (found.size() < count) {
                int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
                ServerSocket socket = new ServerSocket();
                held.add(socket);
                if (free(socket, new InetSocketAddress(loopback.toInetAddress(), port))) {
                    found.add(new Endpoint(loopback, port));
                }
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
        return found;
    }

    private static boolean free(ServerSocket socket, InetSocketAddress address) throws IOException {
        try {
            socket.bind(address);
            return true;
        } catch (BindException taken) {
            return false;
        }
    }

    List<String> ids() {
        return List.copyOf(raft.keySet());
    }

    Path directory(String id) {
        return directory.resolve(id);
    }

    Endpoint front(String id) {
        return Optional.ofNullable(fronts.get(id)).orElseThrow();
    }

    Endpoint management(String id) {
        return Optional.ofNullable(managements.get(id)).orElseThrow();
    }

    /** Starts a store that is none of those that the cluster is made of. */
    StoreServer startNewcomer(String id) throws IOException {
        if (!fronts.containsKey(id)) {
            List<Endpoint> free = freePorts(3, IpAddress.parse("127.0.0.1"));
            raft.put(id, free.get(0));
            fronts.put(id, free.get(1));
            managements.put(id, free.get(2));
        }
        StoreConfig config =
                new StoreConfig(
                        CLUSTER,
                        id,
                        directory(id),
                        Map.of(id, address(id).raft()),
                        Map.of(id, front(id)),
                        leaseGroups,
                        true,
                        TRANSPORT,
                        management(id),
                        tls(id));
        StoreServer server = new StoreServer(config, cut, fatal::add);
        running.put(id, server);
        return server;
    }

    StoreAddress address(String id) {
        return new StoreAddress(id, Optional.ofNullable(raft.get(id)).orElseThrow(), front(id));
    }

    StoreConfig config(String id) {
        return new StoreConfig(
                CLUSTER,
                id,
                directory(id),
                raft,
                fronts,
                leaseGroups,
                false,
                transport,
                management(id),
                tls(id));
    }

    /** How those that start from now on talk to each other. */
    TestStores over(StoreConfig.Transport other) {
        transport = other;
        return this;
    }

    /** From now on they show certificates of this authority. */
    TestStores secured(Authority signer) {
        authority = Optional.of(signer);
        return this;
    }

    private Optional<TlsFiles> tls(String id) {
        return authority.map(signer ->
                signer.issue(
                        new MemberName(CLUSTER, Role.STORE, id),
                        List.of(),
                        directory.resolve("certificates").resolve(id)));
    }

    TestStores startAll() throws IOException {
        for (String id : ids()) {
            start(id);
        }
        return this;
    }

    StoreServer start(String id) throws IOException {
        StoreServer server = new StoreServer(config(id), cut, fatal::add);
        running.put(id, server);
        return server;
    }

    void stop(String id) throws IOException {
        StoreServer server = running.remove(id);
        if (server != null) {
            server.close();
        }
    }

    StoreServer get(String id) {
        return Optional.ofNullable(running.get(id)).orElseThrow();
    }

    /** The store that leads the group now, where one does. */
    Optional<String> leader(int group) {
        return running.entrySet().stream()
                .filter(each -> each.getValue().status().groups().get(group).ready())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    StoreClient client() {
        return StoreClients.connect(fronts, Trust.plain(CLUSTER));
    }

    @Override
    public void close() throws IOException {
        for (String id : List.copyOf(running.keySet())) {
            stop(id);
        }
    }
}
