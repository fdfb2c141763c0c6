package io.sallyport.store.raft.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of the transport, for all groups of this store: one listener, one connection to
 * each other store, one loop for all of them. The questions that Ratis asks one at a time, votes
 * above all, wait in its own thread for their answer.
 */
final class TransportRpc implements RaftServerRpc {

    private static final long VOTE_MILLIS = 1_000;

    /** The last piece of a checkpoint is answered when it was put in place. */
    private static final long SNAPSHOT_MILLIS = 60_000;

    private final RaftServer server;
    private final Endpoint listen;
    private final Trust trust;
    private final Divisions divisions;
    private final MultiThreadIoEventLoopGroup loop;
    private final ExecutorService workers;
    private final ChannelGroup incoming =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Map<RaftPeerId, Peer> peers = new ConcurrentHashMap<>();

    /** On the loop only. */
    private final Map<ByteString, Lane> lanes = new HashMap<>();

    TransportRpc(RaftServer server, Endpoint listen, Trust trust) {
        this.server = server;
        this.listen = listen;
        this.trust = trust;
        divisions = new Divisions(server);
        loop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("raft-io", true), NioIoHandler.newFactory());
        workers = Executors.newCachedThreadPool(new DefaultThreadFactory("raft-work", true));
    }

    RaftServer server() {
        return server;
    }

    Trust trust() {
        return trust;
    }

    Divisions divisions() {
        return divisions;
    }

    ExecutorService workers() {
        return workers;
    }

    /** On the loop. */
    Lane lane(ByteString group) {
        return lanes.computeIfAbsent(group, absent -> new Lane(loop, workers));
    }

    @Override
    public void start() throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel fresh) {
                                        incoming.add(fresh);
                                        trust.accept(fresh, Set.of(Role.STORE));
                                        Framing.ofStranger(fresh)
                                                .addLast(new Incoming(TransportRpc.this));
                                    }
                                })
                        .bind(getInetSocketAddress())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen at " + listen, bound.cause());
        }
        incoming.add(bound.channel());
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        return new InetSocketAddress(listen.address().toInetAddress(), listen.port());
    }

    @Override
    public RpcType getRpcType() {
        return new Transport();
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> all) {
        for (RaftPeer each : all) {
            if (each.getId().equals(server.getId())) {
                continue;
            }
            Endpoint endpoint = Endpoint.parse(each.getAddress());
            peers.compute(
                    each.getId(),
                    (id, known) -> {
                        if (known != null && known.endpoint().equals(endpoint)) {
                            return known;
                        }
                        if (known != null) {
                            known.close();
                        }
                        return new Peer(id.toString(), endpoint, loop, trust);
                    });
        }
    }

    /** The connection to that store, where there is one now. */
    @Nullable Link link(RaftPeerId id) {
        Peer peer = peers.get(id);
        return peer == null ? null : peer.link();
    }

    private Peer target(RaftRpcRequestProto request) throws IOException {
        RaftPeerId id = RaftPeerId.valueOf(request.getReplyId());
        Peer peer = peers.get(id);
        if (peer == null) {
            throw new IOException("the address of store " + id + " is not known");
        }
        return peer;
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return target(request.getServerRequest())
                .ask(Frame.VOTE, request, RequestVoteReplyProto.parser(), VOTE_MILLIS);
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
            StartLeaderElectionRequestProto request) throws IOException {
        return target(request.getServerRequest())
                .ask(Frame.ELECT, request, StartLeaderElectionReplyProto.parser(), VOTE_MILLIS);
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
            throws IOException {
        return target(request.getServerRequest())
                .ask(Frame.SNAPSHOT, request, InstallSnapshotReplyProto.parser(), SNAPSHOT_MILLIS);
    }

    /** Not the way of entries, which {@link PipelinedAppender} sends; whole for all that. */
    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
            throws IOException {
        return target(request.getServerRequest())
                .ask(Frame.APPEND, request, AppendEntriesReplyProto.parser(), VOTE_MILLIS);
    }

    /** Nothing to do: a broken connection is replaced when it is next needed. */
    @Override
    public void handleException(RaftPeerId peer, Exception cause, boolean reconnect) {}

    @Override
    public void close() {
        incoming.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        peers.values().forEach(Peer::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdown();
    }
}
