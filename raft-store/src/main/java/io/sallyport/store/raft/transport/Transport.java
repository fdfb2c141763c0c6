package io.sallyport.store.raft.transport;

import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Trust;
import java.util.Objects;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.jspecify.annotations.Nullable;

/**
 * What Ratis is given to get our transport: it makes one by its class name, and asks it for the two
 * ends of a message.
 */
public final class Transport implements RpcType, ServerFactory {

    private static final String LISTEN = "sallyport.raft.listen";

    private static final String PROMPT = "sallyport.raft.prompt";

    private static final String TRUST = "sallyport.raft.trust";

    private final Optional<Trust> trust;

    /** For Ratis, which knows the class by its name only. */
    public Transport() {
        this(Optional.empty());
    }

    private Transport(Optional<Trust> trust) {
        this.trust = trust;
    }

    /** Whom the server that gets these parameters believes; without it, everybody. */
    public static Parameters parameters(Trust trust) {
        Parameters parameters = new Parameters();
        parameters.put(TRUST, trust, Trust.class);
        return parameters;
    }

    /** Where the server that gets these properties will listen. */
    public static void listen(RaftProperties properties, Endpoint endpoint) {
        properties.set(LISTEN, endpoint.toString());
    }

    /** In which group followers hear of each commit at once. */
    public static void prompt(RaftProperties properties, RaftGroupId group) {
        properties.set(PROMPT, group.getUuid().toString());
    }

    @Override
    public String name() {
        return Transport.class.getName();
    }

    @Override
    public ServerFactory newFactory(@Nullable Parameters parameters) {
        return new Transport(
                Optional.ofNullable(parameters).map(all -> all.get(TRUST, Trust.class)));
    }

    @Override
    public RpcType getRpcType() {
        return this;
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
        String listen = Objects.requireNonNull(server.getProperties().get(LISTEN), LISTEN);
        return new TransportRpc(
                server, Endpoint.parse(listen), trust.orElseGet(() -> Trust.plain("raft")));
    }

    @Override
    public LogAppender newLogAppender(
            RaftServer.Division server, LeaderState state, FollowerInfo follower) {
        TransportRpc rpc = (TransportRpc) server.getRaftServer().getServerRpc();
        String prompt = server.getRaftServer().getProperties().get(PROMPT);
        String group = server.getMemberId().getGroupId().getUuid().toString();
        return new PipelinedAppender(server, state, follower, rpc, group.equals(prompt));
    }
}
