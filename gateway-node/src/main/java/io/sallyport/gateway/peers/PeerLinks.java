package io.sallyport.gateway.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Refusal;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions over TCP: one connection per pair of nodes, which the younger life dials, so both
 * directions are in order and break together. Netty's thread only decodes and posts; everything
 * else happens on the worker thread, to which every public method belongs. A node that is about to
 * join has dialled and proved itself by then: all others wait for it from the moment in which it is
 * a member, and a greeting is all that is missing.
 *
 * <p>What the worker says to a peer in one turn leaves in one piece, which is posted as one to the
 * other's worker: a frame of its own costs neither thread a call of the other.
 *
 * <pre>
 * i32 length | hello: "SPP2" text cluster id, text node id, i64 incarnation
 *                                    (first; a stranger gets none back)
 * i32 length | piece                                            (see FrameCodec)
 * </pre>
 */
final class PeerLinks implements Links, AutoCloseable {

    /** What the worker does with what comes. */
    interface Listener {
        void up(Incarnation peer);

        void down(Incarnation peer);

        /** In the order in which they were said. */
        void received(Incarnation from, Epoch epoch, List<Frame> frames);
    }

    private static final Logger LOG = LoggerFactory.getLogger(PeerLinks.class);
    private static final int MAGIC = 0x53505032;
    private static final int NAME_BYTES_MAX = 256;
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

    /** Pause between two dials of one peer. */
    private static final long REDIAL_NANOS = 200_000_000L;

    /** How long a dial that was answered may take to become a session: a busy box's signatures. */
    private static final long GREETING_NANOS = 4_000_000_000L;

    /** Pause between two looks at who is missing or silent. */
    private static final long LOOK_NANOS = 20_000_000L;

    /** A session without a word for so long is broken, so that a new one is tried. */
    private static final long SILENT_NANOS = 3_000_000_000L;

    /** Nobody's end waits longer for a peer that does not read. */
    private static final long FAREWELL_NANOS = 200_000_000L;

    /** A peer that reads so slowly that this much waits for it loses its session. */
    private static final int OUTBOUND_BYTES_MAX = 64 << 20;

    private final Trust trust;
    private final NodeId node;
    private final Endpoint listen;
    private final Executor mailbox;
    private final LongSupplier clock;
    private final EventLoopGroup loop;
    private final Map<Incarnation, Session> sessions = new HashMap<>();
    private final Map<Incarnation, Member> peers = new HashMap<>();
    private final Map<Incarnation, Long> dialledNanos = new HashMap<>();

    /** Dialled, and neither broken nor, maybe, begun. */
    private final Set<Incarnation> greeting = new HashSet<>();

    private final Set<Session> written = new HashSet<>();

    /** Dialled before this life began, and ready to greet. */
    private final Set<Session> early = new HashSet<>();

    private long lastLookNanos;
    private volatile @Nullable Incarnation me;
    private @Nullable Listener listener;
    private @Nullable Channel server;

    /**
     * @param trust what this node proves itself with, and of which cluster it is
     */
    PeerLinks(Trust trust, NodeId node, Endpoint listen, Executor mailbox, LongSupplier clock) {
        this.trust = trust;
        this.node = node;
        this.listen = listen;
        this.mailbox = mailbox;
        this.clock = clock;
        lastLookNanos = clock.getAsLong() - LOOK_NANOS;
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    /**
     * Any thread, once.
     *
     * @throws UncheckedIOException where the address cannot be bound
     */
    void listen() {
        try {
            server =
                    new ServerBootstrap()
                            .group(loop)
                            .channel(NioServerSocketChannel.class)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childHandler(initializer(Optional.empty(), () -> {}))
                            .bind(address(listen))
                            .sync()
                            .channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } catch (Exception e) {
            // Netty throws the socket's own checked exception through sync().
            throw new UncheckedIOException(
                    new IOException("cannot listen for peers at " + listen, e));
        }
    }

    /**
     * Dials those who will be this node's peers once it has joined. Before {@link #begin}.
     *
     * @return completes when each of them can be greeted, or does not answer
     */
    CompletableFuture<Void> approach(List<Member> others) {
        long now = clock.getAsLong();
        return CompletableFuture.allOf(
                others.stream()
                        .map(other -> dial(other.incarnation(), other, now))
                        .toArray(CompletableFuture<?>[]::new));
    }

    /** From now on peers are greeted as this life. */
    void begin(Incarnation life, Listener worker) {
        me = life;
        listener = worker;
        // Whoever is greeted now is not dialled again before he can have answered.
        long now = clock.getAsLong();
        greeting.forEach(peer -> dialledNanos.put(peer, now));
        early.forEach(Session::greet);
        early.clear();
    }

    /** One who was dialled has proved himself. */
    private void reached(Session session) {
        if (me == null) {
            early.add(session);
        } else {
            session.greet();
        }
    }

    private static InetSocketAddress address(Endpoint endpoint) {
        return new InetSocketAddress(endpoint.address().toInetAddress(), endpoint.port());
    }

    /**
     * @param meant whom this node dials; empty where it is dialled
     */
    private ChannelInitializer<SocketChannel> initializer(
            Optional<NodeId> meant, Runnable whenReached) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.config()
                        .setWriteBufferWaterMark(
                                new WriteBufferWaterMark(
                                        OUTBOUND_BYTES_MAX / 2, OUTBOUND_BYTES_MAX));
                meant.ifPresentOrElse(
                        other -> trust.dial(channel, trust.me().other(Role.NODE, other.value())),
                        () -> trust.accept(channel, Set.of(Role.NODE)));
                channel.pipeline()
                        .addLast(new LengthFieldBasedFrameDecoder(FrameCodec.PIECE_MAX, 0, 4, 0, 4))
                        .addLast(new Session(channel, meant.isPresent(), whenReached));
            }
        };
    }

    @Override
    public boolean isUp(Incarnation peer) {
        return sessions.containsKey(peer);
    }

    @Override
    public void send(Incarnation peer, Epoch epoch, Frame frame) {
        Session session = sessions.get(peer);
        if (session == null) {
            return;
        }
        if (!session.channel.isActive()) {
            // The word of its end lies in the mailbox.
            return;
        }
        if (!session.channel.isWritable()) {
            LOG.warn("peer {} does not read: session broken", peer);
            session.channel.close();
            return;
        }
        if (session.say(epoch, frame)) {
            written.add(session);
        }
    }

    @Override
    public void reach(Membership membership) {
        peers.clear();
        for (Member member : membership.members()) {
            if (member.status() != Member.Status.DEAD && !member.incarnation().equals(me)) {
                peers.put(member.incarnation(), member);
            }
        }
        // A session may be older than this list: by now it is known whose life that is.
        for (Session session : List.copyOf(sessions.values())) {
            if (!isItself(session)) {
                session.channel.close();
            }
        }
        dialledNanos.keySet().retainAll(peers.keySet());
        greeting.retainAll(peers.keySet());
    }

    /** Sends what was written, dials who is missing, breaks what is silent. Once a turn. */
    void tend(long now) {
        if (!written.isEmpty()) {
            for (Session session : written) {
                var unused = session.flush();
            }
            written.clear();
        }
        Incarnation life = me;
        if (life == null || now - lastLookNanos < LOOK_NANOS) {
            return;
        }
        lastLookNanos = now;
        for (Map.Entry<Incarnation, Member> peer : peers.entrySet()) {
            Incarnation other = peer.getKey();
            Session session = sessions.get(other);
            if (session != null) {
                if (now - session.heardNanos > SILENT_NANOS) {
                    session.channel.close();
                }
            } else if (other.compareTo(life) < 0 && isDue(other, now)) {
                var unused = dial(other, peer.getValue(), now);
            }
        }
    }

    private boolean isDue(Incarnation peer, long now) {
        Long last = dialledNanos.get(peer);
        long pause =
                greeting.contains(peer)
                        ? GREETING_NANOS
                        : REDIAL_NANOS + CONNECT_TIMEOUT_MILLIS * 1_000_000L;
        return last == null || now - last >= pause;
    }

    /**
     * @return completes when the peer has proved himself, or the attempt is over
     */
    private CompletableFuture<Void> dial(Incarnation peer, Member member, long now) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        dialledNanos.put(peer, now);
        greeting.add(peer);
        ChannelFuture dialled =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .handler(initializer(Optional.of(member.node()), () -> over.complete(null)))
                        .connect(address(member.peers()));
        dialled.addListener(future -> {
            if (!future.isSuccess()) {
                mailbox.execute(() -> redialSoon(peer));
            }
        });
        dialled.channel()
                .closeFuture()
                .addListener(closed -> {
                    over.complete(null);
                    mailbox.execute(() -> greeting.remove(peer));
                });
        return over;
    }

    /** A refusal came at once: try again sooner than after a silent dial. */
    private void redialSoon(Incarnation peer) {
        if (dialledNanos.containsKey(peer)) {
            dialledNanos.put(peer, clock.getAsLong() - CONNECT_TIMEOUT_MILLIS * 1_000_000L);
        }
    }

    /** Whether the life that it greeted with is that node's, as far as this node knows. */
    private boolean isItself(Session session) {
        Incarnation life = session.peer;
        Member member = life == null ? null : peers.get(life);
        NodeId said = session.node;
        if (member == null || member.node().equals(said)) {
            return true;
        }
        trust.refuse(
                session.channel,
                Refusal.OTHER_MEMBER,
                "node " + said + " says that it is " + life + " of " + member.node());
        return false;
    }

    private void begun(Session session, Incarnation peer) {
        Listener worker = listener;
        if (worker == null || !session.channel.isActive() || !isItself(session)) {
            session.channel.close();
            return;
        }
        Session former = sessions.put(peer, session);
        if (former != null) {
            former.channel.close();
            worker.down(peer);
        }
        LOG.info("session with peer {} at {}", peer, session.channel.remoteAddress());
        worker.up(peer);
    }

    private void ended(Session session, Incarnation peer) {
        Listener worker = listener;
        if (sessions.remove(peer, session) && worker != null) {
            written.remove(session);
            redialSoon(peer);
            LOG.info("session with peer {} broke", peer);
            worker.down(peer);
        }
    }

    /** The last word to all: returns when it has left, or soon. After the worker's last turn. */
    void farewell(Epoch epoch, Frame word) {
        List<ChannelFuture> leaving = new ArrayList<>();
        for (Session session : sessions.values()) {
            boolean unused = session.say(epoch, word);
            ChannelFuture left = session.flush();
            if (left != null) {
                leaving.add(left);
            }
        }
        long deadline = System.nanoTime() + FAREWELL_NANOS;
        for (ChannelFuture each : leaving) {
            boolean unused =
                    each.awaitUninterruptibly(
                            Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void received(Session session, Incarnation peer, FrameCodec.Piece piece) {
        Listener worker = listener;
        // What an older session still brings after a new one began is void.
        if (worker != null && sessions.get(peer) == session) {
            worker.received(peer, piece.epoch(), piece.frames());
        }
    }

    @Override
    public void close() {
        Channel bound = server;
        if (bound != null) {
            bound.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** One TCP connection; its handler methods run on Netty's thread. */
    private final class Session extends SimpleChannelInboundHandler<ByteBuf> {
        final Channel channel;
        volatile long heardNanos = clock.getAsLong();
        private final boolean dialling;
        private final Runnable whenReached;
        private volatile @Nullable Incarnation peer;
        private volatile @Nullable NodeId node;

        /** Said in this turn; the worker's. */
        private final FrameCodec.Writer outbound = new FrameCodec.Writer();

        Session(Channel channel, boolean dialling, Runnable whenReached) {
            this.channel = channel;
            this.dialling = dialling;
            this.whenReached = whenReached;
        }

        /**
         * Leaves with the next {@link #flush}, which may be at once.
         *
         * @return whether it is the first since the last one
         */
        boolean say(Epoch epoch, Frame frame) {
            boolean first = outbound.isEmpty();
            if (!outbound.takes(epoch)) {
                var unused = flush();
            }
            outbound.add(epoch, frame);
            return first;
        }

        /** Completes when it has left; null where nothing was said. */
        @Nullable ChannelFuture flush() {
            return outbound.isEmpty() ? null : channel.writeAndFlush(withLength(outbound.take()));
        }

        private static ByteBuf withLength(byte[] content) {
            return Unpooled.buffer(Integer.BYTES + content.length)
                    .writeInt(content.length)
                    .writeBytes(content);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (dialling) {
                mailbox.execute(() -> {
                    reached(this);
                    whenReached.run();
                });
            }
        }

        void greet() {
            Incarnation life = me;
            if (life == null) {
                // Not a member yet: the peer dials again.
                channel.close();
                return;
            }
            WireWriter hello = new WireWriter();
            hello.i32(MAGIC)
                    .text(trust.me().cluster())
                    .text(PeerLinks.this.node.value())
                    .i64(life.number());
            channel.writeAndFlush(withLength(hello.toBytes()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            heardNanos = clock.getAsLong();
            byte[] content = new byte[bytes.readableBytes()];
            bytes.readBytes(content);
            Incarnation from = peer;
            if (from == null) {
                Incarnation greeted = WireReader.whole(content, this::hello);
                peer = greeted;
                if (!dialling) {
                    greet();
                }
                mailbox.execute(() -> begun(this, greeted));
            } else {
                FrameCodec.Piece piece = FrameCodec.decode(content);
                mailbox.execute(() -> received(this, from, piece));
            }
        }

        private Incarnation hello(WireReader r) {
            if (r.i32() != MAGIC || !r.text(NAME_BYTES_MAX).equals(trust.me().cluster())) {
                throw new WireException("not a peer of this cluster");
            }
            NodeId said = new NodeId(r.text(NAME_BYTES_MAX));
            Optional<MemberName> who = Trust.who(channel);
            if (who.isPresent() && !who.get().id().equals(said.value())) {
                String why = who.get() + " says that it is node " + said;
                trust.refuse(channel, Refusal.OTHER_MEMBER, why);
                throw new WireException(why);
            }
            node = said;
            return new Incarnation(r.i64());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            Incarnation from = peer;
            if (from != null) {
                mailbox.execute(() -> ended(this, from));
            } else if (dialling) {
                mailbox.execute(() -> early.remove(this));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                LOG.warn("session with {} broken: {}", channel.remoteAddress(), cause.toString());
            }
            context.close();
        }
    }
}
