package io.sallyport.store.raft.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.jspecify.annotations.Nullable;

/**
 * Another store, as one that can be asked: a connection is made when it is needed, and made anew,
 * after a pause, when it broke. From any thread.
 */
final class Peer {

    private static final int CONNECT_TIMEOUT_MILLIS = 500;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** After one that ended as soon as it began: signatures cost more than packets. */
    private static final long LONG_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Several of the longest messages that entries come in. */
    private static final WriteBufferWaterMark WRITE_AHEAD =
            new WriteBufferWaterMark(2 << 20, 4 << 20);

    private final String name;
    private final Endpoint endpoint;
    private final Trust trust;
    private final Bootstrap bootstrap;
    private CompletableFuture<Link> link;
    private long notBeforeNanos = System.nanoTime();
    private boolean closed;

    Peer(String name, Endpoint endpoint, EventLoopGroup loop, Trust trust) {
        this.name = name;
        this.endpoint = endpoint;
        this.trust = trust;
        this.link = CompletableFuture.failedFuture(new IOException(name + " was never asked"));
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_AHEAD)
                        .remoteAddress(
                                new InetSocketAddress(
                                        endpoint.address().toInetAddress(), endpoint.port()));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The connection where there is one now; where not, one is on its way. */
    @Nullable Link link() {
        CompletableFuture<Link> now = open();
        Link made = now.isCompletedExceptionally() ? null : now.getNow(null);
        return made == null || made.closed() ? null : made;
    }

    private synchronized CompletableFuture<Link> open() {
        boolean gone = link.isDone() && (link.isCompletedExceptionally() || link.join().closed());
        if (gone && !closed && System.nanoTime() - notBeforeNanos >= 0) {
            notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
            link = connect();
        }
        return link;
    }

    private CompletableFuture<Link> connect() {
        CompletableFuture<Link> made = new CompletableFuture<>();
        var unused =
                bootstrap
                        .clone()
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel fresh) {
                                        trust.dial(fresh, trust.me().other(Role.STORE, name));
                                        Framing.of(fresh).addLast(new Link(name, fresh, made));
                                    }
                                })
                        .connect()
                        .addListener((ChannelFuture done) -> {
                            if (done.isSuccess()) {
                                long since = System.nanoTime();
                                done.channel().closeFuture().addListener(over -> ended(since));
                            } else {
                                made.completeExceptionally(done.cause());
                            }
                        });
        return made;
    }

    /** Whoever is there and hangs up is asked less often than who is not there. */
    private synchronized void ended(long sinceNanos) {
        long now = System.nanoTime();
        if (now - sinceNanos < LONG_PAUSE_NANOS) {
            notBeforeNanos = now + LONG_PAUSE_NANOS;
        }
    }

    /**
     * Asks and waits; not on the loop.
     *
     * @throws IOException where it could not be asked, refused, or did not answer in time
     */
    <T extends MessageLite> T ask(int kind, MessageLite question, Parser<T> parser, long millis)
            throws IOException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            open().get(CONNECT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .call(kind, question, new Answer<>(parser, answer));
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(name + " was asked").initCause(e);
        } catch (TimeoutException e) {
            throw new IOException(name + " does not answer", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private record Answer<T>(Parser<T> parser, CompletableFuture<T> future) implements Link.Reply {
        @Override
        public void answered(CodedInputStream body) throws IOException {
            future.complete(parser.parseFrom(body));
        }

        @Override
        public void lost(String why) {
            future.completeExceptionally(new IOException(why));
        }
    }

    synchronized void close() {
        closed = true;
        link.thenAccept(Link::close);
    }
}
