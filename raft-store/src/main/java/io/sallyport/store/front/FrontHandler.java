package io.sallyport.store.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.sallyport.allocator.Orphan;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. Bytes that are no frame end it; a frame that makes no sense is answered
 * so. On the connection's loop, answers come from any thread.
 */
final class FrontHandler extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(FrontHandler.class);

    /** Catalogs that one connection may wait for at once; a client needs one. */
    private static final int WATCHES_MAX = 16;

    private final String store;
    private final Trust trust;
    private final String cluster;
    private final StoreDesk desk;
    private final CatalogWatch watch;
    private final Set<CompletableFuture<byte[]>> watches = new HashSet<>();
    private boolean welcome;
    private boolean flushing;

    FrontHandler(String store, Trust trust, StoreDesk desk, CatalogWatch watch) {
        this.store = store;
        this.trust = trust;
        this.cluster = trust.me().cluster();
        this.desk = desk;
        this.watch = watch;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        Frames.Framed<Call> frame = Frames.decodeCall(ByteBufUtil.getBytes(bytes));
        if (!welcome) {
            greet(context, frame);
            return;
        }
        int group = frame.group();
        if (group > desk.leaseGroups()) {
            throw new WireException("there is no group " + group);
        }
        long request = frame.request();
        Optional<String> forbidden = forbidden(context, frame.body());
        if (forbidden.isPresent()) {
            trust.refuse(context.channel(), Refusal.OTHER_MEMBER, forbidden.get());
            answer(context, request, new Answer.Bad(forbidden.get()));
            return;
        }
        switch (frame.body()) {
            case Call.Hello hello -> end(context, request, "a second hello");
            case Call.Submit(ClientCall call) -> submit(context, group, request, call);
            case Call.CatalogAfter(long known, int waitMillis) ->
                    catalogAfter(context, request, known, waitMillis);
            case Call.Members() ->
                    answer(context, request, new Answer.MembersNow(desk.view().membership()));
            case Call.Orphans(var after) -> answer(context, request, orphans(group, after));
            case Call.Wanted(var holder) ->
                    answer(context, request, new Answer.WantedNow(desk.wanted(holder)));
            case Call.Status() -> status(context, request);
            case Call.ChangeStores change -> {
                var unused =
                        desk.change(group, change)
                                .thenAccept(answer -> answer(context, request, answer));
            }
        }
    }

    /** Why this client may not say it; what makes no sense is left to the desk. */
    private Optional<String> forbidden(ChannelHandlerContext context, Call call) {
        try {
            return Trust.who(context.channel())
                    .flatMap(who -> Rights.forbids(who, call, desk.view().membership()));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    private void greet(ChannelHandlerContext context, Frames.Framed<Call> frame) {
        if (!(frame.body() instanceof Call.Hello(String theirs))) {
            end(context, frame.request(), "a connection begins with a hello");
        } else if (!theirs.equals(cluster)) {
            end(context, frame.request(), "this is cluster " + cluster + ", not " + theirs);
        } else {
            welcome = true;
            answer(
                    context,
                    frame.request(),
                    new Answer.Welcome(store, desk.leaseGroups(), desk.stores()));
        }
    }

    /** On a thread of its own: nobody's calls wait for it. */
    private void status(ChannelHandlerContext context, long request) {
        Thread.ofVirtual()
                .name("status")
                .start(() -> answer(context, request, new Answer.StatusNow(desk.status())));
    }

    private Answer orphans(int group, Optional<Orphan.Position> after) {
        return group == 0
                ? new Answer.Bad("the control group has no leases")
                : new Answer.OrphansNow(desk.orphans(group, after));
    }

    private void end(ChannelHandlerContext context, long request, String why) {
        byte[] frame = Frames.encode(0, request, new Answer.Bad(why));
        context.writeAndFlush(Unpooled.wrappedBuffer(frame))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void submit(ChannelHandlerContext context, int group, long request, ClientCall call) {
        try {
            desk.check(group, call);
        } catch (WireException e) {
            answer(context, request, new Answer.Bad(String.valueOf(e.getMessage())));
            return;
        }
        var unused =
                desk.submit(group, call).thenAccept(answer -> answer(context, request, answer));
    }

    private void catalogAfter(
            ChannelHandlerContext context, long request, long known, int waitMillis) {
        if (watches.size() >= WATCHES_MAX) {
            answer(context, request, new Answer.Busy(WATCHES_MAX + " waits are open already"));
            return;
        }
        CompletableFuture<byte[]> news = watch.after(known);
        watches.add(news);
        var tired =
                context.executor()
                        .schedule(
                                () -> news.complete(watch.now()),
                                waitMillis,
                                TimeUnit.MILLISECONDS);
        var unused =
                news.whenCompleteAsync(
                        (catalog, none) -> {
                            tired.cancel(false);
                            watches.remove(news);
                            if (catalog != null) {
                                answer(context, request, new Answer.CatalogNow(catalog));
                            }
                        },
                        context.executor());
    }

    private void answer(ChannelHandlerContext context, long request, Answer answer) {
        byte[] frame = Frames.encode(0, request, answer);
        if (context.executor().inEventLoop()) {
            write(context, frame);
        } else {
            context.executor().execute(() -> write(context, frame));
        }
    }

    /** One flush for all answers of one turn of the loop: a batch is answered in one packet. */
    private void write(ChannelHandlerContext context, byte[] frame) {
        context.write(Unpooled.wrappedBuffer(frame), context.voidPromise());
        if (!flushing) {
            flushing = true;
            context.executor()
                    .execute(() -> {
                        flushing = false;
                        context.flush();
                    });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Set.copyOf(watches).forEach(each -> each.cancel(false));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean theirs =
                cause instanceof WireException
                        || cause instanceof TooLongFrameException
                        || cause instanceof IOException;
        if (theirs) {
            LOG.info("{} is cut off: {}", context.channel().remoteAddress(), cause.getMessage());
        } else {
            LOG.error("{} is cut off", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
