package io.sallyport.store.raft.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection over which another store asks this one. On the loop; answers from any thread. */
final class Incoming extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    private final TransportRpc rpc;
    private boolean greeted;

    Incoming(TransportRpc rpc) {
        this.rpc = rpc;
    }

    /** What may fail or wait. */
    private interface Work {
        MessageLite done() throws IOException;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        int kind = frame.readUnsignedByte();
        long call = frame.readLong();
        Channel channel = context.channel();
        if (!greeted) {
            greet(context, kind, frame);
            return;
        }
        switch (kind) {
            case Frame.APPEND -> {
                var request = AppendEntriesRequestProto.parseFrom(Frame.body(frame));
                itself(channel, request.getServerRequest());
                append(channel, call, request);
            }
            case Frame.SNAPSHOT -> snapshot(channel, call, Frame.body(frame));
            case Frame.VOTE -> {
                var request = RequestVoteRequestProto.parseFrom(Frame.body(frame));
                itself(channel, request.getServerRequest());
                rpc.workers()
                        .execute(
                                () -> work(channel, call, () -> rpc.server().requestVote(request)));
            }
            case Frame.ELECT -> {
                var request = StartLeaderElectionRequestProto.parseFrom(Frame.body(frame));
                itself(channel, request.getServerRequest());
                rpc.workers()
                        .execute(() ->
                                work(
                                        channel,
                                        call,
                                        () -> rpc.server().startLeaderElection(request)));
            }
            case Frame.PING -> write(channel, Frame.of(channel.alloc(), Frame.DONE, call, ""));
            default -> throw new IOException("no message has the kind " + kind);
        }
    }

    private void greet(ChannelHandlerContext context, int kind, ByteBuf frame) throws IOException {
        if (kind != Frame.HELLO || !Frame.text(frame).equals(Frame.VERSION)) {
            throw new IOException("this is no store that speaks " + Frame.VERSION);
        }
        greeted = true;
        Framing.known(context.pipeline());
    }

    /** A store speaks for itself alone, as far as certificates say who it is. */
    private void itself(Channel channel, RaftRpcRequestProto request) throws IOException {
        String said = request.getRequestorId().toStringUtf8();
        Optional<MemberName> who = Trust.who(channel);
        if (who.isPresent() && !who.get().id().equals(said)) {
            String why = who.get() + " says that it is " + said;
            rpc.trust().refuse(channel, Refusal.OTHER_MEMBER, why);
            throw new IOException(why);
        }
    }

    private void append(Channel channel, long call, AppendEntriesRequestProto request) {
        Lane lane = rpc.lane(request.getServerRequest().getRaftGroupId().getId());
        if (lane.free()) {
            try {
                Optional<CompletableFuture<AppendEntriesReplyProto>> reply =
                        rpc.divisions().appendNow(request);
                if (reply.isPresent()) {
                    answer(channel, call, reply.get());
                    return;
                }
            } catch (IOException | RuntimeException e) {
                failed(channel, call, e);
                return;
            }
        }
        lane.later(() -> {
            try {
                answer(channel, call, rpc.divisions().appendLater(request));
            } catch (IOException | RuntimeException e) {
                failed(channel, call, e);
            }
        });
    }

    private static void answer(
            Channel channel, long call, CompletableFuture<AppendEntriesReplyProto> reply) {
        var unused =
                reply.whenComplete((message, failure) -> {
                    if (failure == null) {
                        done(channel, call, message);
                    } else {
                        failed(channel, call, failure);
                    }
                });
    }

    private void snapshot(Channel channel, long call, CodedInputStream body) throws IOException {
        var request = InstallSnapshotRequestProto.parseFrom(body);
        itself(channel, request.getServerRequest());
        rpc.lane(request.getServerRequest().getRaftGroupId().getId())
                .later(() -> work(channel, call, () -> rpc.divisions().install(request)));
    }

    private static void work(Channel channel, long call, Work work) {
        try {
            done(channel, call, work.done());
        } catch (IOException | RuntimeException e) {
            failed(channel, call, e);
        }
    }

    private static void done(Channel channel, long call, MessageLite message) {
        write(channel, Frame.of(channel.alloc(), Frame.DONE, call, message));
    }

    private static void failed(Channel channel, long call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        write(channel, Frame.of(channel.alloc(), Frame.FAILED, call, cause.toString()));
    }

    private static void write(Channel channel, ByteBuf frame) {
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.info("{} is cut off: {}", context.channel().remoteAddress(), cause.getMessage());
        } else {
            LOG.error("{} is cut off", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
