package io.sallyport.store.config;

import io.sallyport.net.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a store process is told.
 *
 * @param clusterId stores and clients of another cluster are refused
 * @param storeId this store; one of both peer lists
 * @param directory where its state lies; no other process may use it
 * @param raftPeers every store's Raft address, the same on all stores
 * @param frontPeers every store's client-facing address
 * @param transport how stores talk to each other, the same on all stores
 * @param management where metrics, health and status are read
 */
public record StoreConfig(
        String clusterId,
        String storeId,
        Path directory,
        Map<String, Endpoint> raftPeers,
        Map<String, Endpoint> frontPeers,
        Transport transport,
        Endpoint management) {

    /** Who carries Raft's messages. */
    public enum Transport {
        /** Ratis' own. */
        GRPC,
        /** Ours: half the time to a commit, and several times the load. */
        NETTY;

        private static Transport of(String text) {
            return switch (text) {
                case "grpc" -> GRPC;
                case "netty" -> NETTY;
                default -> throw new IllegalArgumentException(text);
            };
        }
    }

    private static final String ID = "1 to 63 of a-z, 0-9 and -";

    public StoreConfig {
        raftPeers = Map.copyOf(raftPeers);
        frontPeers = Map.copyOf(frontPeers);
    }

    /**
     * @param settings "key=value" over what the file says
     * @throws ConfigException naming the key, its value and what is allowed
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
                        in.optional("store.transport", "grpc", "grpc or netty", Transport::of),
                        in.required("management.listen", "host:port", ConfigReader::endpoint));
        in.refuseUnknown();
        config.check();
        return config;
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

    /** Where clients reach this store. */
    public Endpoint front() {
        return Objects.requireNonNull(frontPeers.get(storeId));
    }
}
