package io.sallyport.store.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ends of one connection: each tells a secret as soon as it hears of the other. */
class TrustTest {

    private static final Authority BLUE = Authority.found("blue");
    private static final MemberName STORE = new MemberName("blue", Role.STORE, "store-1");
    private static final MemberName NODE = new MemberName("blue", Role.NODE, "gw-1");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path disk = Path.of("/");
    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<MemberName> guests = new CopyOnWriteArrayList<>();
    private Trust server = Trust.plain("blue");
    private InetSocketAddress listen = new InetSocketAddress(0);

    @BeforeEach
    void listen() throws Exception {
        server = trust(BLUE, STORE);
        Channel bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel fresh) {
                                        server.accept(fresh, Set.of(Role.NODE));
                                        fresh.pipeline().addLast(new End("state", served, guests));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        listen = (InetSocketAddress) bound.localAddress();
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class End extends SimpleChannelInboundHandler<ByteBuf> {
        private final String secret;
        private final List<String> heard;
        private final List<MemberName> others;

        End(String secret, List<String> heard, List<MemberName> others) {
            this.secret = secret;
            this.heard = heard;
            this.others = others;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            Trust.who(context.channel()).ifPresent(others::add);
            context.writeAndFlush(
                    Unpooled.copiedBuffer(secret, StandardCharsets.UTF_8), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            heard.add(bytes.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private TlsFiles files(Authority authority, MemberName member) {
        return authority.issue(member, List.of(), disk.resolve(member.role() + "-" + member.id()));
    }

    private Trust trust(Authority authority, MemberName member) {
        return Trust.open(member, Optional.of(files(authority, member)));
    }

    /** Believes BLUE, whoever has signed its own certificate. */
    private Trust disguised(Authority authority, MemberName member) throws IOException {
        Path directory = disk.resolve("disguised");
        TlsFiles theirs = authority.issue(member, List.of(), directory);
        Trust trust = Trust.open(member, Optional.of(theirs));
        Path both = directory.resolve("both.pem");
        BLUE.writeCertificate(both);
        Files.writeString(
                both, Files.readString(both) + Files.readString(theirs.authorities().getFirst()));
        return Trust.open(
                trust.me(),
                Optional.of(new TlsFiles(theirs.certificate(), theirs.key(), List.of(both))));
    }

    private Channel dial(Trust trust, MemberName meant) throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel fresh) {
                                trust.dial(fresh, meant);
                                fresh.pipeline()
                                        .addLast(
                                                new End(
                                                        "hello",
                                                        heard,
                                                        new CopyOnWriteArrayList<>()));
                            }
                        })
                .connect(listen)
                .sync()
                .channel();
    }

    private void refused(Trust client, MemberName meant, Refusal reason) throws Exception {
        Channel channel = dial(client, meant);
        assertThat(channel.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.refusals().seen()).contains(reason));
        assertThat(served).as("the server heard").isEmpty();
        assertThat(heard).as("the stranger heard").isEmpty();
    }

    @Test
    void membersOfOneClusterTalkAndKnowEachOther() throws Exception {
        Channel channel = dial(trust(BLUE, NODE), STORE);
        await().atMost(PATIENCE).until(() -> served.contains("hello") && heard.contains("state"));
        assertThat(guests).containsExactly(NODE);
        assertThat(Trust.who(channel)).contains(STORE);
        assertThat(server.refusals().total()).isZero();
        channel.close().sync();
    }

    @Test
    void aCertificateOfAnotherAuthorityGetsNothing() throws Exception {
        refused(disguised(Authority.found("blue"), NODE), STORE, Refusal.NOT_SIGNED);
    }

    @Test
    void aCertificateOfAnotherClusterGetsNothingEvenFromTheSameAuthority() throws Exception {
        // Such a client means a store of its own cluster: it must be made to go on.
        MemberName stranger = new MemberName("green", Role.NODE, "gw-1");
        refused(trust(BLUE, stranger), STORE, Refusal.OTHER_CLUSTER);
    }

    @Test
    void aMemberOfAnotherRoleGetsNothing() throws Exception {
        refused(trust(BLUE, STORE.other(Role.STORE, "store-2")), STORE, Refusal.OTHER_ROLE);
    }

    @Test
    void aCertificateThatExpiresWhileItIsUsedGetsNothing() throws Exception {
        TlsFiles files = files(BLUE, NODE);
        Instant now = Instant.now();
        BLUE.issue(
                NODE,
                List.of(),
                now.minusSeconds(60),
                now.plusSeconds(2),
                files.certificate(),
                files.key());
        Trust client = Trust.open(NODE, Optional.of(files));
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(now.plusSeconds(3)));
        refused(client, STORE, Refusal.EXPIRED);
    }

    @Test
    void plainTextAndATlsWithoutCertificateGetNothing() throws Exception {
        refused(Trust.plain("blue"), STORE, Refusal.NOT_TLS);
        try (Socket socket = new Socket(listen.getAddress(), listen.getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(20_000);
            byte[] answer = readAll(socket.getInputStream());
            assertThat(new String(answer, StandardCharsets.UTF_8)).doesNotContain("state");
        }
    }

    @Test
    void whoDialsOneStoreAndMeetsAnotherTellsNothing() throws Exception {
        Trust client = trust(BLUE, NODE);
        Channel channel = dial(client, STORE.other(Role.STORE, "store-2"));
        assertThat(channel.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.refusals().seen()).containsExactly(Refusal.OTHER_MEMBER);
        await().atMost(PATIENCE).until(() -> server.refusals().seen().contains(Refusal.REFUSED_US));
        assertThat(served).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void newFilesAreUsedByTheNextConnectionAndBothAuthoritiesAreBelievedMeanwhile()
            throws Exception {
        Authority next = Authority.found("blue");
        Path newer = disk.resolve("newer.pem");
        next.writeCertificate(newer);
        TlsFiles files = files(BLUE, NODE);
        Trust client = Trust.open(NODE, Optional.of(files));
        Channel first = dial(client, STORE);
        await().atMost(PATIENCE).until(() -> heard.size() == 1);
        // The server believes both from now on; then the client shows one of the new authority.
        Path servers = disk.resolve("STORE-store-1/authority.pem");
        Files.writeString(servers, Files.readString(servers) + Files.readString(newer));
        Instant now = Instant.now();
        next.issue(
                NODE,
                List.of(),
                now.minusSeconds(60),
                now.plusSeconds(3600),
                files.certificate(),
                files.key());
        Path clients = files.authorities().getFirst();
        Files.writeString(clients, Files.readString(clients) + Files.readString(newer));
        await().atMost(PATIENCE)
                .until(() -> client.expires().orElseThrow().isBefore(now.plusSeconds(3601)));
        await().atMost(PATIENCE)
                .until(() -> {
                    int before = heard.size();
                    Channel again = dial(client, STORE);
                    await().atMost(PATIENCE).until(() -> heard.size() > before || !again.isOpen());
                    return heard.size() > before;
                });
        assertThat(first.isActive()).as("who was connected still is").isTrue();
    }

    @Test
    void filesThatDoNotFitLeaveTheFormerInUse() throws Exception {
        TlsFiles files = files(BLUE, NODE);
        Trust client = Trust.open(NODE, Optional.of(files));
        Files.writeString(files.key(), "half of a file");
        Files.setLastModifiedTime(files.key(), FileTime.from(Instant.now().plusSeconds(5)));
        Instant before = Instant.now();
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(before.plusMillis(1_500)));
        dial(client, STORE);
        await().atMost(PATIENCE).until(() -> heard.contains("state"));
    }

    @Test
    void aConnectionThatIsReplayedOrBentOnItsWayDeliversNothing() throws Exception {
        byte[] recorded;
        try (Recorder recorder = new Recorder(listen)) {
            InetSocketAddress straight = listen;
            listen = recorder.address();
            dial(trust(BLUE, NODE), STORE);
            await().atMost(PATIENCE).until(() -> served.contains("hello"));
            listen = straight;
            recorded = recorder.fromClient();
        }
        served.clear();
        replay(recorded);
        long seed = Long.getLong("fuzz.seed", 20_261_121);
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] bent = recorded.clone();
            bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
            replay(bent);
        }
        assertThat(served).as("seed " + seed).isEmpty();
    }

    private void replay(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(listen.getAddress(), listen.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            byte[] answer = readAll(socket.getInputStream());
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("state");
        }
    }

    private static byte[] readAll(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException reset) {
            return new byte[0];
        }
    }

    /** A way to the server that remembers what went towards it. */
    private static final class Recorder implements AutoCloseable {
        private final java.net.ServerSocket door =
                new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final java.io.ByteArrayOutputStream seen = new java.io.ByteArrayOutputStream();

        Recorder(InetSocketAddress server) throws IOException {
            Thread.ofVirtual().start(() -> carry(server));
        }

        private void carry(InetSocketAddress server) {
            try (Socket client = door.accept();
                    Socket out = new Socket(server.getAddress(), server.getPort())) {
                Thread.ofVirtual().start(() -> pass(out, client, false));
                pass(client, out, true);
            } catch (IOException closed) {
                // The door is shut, or one end is gone.
                return;
            }
        }

        private void pass(Socket from, Socket to, boolean record) {
            byte[] buffer = new byte[65_536];
            try {
                for (int n = from.getInputStream().read(buffer);
                        n > 0;
                        n = from.getInputStream().read(buffer)) {
                    if (record) {
                        synchronized (seen) {
                            seen.write(buffer, 0, n);
                        }
                    }
                    to.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException closed) {
                // One end is gone; the other is closed with it.
                return;
            }
        }

        InetSocketAddress address() {
            return new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
        }

        byte[] fromClient() {
            synchronized (seen) {
                return seen.toByteArray();
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
