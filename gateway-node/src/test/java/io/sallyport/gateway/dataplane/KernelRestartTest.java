package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.flowlogs.meter.FlowSample;
import io.sallyport.gateway.io.BootClock;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.FastPath;
import io.sallyport.gateway.kernel.FastPathSettings;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that dies leaves its kernel path pinned: established connections go on through it, to
 * the horizon and not beyond, and the next process goes on with them. The death is played: the
 * first life's worker ends and nothing of its kernel path is closed.
 *
 * <pre>
 * client  c0 192.168.7.9 ---- in0  gateway node  out0 ---- s0 203.0.113.1  server
 * </pre>
 */
@Tag("privileged")
@Tag("bpf")
class KernelRestartTest {

    private static final long SERVER_MAC = 0x0200_0000_0051L;
    private static final int PORT = 5353;

    /** Of each datagram here: IPv4 and UDP headers and a number. */
    private static final long IP_BYTES = 36;

    private static final Path PINS =
            Path.of("/sys/fs/bpf/sallyport-test-restart-" + ProcessHandle.current().pid());

    private final TestNamespace client = new TestNamespace();
    private final TestNamespace node = new TestNamespace();
    private final TestNamespace server = new TestNamespace();
    private final AtomicReference<Throwable> death = new AtomicReference<>();
    private final BootClock boot = new BootClock();
    private final BitSet received = new BitSet();
    private volatile int highest = -1;

    /** What all lives have told of packets from the client. */
    private final Tally told = new Tally();

    private static final class Tally implements FlowSink {
        final AtomicLong packets = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong offers = new AtomicLong();

        @Override
        public boolean offer(FlowSample sample) {
            offers.incrementAndGet();
            if (sample.legs == OUTWARD && sample.accepted) {
                packets.addAndGet(sample.packets);
                bytes.addAndGet(sample.bytes);
            }
            return true;
        }

        @Override
        public long position() {
            return offers.get();
        }
    }

    /** Where the worker stands still in the middle of a packet; null: nowhere. */
    private volatile @Nullable Freeze freeze;

    /** As SIGSTOP would, between the look at the horizon and the send. */
    private static final class Freeze {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch thaw = new CountDownLatch(1);

        void stand() {
            reached.countDown();
            try {
                if (!thaw.await(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody thaws the worker");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FastPath open() {
        return open(Hook.TCX);
    }

    private FastPath open(Hook hook) {
        return node.inside(() ->
                FastPath.open(
                        new FastPathSettings(
                                hook,
                                List.of("in0"),
                                "out0",
                                Optional.empty(),
                                0,
                                10_000,
                                Optional.of(PINS))));
    }

    /** One process's part. */
    private final class Life {
        final LoneKeeping keeping = new LoneKeeping();
        final FastPath path;
        final DataPlane dataPlane;
        final int hop;

        Life() {
            this(Hook.TCX);
        }

        Life(Hook hook) {
            path = open(hook);
            hop = path.outsideHopsFirst();
            path.outsideHop(hop, SERVER_MAC, 1500);
            dataPlane =
                    new DataPlane(
                            new DataPlaneSettings(
                                    Optional.empty(), List.of("in0"), "out0", 0, 10_000),
                            new NextHops() {
                                @Override
                                public long macFor(long high, long low) {
                                    Freeze now = freeze;
                                    if (now != null) {
                                        now.stand();
                                    }
                                    return SERVER_MAC;
                                }

                                @Override
                                public long knownMac(long high, long low) {
                                    return SERVER_MAC;
                                }

                                @Override
                                public int mtuFor(long high, long low) {
                                    return 1500;
                                }

                                @Override
                                public int numberOf(long high, long low) {
                                    return hop;
                                }
                            },
                            told,
                            path);
            keeping.carriage = dataPlane.carriage();
            dataPlane.view(Rig.nodeView(Optional.empty(), true), () -> {});
            dataPlane.localAddresses(Set.of(IpAddress.parse("192.168.7.1")));
        }

        void start() {
            node.inside(() -> {
                dataPlane.start(keeping, death::set);
                return true;
            });
        }

        /** Nothing is said to the kernel, as when a process is killed. */
        void die() {
            path.remain();
            dataPlane.close();
        }
    }

    @BeforeEach
    void connect() {
        node.exec("sysctl", "-qw", "net.ipv4.ip_forward=0");
        link(client, "c0", "in0");
        link(server, "s0", "out0");
        node.ip("addr add 192.168.7.1/24 dev in0");
        server.ip("link set s0 down");
        server.ip("link set s0 address 02:00:00:00:00:51 up");
        server.ip("addr add 203.0.113.1/24 dev s0");
        client.ip("addr add 192.168.7.9/24 dev c0");
        client.ip("route add default via 192.168.7.4");
        // What XDP sees has no sums that are left to a device, and what it sends is received.
        client.exec("ethtool", "-K", "c0", "tx", "off");
        server.exec("ethtool", "-K", "s0", "tx", "off", "gro", "on");
    }

    private void link(TestNamespace far, String farDevice, String device) {
        far.ip(
                "link add %s type veth peer name %s netns %s"
                        .formatted(farDevice, device, node.name()));
        far.ip("link set " + farDevice + " up");
        node.ip("link set " + device + " up");
    }

    @AfterEach
    void disconnect() {
        client.close();
        node.close();
        server.close();
        assertThat(death.get()).isNull();
    }

    private DatagramSocket socket(TestNamespace in, String address, int port) {
        return in.inside(() -> {
            DatagramSocket socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port));
            socket.setSoTimeout(20_000);
            return socket;
        });
    }

    private Thread receiving(DatagramSocket at) {
        return Thread.startVirtualThread(() -> {
            byte[] buffer = new byte[8];
            while (true) {
                try {
                    at.receive(new DatagramPacket(buffer, 8));
                } catch (IOException e) {
                    return; // closed: the test is over
                }
                int number = (int) ByteBuffer.wrap(buffer).getLong();
                synchronized (received) {
                    received.set(number);
                }
                highest = Math.max(highest, number);
            }
        });
    }

    private static void send(DatagramSocket from, int number) throws IOException {
        byte[] data = ByteBuffer.allocate(8).putLong(number).array();
        from.send(new DatagramPacket(data, 8, InetAddress.getByName("203.0.113.1"), PORT));
    }

    private int sendEachMillisecond(DatagramSocket from, int first, long millis)
            throws IOException {
        for (int i = 0; i < millis; i++) {
            send(from, first + i);
            LockSupport.parkNanos(1_000_000);
        }
        return first + (int) millis;
    }

    @Test
    void aRestartedProcessGoesOnWithTheConnectionsAndNoPacketIsLost() throws Exception {
        Life first = new Life();
        first.start();
        try (DatagramSocket sink = socket(server, "203.0.113.1", PORT);
                DatagramSocket source = socket(client, "192.168.7.9", 4000)) {
            receiving(sink);
            send(source, 0);
            await().until(() -> highest == 0);
            int next = sendEachMillisecond(source, 1, 100);
            assertThat(first.path.isInherited()).isFalse();
            first.keeping.actsUntil = boot.getAsLong() + 30_000_000_000L;
            next = sendEachMillisecond(source, next, 50);
            first.die();
            long before = first.path.counters().packets(PathOutcome.HIT_OUT);
            next = sendEachMillisecond(source, next, 200);
            assertThat(first.path.counters().packets(PathOutcome.HIT_OUT))
                    .as("nobody is there, and packets are forwarded")
                    .isGreaterThanOrEqualTo(before + 200);

            AtomicReference<Life> second = new AtomicReference<>();
            Thread starting =
                    Thread.startVirtualThread(() -> {
                        Life life = new Life();
                        life.keeping.acting = false;
                        life.start();
                        second.set(life);
                    });
            while (starting.isAlive()) {
                next = sendEachMillisecond(source, next, 10);
            }
            Life life = java.util.Objects.requireNonNull(second.get());
            assertThat(life.path.isInherited()).isTrue();
            next = sendEachMillisecond(source, next, 50);
            life.dataPlane.execute(() -> {
                life.keeping.inherit(boot.getAsLong());
                life.keeping.acting = true;
            });
            next = sendEachMillisecond(source, next, 200);
            int last = next - 1;
            await().until(() -> highest == last);
            synchronized (received) {
                assertThat(received.cardinality()).as("packets that arrived").isEqualTo(next);
            }
            assertThat(life.keeping.open).hasSize(1);
            assertThat(life.keeping.asked).as("opens asked in the second life").isZero();
            life.dataPlane.close();
            life.path.close();
            assertThat(told.packets).as("told by both lives").hasValue(next);
            assertThat(told.bytes).hasValue(next * IP_BYTES);
        }
    }

    @Test
    void aLifeThatEndsBeforeItJudgesLeavesItsNextHopsToTheNext() throws Exception {
        Life first = new Life();
        first.start();
        try (DatagramSocket sink = socket(server, "203.0.113.1", PORT);
                DatagramSocket source = socket(client, "192.168.7.9", 4000)) {
            receiving(sink);
            send(source, 0);
            await().until(() -> highest == 0);
        }
        first.keeping.actsUntil = boot.getAsLong() + 30_000_000_000L;
        await().until(() -> first.path.actsUntil() == first.keeping.actsUntil);
        first.path.remain();
        first.dataPlane.close();
        first.path.close();

        FastPath second = open();
        int hops = second.outsideHopsFirst();
        assertThat(second.isInherited()).isTrue();
        assertThat(hops).as("not where the first life's records point").isNotEqualTo(first.hop);
        second.remain();
        second.close();

        FastPath third = open();
        assertThat(third.isInherited()).isTrue();
        assertThat(third.outsideHopsFirst()).isEqualTo(hops);
        third.close();
        assertThat(PINS).doesNotExist();
    }

    /** What it carried may be others' as soon as it says that it leaves. */
    @ParameterizedTest
    @EnumSource
    void aLifeThatEndsForGoodForwardsNothingOnceItsWorkerHasStopped(Hook hook) throws Exception {
        Life life = new Life(hook);
        life.start();
        try (DatagramSocket sink = socket(server, "203.0.113.1", PORT);
                DatagramSocket source = socket(client, "192.168.7.9", 4000)) {
            receiving(sink);
            send(source, 0);
            await().until(() -> highest == 0);
            life.keeping.actsUntil = boot.getAsLong() + 30_000_000_000L;
            int next = sendEachMillisecond(source, 1, 50);
            int last = next - 1;
            await().until(() -> highest == last);
            life.dataPlane.close();
            sendEachMillisecond(source, next, 50);
            await().until(() -> notActing(life) == 50);
            assertThat(highest).isEqualTo(last);
        }
        life.path.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatADeadProcessLeftStopsAtItsHorizon(Hook hook) throws Exception {
        Life life = new Life(hook);
        life.start();
        try (DatagramSocket sink = socket(server, "203.0.113.1", PORT);
                DatagramSocket source = socket(client, "192.168.7.9", 4000)) {
            receiving(sink);
            send(source, 0);
            await().until(() -> highest == 0);
            life.keeping.actsUntil = boot.getAsLong() + 1_500_000_000L;
            int next = sendEachMillisecond(source, 1, 50);
            life.die();
            next = sendEachMillisecond(source, next, 100);
            int last = next - 1;
            await().until(() -> highest == last);
            assertThat(notActing(life)).isZero();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> boot.getAsLong() > life.keeping.actsUntil);
            sendEachMillisecond(source, next, 50);
            await().until(() -> notActing(life) == 50);
            assertThat(highest).isEqualTo(last);
            Life tooLate = new Life(hook);
            tooLate.keeping.acting = false;
            tooLate.start();
            tooLate.dataPlane.execute(() -> {
                tooLate.keeping.inherit(boot.getAsLong());
                tooLate.keeping.acting = true;
            });
            await().untilAsserted(() -> assertThat(told.packets).hasValue(last + 1L));
            assertThat(tooLate.keeping.open).as("nothing of it goes on").isEmpty();
            tooLate.dataPlane.close();
            tooLate.path.close();
            assertThat(told.packets).as("told, and told once").hasValue(last + 1L);
            assertThat(told.bytes).hasValue((last + 1L) * IP_BYTES);
            assertThat(highest).isEqualTo(last);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProcessStoppedBetweenCheckAndSendSendsNothingAfterIt(Hook hook) throws Exception {
        Life life = new Life(hook);
        life.start();
        try (DatagramSocket sink = socket(server, "203.0.113.1", PORT);
                DatagramSocket known = socket(client, "192.168.7.9", 4000);
                DatagramSocket fresh = socket(client, "192.168.7.9", 4001)) {
            receiving(sink);
            send(known, 0);
            await().until(() -> highest == 0);
            send(known, 1);
            await().until(() -> highest == 1);
            assertThat(notActing(life)).isZero();

            Freeze stopped = new Freeze();
            freeze = stopped;
            life.keeping.actsUntil = boot.getAsLong() + 1_000_000_000L;
            await().until(() -> life.path.actsUntil() == life.keeping.actsUntil);
            send(fresh, 2);
            assertThat(stopped.reached.await(10, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> boot.getAsLong() > life.keeping.actsUntil);
            send(known, 3);
            await().until(() -> notActing(life) == 1);
            freeze = null;
            stopped.thaw.countDown();
            // The worker does not know what time it is: it has looked, and sends.
            await().until(() -> notActing(life) >= 2);
            assertThat(highest).isEqualTo(1);

            life.keeping.actsUntil = Long.MAX_VALUE;
            await().until(() -> {
                send(fresh, 4);
                return highest == 4;
            });
            synchronized (received) {
                assertThat(received.get(2) || received.get(3)).isFalse();
            }
        }
        life.dataPlane.close();
        life.path.close();
    }

    private static long notActing(Life life) {
        return life.path.counters().packets(DropReason.NOT_ACTING.number());
    }
}
