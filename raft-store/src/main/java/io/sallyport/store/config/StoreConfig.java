package io.sallyport.store.config;

import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a store process is told.
 *
 * @param clusterId stores and clients of another cluster are refused
 * @param storeId this store; one of both peer lists
 * @param directory where its state lies; no other process may use it
 * @param raftPeers the Raft address of every store that the cluster is made of, the same on all of
 *     them; a store that is added later names itself alone
 * @param frontPeers the client-facing address of each of these
 * @param leaseGroups how many groups keep the leases, beside the one of the catalog and the
 *     members; the same on all stores, and fixed when the cluster is made
 * @param join whether this store is to be added to a cluster that runs already
 * @param transport how stores talk to each other, the same on all stores
 * @param management where metrics, health and status are read
 * @param tls what it proves itself with; empty: plain text
 */
public record StoreConfig(
        String clusterId,
        String storeId,
        Path directory,
        Map<String, Endpoint> raftPeers,
        Map<String, Endpoint> frontPeers,
        int leaseGroups,
        boolean join,
        Transport transport,
        Endpoint management,
        Optional<TlsFiles> tls) {

    /** Who carries Raft's messages. */
    public enum Transport {
        /** Ratis' own. */
        GRPC,
        /** Ours: half the time to a commit, and several times the load; the default. */
        NETTY;

        private static Transport of(String text) {
            return switch (text) {
                case "grpc" -> GRPC;
                case "netty" -> NETTY;
                default -> throw new IllegalArgumentException(text);
            };
        }
    }

    /** docs/adr/0021 has the figures. */
    public static final int LEASE_GROUPS_DEFAULT = 1;

    /** Each is a log, some threads and a database on every store. */
    public static final int LEASE_GROUPS_MAX = 64;

    private static final String ID = "1 to 63 of a-z, 0-9 and -";

    public StoreConfig {
        raftPeers = Map.copyOf(raftPeers);
        frontPeers = Map.copyOf(frontPeers);
    }

    /**
     * @param settings "key=value" over what the file says
     * @throws ConfigException naming the key, its value and what is allowed
     * @throws io.sallyport.store.trust.TrustException the same for keys about certificates
     */
    public static StoreConfig read(Path file, List<String> settings) {
        ConfigReader in = ConfigReader.open(file, settings);
        StoreConfig config =
                new StoreConfig(
                        in.required("cluster.id", ID, StoreConfig::id),
                        in.required("store.id", ID, StoreConfig::id),
                        in.required("store.directory", "a directory", Path::of),
                        in.endpoints("store.raft.peers"),
                        in.endpoints("store.front.peers"),
                        in.optional(
                                "store.lease.groups",
                                String.valueOf(LEASE_GROUPS_DEFAULT),
                                "1 to " + LEASE_GROUPS_MAX,
                                StoreConfig::leaseGroups),
                        in.optional("store.join", "false", "true or false", StoreConfig::flag),
                        in.optional("store.transport", "netty", "grpc or netty", Transport::of),
                        in.required("management.listen", "host:port", ConfigReader::endpoint),
                        TlsFiles.read(in::text));
        in.refuseUnknown();
        config.check();
        return config;
    }

    private static int leaseGroups(String text) {
        int value = Integer.parseInt(text);
        if (value < 1 || value > LEASE_GROUPS_MAX) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static String id(String text) {
        if (!text.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private void check() {
        if (!raftPeers.containsKey(storeId)) {
            throw new ConfigException(
                    "store.id", storeId, "one of store.raft.peers " + raftPeers.keySet());
        }
        if (!frontPeers.keySet().equals(raftPeers.keySet())) {
            throw new ConfigException(
                    "store.front.peers",
                    frontPeers.keySet().toString(),
                    "the same ids as store.raft.peers " + raftPeers.keySet());
        }
    }

    /**
     * {@code id=host:port,...} with each id once; names are resolved once, here.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static Map<String, Endpoint> parseEndpoints(String text) {
        return ConfigReader.parseEndpoints(text);
    }

    /**
     * {@code host:port}; a name is resolved once, here.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static Endpoint parseEndpoint(String text) {
        return ConfigReader.endpoint(text);
    }

    /** Where clients reach this store. */
    public Endpoint front() {
        return Objects.requireNonNull(frontPeers.get(storeId));
    }
}
