package io.sallyport.store.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one store: made when it is needed, given up when it breaks. Everything happens
 * on the client's loop.
 */
final class StoreConnection {

    private static final int CONNECT_TIMEOUT_MILLIS = 500;
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Who is there and does not let us in will not the next moment either. */
    private static final long PAUSE_AFTER_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long HELLO = 0;

    /** Who hears what becomes of requests. */
    interface Listener {
        void answered(StoreConnection from, Request request, Answer answer);

        /** The request was sent, or never was, and no answer will come from here. */
        void lost(StoreConnection from, Request request, String why);

        /** The store is there and told of itself; before anything is sent to it. */
        void welcomed(StoreConnection by, Answer.Welcome welcome);
    }

    private final String store;
    private final String cluster;
    private final Listener listener;
    private final Bootstrap bootstrap;
    private final Map<Long, Request> inFlight = new HashMap<>();
    private final List<Request> waiting = new ArrayList<>();
    private @Nullable Channel channel;
    private boolean reached;
    private boolean ready;
    private boolean flushing;
    private long notBeforeNanos;
    private long lastRequest = HELLO;

    StoreConnection(
            String store, Endpoint endpoint, Trust trust, EventLoop loop, Listener listener) {
        this.store = store;
        this.cluster = trust.me().cluster();
        this.listener = listener;
        this.notBeforeNanos = System.nanoTime();
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .remoteAddress(
                                new InetSocketAddress(
                                        endpoint.address().toInetAddress(), endpoint.port()))
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel fresh) {
                                        trust.dial(fresh, trust.me().other(Role.STORE, store));
                                        fresh.pipeline()
                                                .addLast(
                                                        new LengthFieldBasedFrameDecoder(
                                                                Frames.ANSWER_BYTES_MAX,
                                                                0,
                                                                Integer.BYTES,
                                                                0,
                                                                Integer.BYTES))
                                                .addLast(new LengthFieldPrepender(Integer.BYTES))
                                                .addLast(new Answers());
                                    }
                                });
    }

    String store() {
        return store;
    }

    /** Whether a request given to it now has a chance at once. */
    boolean usable(long nowNanos) {
        return channel != null || nowNanos - notBeforeNanos >= 0;
    }

    void send(Request request) {
        if (ready) {
            write(request);
            return;
        }
        waiting.add(request);
        if (channel == null) {
            open();
        }
    }

    private void open() {
        ChannelFuture opening = bootstrap.connect();
        channel = opening.channel();
        opening.addListener(done -> {
            if (done.isSuccess()) {
                reached = true;
            } else {
                gone(opening.channel(), "store " + store + ": " + done.cause());
            }
        });
    }

    private void write(Request request) {
        long number = ++lastRequest;
        request.sent(number, System.nanoTime());
        inFlight.put(number, request);
        writeFrame(Frames.encode(request.group(), number, request.call()));
    }

    /** Nobody waits for the answer any more. */
    void forget(Request request) {
        inFlight.remove(request.number, request);
        waiting.remove(request);
    }

    /** Flushes once for all that is written in one turn of the loop. */
    private void writeFrame(byte[] frame) {
        Channel open = channel;
        if (open == null) {
            return;
        }
        open.write(Unpooled.wrappedBuffer(frame), open.voidPromise());
        if (!flushing) {
            flushing = true;
            open.eventLoop()
                    .execute(() -> {
                        flushing = false;
                        open.flush();
                    });
        }
    }

    /** Ends the connection; everything that was given to it is lost. */
    void close(String why) {
        Channel open = channel;
        if (open != null) {
            gone(open, why);
            open.close();
        }
    }

    private void gone(Channel former, String why) {
        if (former != channel) {
            return;
        }
        boolean refused = reached && !ready;
        channel = null;
        reached = false;
        ready = false;
        notBeforeNanos =
                System.nanoTime()
                        + (refused ? PAUSE_AFTER_REFUSAL_NANOS : PAUSE_AFTER_FAILURE_NANOS);
        List<Request> lost = new ArrayList<>(inFlight.values());
        lost.addAll(waiting);
        inFlight.clear();
        waiting.clear();
        lost.forEach(request -> listener.lost(this, request, why));
    }

    private void welcomed(Answer answer) {
        if (answer instanceof Answer.Welcome welcome) {
            ready = true;
            listener.welcomed(this, welcome);
            List<Request> held = List.copyOf(waiting);
            waiting.clear();
            held.forEach(this::write);
        } else if (answer instanceof Answer.Bad(String reason)) {
            close("store " + store + " refuses this client: " + reason);
        } else {
            close("store " + store + " does not speak as a store");
        }
    }

    private final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            writeFrame(Frames.encode(0, HELLO, new Call.Hello(cluster)));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (context.channel() != channel) {
                return;
            }
            Frames.Framed<Answer> frame = Frames.decodeAnswer(ByteBufUtil.getBytes(bytes));
            if (frame.request() == HELLO) {
                welcomed(frame.body());
                return;
            }
            Request request = inFlight.remove(frame.request());
            if (request != null) {
                listener.answered(StoreConnection.this, request, frame.body());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone(context.channel(), "store " + store + " closed the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            gone(context.channel(), "store " + store + ": " + cause);
            context.close();
        }
    }
}
