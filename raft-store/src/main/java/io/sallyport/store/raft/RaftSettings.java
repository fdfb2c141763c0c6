package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import io.sallyport.store.raft.transport.Transport;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * What a Raft server is told.
 *
 * @param leaseGroups how many groups there are beside the control group
 * @param peers the Raft address of each store by its id, this one included: those that the cluster
 *     is made of. Once a group has committed anything, its own list of members counts instead
 * @param fronts where clients reach each of them
 * @param join whether this store is none of those that the cluster is made of, and waits for its
 *     leaders to take it in
 * @param ownTransport our own messages between stores, or Ratis' gRPC; the same on all stores
 */
public record RaftSettings(
        String cluster,
        String store,
        Path directory,
        int leaseGroups,
        Map<String, Endpoint> peers,
        Map<String, Endpoint> fronts,
        boolean join,
        boolean ownTransport,
        Cut cut) {

    /**
     * When the log is cut.
     *
     * @param entries after how many a checkpoint is made
     * @param bytes after how many bytes of entries a checkpoint is made, if that comes first
     * @param segmentBytes how large a file of the log grows; only whole files are cut off
     */
    public record Cut(long entries, long bytes, int segmentBytes) {

        /** Of commits that come slowly there is a checkpoint each minute besides. */
        public static final Cut USUAL = new Cut(20_000, 64 << 20, 8 << 20);

        public Cut(long entries, int segmentBytes) {
            this(entries, 64 << 20, segmentBytes);
        }
    }

    /** How often Ratis looks whether there is a new checkpoint, in entries. */
    private static final long LOOK = 64;

    /** Entries that stay in the log after a checkpoint, for followers that were away briefly. */
    private static final long KEPT_ENTRIES = 4096;

    public RaftSettings {
        peers = Map.copyOf(peers);
        fronts = Map.copyOf(fronts);
        if (!peers.containsKey(store)) {
            throw new IllegalArgumentException("store " + store + " is not among " + peers);
        }
    }

    Endpoint self() {
        return Objects.requireNonNull(peers.get(store));
    }

    /** Every store of a cluster finds the same id for a group. */
    RaftGroupId groupId(int group) {
        return RaftGroupId.valueOf(
                UUID.nameUUIDFromBytes(
                        ("sallyport:" + cluster + ":" + group).getBytes(StandardCharsets.UTF_8)));
    }

    /** The group as it is before it committed anything. */
    RaftGroup group(int group) {
        List<RaftPeer> members =
                join ? List.of() : new TreeMap<>(peers).keySet().stream().map(this::peer).toList();
        return RaftGroup.valueOf(groupId(group), members);
    }

    private RaftPeer peer(String id) {
        return peer(
                id, Objects.requireNonNull(peers.get(id)), Objects.requireNonNull(fronts.get(id)));
    }

    /** Equal priorities: a preferred leader would cost a second election after each restart. */
    static RaftPeer peer(String id, Endpoint raft, Endpoint front) {
        return RaftPeer.newBuilder()
                .setId(RaftPeerId.valueOf(id))
                .setAddress(raft.toString())
                .setClientAddress(front.toString())
                .build();
    }

    /** Groups lie where they lie. */
    void showGroups(RaftProperties properties) {
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory.resolve("raft").toFile()));
    }

    /**
     * A server that is built now finds no group on disk. It would open those that it finds without
     * their stores, which they may not know themselves yet: so they are given to it one by one.
     */
    void hideGroups(RaftProperties properties) {
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(directory.resolve("no-group-is-here").toFile()));
    }

    /** docs/design/ALLOCATION.md section 8 has the measurements behind these. */
    RaftProperties properties() {
        RaftProperties properties = new RaftProperties();
        messages(properties);
        showGroups(properties);
        commits(properties);
        log(properties);
        elections(properties);
        return properties;
    }

    private void messages(RaftProperties properties) {
        if (ownTransport) {
            RaftConfigKeys.Rpc.setType(properties, new Transport());
            Transport.listen(properties, self());
            // Nodes and lease groups wait for what it says.
            Transport.prompt(properties, groupId(0));
            // Entries are appended in the thread that brings them, in the order of its connection.
            RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        } else {
            RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
            GrpcConfigKeys.Server.setHost(properties, self().address().toString());
            GrpcConfigKeys.Server.setPort(properties, self().port());
        }
    }

    /** What cannot be said in words: with what messages are secured. */
    Parameters parameters(Trust trust) {
        if (ownTransport) {
            return Transport.parameters(trust);
        }
        Parameters parameters = new Parameters();
        if (trust.secures()) {
            GrpcConfigKeys.TLS.setConf(
                    parameters, new GrpcTlsConfig(trust.keys(), trust.members(Role.STORE), true));
        }
        return parameters;
    }

    /** A commit waits for nothing but the disks of a majority. */
    private static void commits(RaftProperties properties) {
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(
                properties, TimeDuration.valueOf(0, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // A store that comes back is found within half a second, however long it was away.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,10, 500ms,1000000");
        RaftServerConfigKeys.Write.setElementLimit(properties, 65536);
        // No request of ours comes twice to Ratis: the state machine knows calls that do. What it
        // keeps all the same is copied by each collection of garbage.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, millis(100));
    }

    /** Small caches: the default ones keep hundreds of megabytes alive and turn into pauses. */
    private void log(RaftProperties properties) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(
                properties, SizeInBytes.valueOf(cut.segmentBytes()));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(
                properties, SizeInBytes.valueOf(Math.min(1 << 20, cut.segmentBytes())));
        // The buffer must hold what one message may carry, and eight bytes.
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
                properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("2MB"));
        RaftServerConfigKeys.Log.setPurgeGap(properties, (int) Math.min(256, cut.entries()));
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(
                properties, Math.min(KEPT_ENTRIES, cut.entries() / 2));
        // Checkpoints are made when the state machine finds them due; Ratis only asks for the
        // latest.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, Math.min(LOOK, cut.entries()));
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    }

    private static void elections(RaftProperties properties) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(300));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(600));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(1000));
        // A process that was stopped for a while goes on as a follower. By default it would close
        // itself after a minute, and be a process that does nothing.
        RaftServerConfigKeys.setCloseThreshold(properties, seconds(365 * 24 * 3600));
    }

    private static TimeDuration seconds(long count) {
        return TimeDuration.valueOf(count, TimeUnit.SECONDS);
    }

    private static TimeDuration millis(long count) {
        return TimeDuration.valueOf(count, TimeUnit.MILLISECONDS);
    }
}
