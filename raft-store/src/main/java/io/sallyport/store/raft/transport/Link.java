package io.sallyport.store.raft.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to another store, for what this store asks of it. Calls are made from any thread;
 * answers come on the loop, in any order. A connection on which nothing is heard for {@link
 * #SILENCE_NANOS} while something is asked is given up: after a cut, TCP would go on much later.
 */
final class Link extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    /** As long as Raft waits for an answer; the other end's loop answers pings at once. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LOOK_MILLIS = 250;

    /** What becomes of a call: one of the two, once, on the loop or on the calling thread. */
    interface Reply {
        void answered(CodedInputStream body) throws IOException;

        void lost(String why);
    }

    private final String name;
    private final Channel channel;
    private final CompletableFuture<Link> open;
    private final Map<Long, Reply> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastCall = new AtomicLong();
    private volatile boolean closed;
    private volatile long quietSinceNanos = System.nanoTime();

    /**
     * @param open completed with this when calls may be made
     */
    Link(String name, Channel channel, CompletableFuture<Link> open) {
        this.name = name;
        this.channel = channel;
        this.open = open;
    }

    /** Whether there is room for more; where not, the other end is slow. */
    boolean writable() {
        return channel.isWritable();
    }

    boolean closed() {
        return closed;
    }

    void call(int kind, MessageLite body, Reply reply) {
        ByteBuf frame = Frame.of(channel.alloc(), kind, register(reply), body);
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    private long register(Reply reply) {
        long call = lastCall.incrementAndGet();
        if (waiting.isEmpty()) {
            quietSinceNanos = System.nanoTime();
        }
        waiting.put(call, reply);
        if (closed && waiting.remove(call) != null) {
            reply.lost("the connection to " + name + " is closed");
        }
        return call;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(
                Frame.of(context.alloc(), Frame.HELLO, 0, Frame.VERSION), context.voidPromise());
        open.complete(this);
        lookLater();
    }

    private void lookLater() {
        var unused = channel.eventLoop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (closed) {
            return;
        }
        if (!waiting.isEmpty()) {
            if (System.nanoTime() - quietSinceNanos > SILENCE_NANOS) {
                LOG.info("{} does not answer; it is asked over a new connection", name);
                close();
                return;
            }
            channel.writeAndFlush(
                    Frame.of(channel.alloc(), Frame.PING, 0, ""), channel.voidPromise());
        }
        lookLater();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        quietSinceNanos = System.nanoTime();
        int kind = frame.readUnsignedByte();
        Reply reply = waiting.remove(frame.readLong());
        if (reply == null) {
            return;
        }
        switch (kind) {
            case Frame.DONE -> reply.answered(Frame.body(frame));
            case Frame.FAILED -> reply.lost(name + ": " + Frame.text(frame));
            default -> reply.lost(name + " answers in words that are not known: " + kind);
        }
    }

    void close() {
        channel.close();
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        closed = true;
        open.completeExceptionally(new IOException("no connection to " + name));
        for (Long call : waiting.keySet()) {
            Reply reply = waiting.remove(call);
            if (reply != null) {
                reply.lost("the connection to " + name + " broke");
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.info("{}: {}", name, cause.getMessage());
        } else {
            LOG.error("{}: a fault while an answer was handled", name, cause);
        }
        close();
    }
}
