package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.dataplane.KernelRig.Verdict;
import io.sallyport.gateway.dataplane.Scenes.Flow;
import io.sallyport.gateway.dataplane.Story.Arrival;
import io.sallyport.gateway.dataplane.Story.Change;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.io.TestNamespace;
import io.sallyport.gateway.kernel.Hook;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged packets of open connections through the real program: kernel path and Java together must
 * send the same bytes and lose the same packets as Java alone, and no inside address leaves. With
 * {@code -Dfuzz.program.packets=10000000} for the long run, {@code -Dfuzz.seed} to repeat one.
 */
@Tag("privileged")
@Tag("bpf")
class ProgramFuzzTest {

    private static final int PACKETS = Integer.getInteger("fuzz.program.packets", 100_000);

    /** Then both paths begin anew: they forget fragments by different clocks. */
    private static final int PACKETS_PER_LIFE = 50_000;

    private static final String FIRST = "first fragment";
    private static final long PACKET_NANOS = 500_000;
    private static final int CONNECTIONS = 65_536;
    private static final List<IpPrefix> INSIDE =
            Stream.of("192.168.7.0/24", "fd00:7::/64", "10.0.0.0/16", "fd00:1::/64")
                    .map(IpPrefix::parse)
                    .toList();

    /** Of the outer headers what makes no difference: source MAC, source port, UDP checksum. */
    private static final Set<Integer> OUTER_ALIKE = Set.of(6, 7, 8, 9, 10, 11, 34, 35, 40, 41);

    private static final int OUTER = 50;

    private static final Set<DropReason> BEFORE_WHOSE =
            EnumSet.of(
                    DropReason.IPV4_OPTION_REFUSED,
                    DropReason.IPV4_HEADER_BAD,
                    DropReason.IPV4_CHECKSUM_BAD,
                    DropReason.IPV6_EXTENSIONS_BAD);

    private final long seed = Long.getLong("fuzz.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private long sent;
    private long handedUp;
    private long left;

    @ParameterizedTest
    @CsvSource({"TCX, PLAIN", "XDP, PLAIN", "TCX, TUNNEL", "XDP, TUNNEL"})
    void damagedPacketsBecomeTheSameOnBothPathsAndNeverLeak(Hook hook, Side inside) {
        System.out.println("fuzz seed " + seed);
        int packets = PACKETS / 4;
        try (TestNamespace devices = KernelRig.devices()) {
            devices.inside(() -> {
                for (int done = 0; done < packets; done += PACKETS_PER_LIFE) {
                    try (TwoPaths paths = new TwoPaths(hook, CONNECTIONS, inside)) {
                        live(paths, inside, Math.min(PACKETS_PER_LIFE, packets - done));
                    }
                }
                return null;
            });
        }
        System.out.printf(
                "%s, %s: %d packets: %d sent by the program, %d handed up, %d left to the kernel%n",
                hook, inside, packets, sent, handedUp, left);
        assertThat(sent).isGreaterThan(packets / 20);
        assertThat(handedUp).isGreaterThan(packets / 20);
    }

    private void live(TwoPaths paths, Side inside, int packets) {
        Story story = new Story(inside);
        List<Arrival> seeds = seeds(story);
        for (Story.Step step : story.steps) {
            if (step instanceof Change change) {
                paths.change(change);
            }
        }
        for (int i = 0; i < packets; i++) {
            Arrival from = seeds.get(random.nextInt(seeds.size()));
            byte[] whole = Arrays.copyOfRange(from.frame(), 14, from.frame().length);
            byte[] packet = FuzzTest.damage(random, whole);
            if (from.name().endsWith(FIRST) && random.nextInt(16) != 0) {
                keepName(whole, packet);
            }
            byte[] frame = Arrays.copyOf(from.frame(), 14 + packet.length);
            System.arraycopy(packet, 0, frame, 14, packet.length);
            if (random.nextInt(50) == 0) {
                frame[random.nextInt(14)] ^= (byte) (1 << random.nextInt(8));
            }
            Hook least = inside == Side.TUNNEL ? Hook.TCX : paths.both.hook;
            if (GoldenTest.exists(frame, 0, least) && !looksUnfinished(packet)) {
                try {
                    if (from.side() == Side.TUNNEL && random.nextInt(8) == 0) {
                        damagedOutsideItIsNotOpened(paths.both, frame);
                    }
                    judge(paths, from.side(), frame);
                } catch (RuntimeException | AssertionError e) {
                    String hex = HexFormat.of().formatHex(frame);
                    throw new AssertionError(
                            "packet %d of seed %d, %s: %s".formatted(i, seed, from.name(), hex), e);
                }
            }
        }
        paths.compareCounters();
    }

    /**
     * Few first fragments get a datagram's name of their own: Java's table of names is smaller than
     * the program's, and the two would differ in what they forget for want of room.
     */
    private static void keepName(byte[] from, byte[] to) {
        boolean v4 = Naive.isV4(from);
        int[][] ranges = v4 ? new int[][] {{4, 6}, {12, 20}} : new int[][] {{8, 40}, {44, 48}};
        for (int[] range : ranges) {
            int end = Math.min(range[1], to.length);
            if (end > range[0]) {
                System.arraycopy(from, range[0], to, range[0], end - range[0]);
            }
        }
        if (to.length >= 20 && to[0] == 0x45) {
            Naive.fixHeader(to);
        }
    }

    /**
     * Damage may leave just the pseudo-header's sum in the checksum field, as the kernel does where
     * a device is to complete it: what comes up is then taken for that, and Java alone is not told.
     */
    private static boolean looksUnfinished(byte[] packet) {
        if (packet.length < 40) {
            return false;
        }
        boolean v4 = packet[0] >>> 4 == 4;
        int header = v4 ? (packet[0] & 15) * 4 : 40;
        int protocol = packet[v4 ? 9 : 6];
        int length = (v4 ? Naive.u16(packet, 2) : 40 + Naive.u16(packet, 4)) - header;
        int field = header + (protocol == 6 ? 16 : 6);
        if ((protocol != 6 && protocol != 17) || length < 8 || field + 2 > packet.length) {
            return false;
        }
        int pseudo = Naive.sum(packet, v4 ? 12 : 8, v4 ? 20 : 40, protocol + length);
        return Naive.u16(packet, field) == pseudo;
    }

    private void damagedOutsideItIsNotOpened(KernelRig rig, byte[] frame) {
        int at = random.nextInt(OUTER);
        if (!OUTER_ALIKE.contains(at)) {
            byte[] whole = TunnelEntry.underlay(frame);
            whole[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(rig.underlay(whole)).as("flipped at %d", at).isNotEqualTo(Verdict.SENT);
        }
    }

    private void judge(TwoPaths paths, Side side, byte[] frame) {
        paths.alone.now += PACKET_NANOS;
        paths.both.rig.now += PACKET_NANOS;
        paths.alone.settle();
        paths.both.rig.settle();
        paths.arrive(side, frame, 0);
        if (paths.alone.drops() != paths.both.rig.drops()) {
            excuse(paths);
        }
        if (paths.both.verdict == Verdict.SENT) {
            sent++;
            byte[] packet = Arrays.copyOfRange(paths.both.sent, 14, paths.both.sent.length);
            IpAddress source = Naive.source(packet);
            if (side != Side.OUTSIDE && INSIDE.stream().anyMatch(p -> p.contains(source))) {
                throw new AssertionError("an inside address leaves");
            }
        }
        handedUp += paths.both.handedUp;
        left += paths.both.verdict == Verdict.LEFT ? 1 : 0;
    }

    /**
     * Java reads options and extension headers before it asks whose a packet is, and counts bad
     * ones of the box's own packets too; the program leaves those to the box's kernel.
     */
    private static void excuse(TwoPaths paths) {
        for (DropReason reason : DropReason.values()) {
            long more = paths.alone.counters.drops(reason) - paths.both.rig.counters.drops(reason);
            if (more == 1 && paths.both.verdict == Verdict.LEFT && BEFORE_WHOSE.contains(reason)) {
                paths.both.rig.counters.drop(reason, 1);
            } else if (more != 0) {
                throw new AssertionError("one path dropped it: " + reason);
            }
        }
    }

    private static List<Arrival> seeds(Story story) {
        for (Flow flow : Scenes.flows(story, 6000)) {
            for (boolean out : new boolean[] {true, false}) {
                flow.send(story, out, "small", Story.Way.ANY, flow.packet(out, Scenes.data(7)));
                byte[] whole = flow.packet(out, Scenes.data(200));
                flow.send(story, out, "larger", Story.Way.ANY, whole);
                List<byte[]> parts = Naive.fragments(whole, 96);
                flow.send(story, out, FIRST, Story.Way.ANY, parts.getFirst());
                for (byte[] part : parts.subList(1, parts.size())) {
                    flow.send(story, out, "later fragment", Story.Way.ANY, part);
                }
            }
        }
        List<Arrival> seeds = new ArrayList<>();
        for (Story.Step step : story.steps) {
            if (step instanceof Arrival arrival) {
                seeds.add(arrival);
            }
        }
        return seeds;
    }
}
