package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.dataplane.KernelRig.Verdict;
import io.sallyport.gateway.dataplane.Scenes.Flow;
import io.sallyport.gateway.dataplane.Story.Arrival;
import io.sallyport.gateway.dataplane.Story.Change;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.dataplane.TunnelEntry.Underlay;
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

/**
 * {@code ./sallyport fuzz program}: damaged packets of open connections through the real programs.
 * Kernel path and Java together must send the same bytes, lose the same packets and count the same
 * as Java alone; no inside address leaves; and a tunnel's packet that was damaged outside of the
 * client's frame is not opened by the program.
 */
public final class ProgramFuzz {

    /** Which program, and how the clients' packets come to it. */
    enum World {
        TCX_PLAIN(Hook.TCX, Side.PLAIN, Underlay.V4),
        XDP_PLAIN(Hook.XDP, Side.PLAIN, Underlay.V4),
        TCX_TUNNEL_V4(Hook.TCX, Side.TUNNEL, Underlay.V4),
        XDP_TUNNEL_V4(Hook.XDP, Side.TUNNEL, Underlay.V4),
        TCX_TUNNEL_V6(Hook.TCX, Side.TUNNEL, Underlay.V6),
        XDP_TUNNEL_V6(Hook.XDP, Side.TUNNEL, Underlay.V6);

        final Hook hook;
        final Side inside;
        final Underlay underlay;

        World(Hook hook, Side inside, Underlay underlay) {
            this.hook = hook;
            this.inside = inside;
            this.underlay = underlay;
        }

        @Override
        public String toString() {
            String where = inside == Side.PLAIN ? "plain device" : "tunnels over " + underlay;
            return hook + ", " + where;
        }
    }

    /**
     * What became of the packets.
     *
     * @param sent translated and sent on by the program
     * @param handedUp to Java, which judged them
     * @param left to the box's kernel, as none of the node's
     * @param outside of those that came by tunnels, damaged in a header of the tunnel: none is sent
     */
    record Tally(int packets, long sent, long handedUp, long left, long outside) {}

    /** Then both paths begin anew: they forget fragments by different clocks. */
    private static final int PACKETS_PER_LIFE = 50_000;

    private static final String FIRST = "first fragment";
    private static final long PACKET_NANOS = 500_000;
    private static final int CONNECTIONS = 65_536;
    private static final List<IpPrefix> INSIDE =
            Stream.of("192.168.7.0/24", "fd00:7::/64", "10.0.0.0/16", "fd00:1::/64")
                    .map(IpPrefix::parse)
                    .toList();

    private static final Set<DropReason> BEFORE_WHOSE =
            EnumSet.of(
                    DropReason.IPV4_OPTION_REFUSED,
                    DropReason.IPV4_HEADER_BAD,
                    DropReason.IPV4_CHECKSUM_BAD,
                    DropReason.IPV6_EXTENSIONS_BAD);

    private final World world;
    private final long seed;
    private final Random random;
    private long sent;
    private long handedUp;
    private long left;
    private long outside;

    private ProgramFuzz(World world, long seed) {
        this.world = world;
        this.seed = seed;
        random = new Random(seed);
    }

    /**
     * Needs the kernel's leave to load programs.
     *
     * @param seed the same does the same
     * @throws AssertionError with the packet where something else happened
     */
    static Tally run(World world, int packets, long seed) {
        ProgramFuzz fuzz = new ProgramFuzz(world, seed);
        try (TestNamespace devices = KernelRig.devices()) {
            devices.inside(() -> {
                for (int done = 0; done < packets; done += PACKETS_PER_LIFE) {
                    fuzz.live(Math.min(PACKETS_PER_LIFE, packets - done));
                }
                return true;
            });
        }
        return new Tally(packets, fuzz.sent, fuzz.handedUp, fuzz.left, fuzz.outside);
    }

    /** {@code [N [SEED]]}; 10 million without. */
    public static void main(String[] arguments) {
        int packets = 10_000_000;
        long seed = System.nanoTime();
        try {
            packets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : packets;
            seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : seed;
        } catch (NumberFormatException e) {
            System.err.println("fuzz program [N [SEED]]: no number: " + e.getMessage());
            System.exit(2);
        }
        System.out.println("seed " + seed);
        World[] worlds = World.values();
        int done = 0;
        for (int i = 0; i < worlds.length; i++) {
            int until = (int) ((long) packets * (i + 1) / worlds.length);
            try {
                Tally tally = run(worlds[i], until - done, seed);
                System.out.printf(
                        "%-24s %9d packets: %9d sent by the program, %9d handed up, %7d left to the"
                                + " kernel; %7d damaged outside, none sent%n",
                        worlds[i],
                        tally.packets(),
                        tally.sent(),
                        tally.handedUp(),
                        tally.left(),
                        tally.outside());
            } catch (RuntimeException | AssertionError e) {
                System.out.println(worlds[i] + ": " + whole(e));
                System.exit(1);
            }
            done = until;
        }
        System.out.println(done + " packets: what Java alone does");
        System.exit(0);
    }

    /** A thread's failure comes wrapped; what it says first is which packet it was. */
    private static String whole(Throwable failure) {
        StringBuilder said = new StringBuilder(failure.toString());
        for (Throwable why = failure.getCause(); why != null; why = why.getCause()) {
            said.append(System.lineSeparator()).append("  because of ").append(why);
        }
        return said.toString();
    }

    private void live(int packets) {
        try (TwoPaths paths = new TwoPaths(world.hook, CONNECTIONS, world.inside, world.underlay)) {
            live(paths, packets);
        }
    }

    private void live(TwoPaths paths, int packets) {
        Story story = new Story(world.inside);
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
            Hook least = world.inside == Side.TUNNEL ? Hook.TCX : world.hook;
            if (GoldenTest.exists(frame, 0, least) && !looksUnfinished(packet)) {
                try {
                    if (from.side() == Side.TUNNEL && random.nextInt(8) == 0) {
                        damagedOutsideItIsNotOpened(paths.both, frame);
                    }
                    judge(paths, from.side(), frame);
                } catch (RuntimeException | AssertionError e) {
                    String hex = HexFormat.of().formatHex(frame);
                    throw new AssertionError(
                            "packet %d of a life, seed %d, %s: %s"
                                    .formatted(i, seed, from.name(), hex),
                            e);
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
        int at = random.nextInt(world.underlay.outer);
        if (!world.underlay.isAlike(at)) {
            byte[] whole = world.underlay.carries(frame);
            whole[at] ^= (byte) (1 << random.nextInt(8));
            if (rig.underlay(whole) == Verdict.SENT) {
                throw new AssertionError("sent though the tunnel's header was flipped at " + at);
            }
            outside++;
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
            if (side != Side.OUTSIDE) {
                leaves(paths.both.sent);
            }
        }
        paths.both.rig.outside.sent.forEach(byJava -> leaves(byJava.bytes()));
        handedUp += paths.both.handedUp;
        left += paths.both.verdict == Verdict.LEFT ? 1 : 0;
    }

    /** Sent to the outside, by the program or by Java. */
    private static void leaves(byte[] frame) {
        int type = Naive.u16(frame, 12);
        if (type != 0x0800 && type != 0x86dd) {
            return; // an answer to who has an address
        }
        IpAddress source = Naive.source(Arrays.copyOfRange(frame, 14, frame.length));
        if (INSIDE.stream().anyMatch(prefix -> prefix.contains(source))) {
            throw new AssertionError("an inside address leaves");
        }
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
