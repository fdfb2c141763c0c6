package io.sallyport.store.front;

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
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The listener. One loop serves all connections: a store has few clients and small frames. */
public final class FrontServer implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group;
    private final ChannelGroup connections;

    private FrontServer(MultiThreadIoEventLoopGroup group, ChannelGroup connections) {
        this.group = group;
        this.connections = connections;
    }

    /**
     * Listens, and answers from now on.
     *
     * @param trust whom it serves, and of which cluster
     * @throws IOException where the port is taken or the address is not this machine's
     */
    public static FrontServer start(
            String store, Trust trust, Endpoint listen, StoreDesk desk, CatalogWatch watch)
            throws IOException {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("front", true), NioIoHandler.newFactory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 128)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel fresh) {
                                        connections.add(fresh);
                                        trust.accept(fresh, Rights.CLIENTS);
                                        fresh.pipeline()
                                                .addLast(
                                                        new LengthFieldBasedFrameDecoder(
                                                                Frames.CALL_BYTES_MAX,
                                                                0,
                                                                Integer.BYTES,
                                                                0,
                                                                Integer.BYTES))
                                                .addLast(new LengthFieldPrepender(Integer.BYTES))
                                                .addLast(
                                                        new FrontHandler(
                                                                store, trust, desk, watch));
                                    }
                                })
                        .bind(
                                new InetSocketAddress(
                                        listen.address().toInetAddress(), listen.port()))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        connections.add(bound.channel());
        return new FrontServer(group, connections);
    }

    /** How many clients are connected. From any thread. */
    public int connections() {
        return Math.max(0, connections.size() - 1);
    }

    /** Cuts every client off; their calls in flight are theirs to repeat elsewhere. */
    @Override
    public void close() {
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
