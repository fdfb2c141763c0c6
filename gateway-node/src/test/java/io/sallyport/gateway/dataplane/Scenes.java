package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static io.sallyport.gateway.dataplane.Story.*;

import io.sallyport.gateway.connections.ConnectionTable;
import io.sallyport.gateway.dataplane.Story.Family;
import io.sallyport.gateway.dataplane.Story.Side;
import io.sallyport.gateway.dataplane.Story.Way;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Packets of open connections, well formed or not. */
final class Scenes {

    private static final int[] SIZES = {0, 1, 2, 7, 8, 100, 333, 1300};

    /** TCP's flags that say nothing new, and all that must go up. */
    private static final int[] QUIET = {0x10, 0x18, 0x30, 0xd0, 0x50};

    private static final int[] LOUD = {0x00, 0x20, 0x02, 0x12, 0x11, 0x01, 0x04, 0x14, 0x29, 0xff};
    private static final Random RANDOM = new Random(7);

    private Scenes() {}

    static byte[] data(int length) {
        byte[] data = new byte[length];
        RANDOM.nextBytes(data);
        return data;
    }

    /** One connection, and packets of both its directions. */
    record Flow(Family family, boolean tcp, int port, int nat) {

        static Flow udp(Story story, Family family, int port) {
            return new Flow(family, false, port, story.openUdp(family, port, 53));
        }

        static Flow tcp(Story story, Family family, int port) {
            return new Flow(family, true, port, story.openTcp(family, port, 80));
        }

        byte[] packet(boolean out, byte[] data) {
            return packet(out, 0x18, NOTHING, data);
        }

        byte[] packet(boolean out, int flags, byte[] options, byte[] data) {
            Family f = family;
            if (tcp) {
                return out
                        ? Naive.tcp(f.client(), port, f.remote(), 80, flags, options, data)
                        : Naive.tcp(f.remote(), 80, f.eip(), nat, flags, options, data);
            }
            return out
                    ? Naive.udp(f.client(), port, f.remote(), 53, data)
                    : Naive.udp(f.remote(), 53, f.eip(), nat, data);
        }

        void send(Story story, boolean out, String name, Way way, byte[] packet) {
            String whole = (tcp ? "TCP" : "UDP") + (family.v4() ? "4 " : "6 ") + name;
            if (out) {
                story.out(whole, way, packet);
            } else {
                story.in(whole, way, packet);
            }
        }
    }

    static List<Flow> flows(Story story, int port) {
        return story.families().stream()
                .flatMap(f -> List.of(Flow.udp(story, f, port), Flow.tcp(story, f, port)).stream())
                .toList();
    }

    static void established(Story story) {
        for (Flow flow : flows(story, 4000)) {
            for (boolean out : new boolean[] {true, false}) {
                for (int size : SIZES) {
                    byte[] packet = flow.packet(out, data(size));
                    flow.send(story, out, size + " bytes", Way.FAST, packet);
                }
            }
        }
    }

    static void flags(Story story) {
        for (Family family : story.families()) {
            Flow flow = Flow.tcp(story, family, 4100);
            for (boolean out : new boolean[] {true, false}) {
                byte[] stamps = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
                for (int quiet : QUIET) {
                    byte[] packet = flow.packet(out, quiet, stamps, data(30));
                    String name = "flags " + Integer.toHexString(quiet);
                    flow.send(story, out, name, Way.FAST, packet);
                }
            }
            for (int loud : LOUD) {
                for (boolean out : new boolean[] {false, true}) {
                    byte[] packet = flow.packet(out, loud, NOTHING, NOTHING);
                    flow.send(story, out, "flags " + Integer.toHexString(loud), Way.UP, packet);
                }
            }
        }
    }

    /** Numbers at the stream and beside it, by much and by little, from both ends. */
    static void windows(Story story) {
        long most = ConnectionTable.WINDOW;
        long[][] near = {
            {0, 0},
            {10, 0},
            {-3_000, 0},
            {0, 7},
            {0, -9_000},
            {50_000, 50_000},
            {-most / 2, 0},
            {0, -most / 2},
            {most - 1_000, 0},
            {0, most - 1_000},
            {0, 0}
        };
        long[][] far = {
            {2 * most + 5_000, 0},
            {-most - 5_000, 0},
            {0, 2 * most + 5_000},
            {0, -most - 5_000},
            {1L << 31, 0},
            {0, 1L << 31}
        };
        for (Family family : story.families()) {
            for (boolean out : new boolean[] {true, false}) {
                Flow flow = Flow.tcp(story, family, out ? 4150 : 4151);
                for (long[] off : near) {
                    flow.send(story, out, "at the stream", Way.FAST, numbered(flow, out, off));
                }
                for (long[] off : far) {
                    flow.send(story, out, "beside it", Way.UP, numbered(flow, out, off));
                }
            }
        }
    }

    private static byte[] numbered(Flow flow, boolean out, long[] off) {
        long sequence = out ? Naive.CLIENTS : Naive.REMOTES;
        long acknowledgement = out ? Naive.REMOTES : Naive.CLIENTS;
        return Naive.numbered(
                flow.packet(out, data(33)), sequence + off[0], acknowledgement + off[1]);
    }

    static void hops(Story story) {
        for (Flow flow : flows(story, 4200)) {
            for (boolean out : new boolean[] {true, false}) {
                for (int ttl : new int[] {0, 1, 2, 3, 128, 255}) {
                    byte[] packet = flow.packet(out, data(20));
                    packet[flow.family.v4() ? 8 : 7] = (byte) ttl;
                    Way way = ttl <= 1 ? Way.UP : Way.FAST;
                    flow.send(story, out, "TTL " + ttl, way, Naive.fixHeader(packet));
                }
            }
        }
    }

    /** Every kind of checksum field, and data chosen so that the new one would be 0. */
    static void checksums(Story story) {
        for (Flow flow : flows(story, 4300)) {
            for (boolean out : new boolean[] {true, false}) {
                for (int field : new int[] {0, 1, 0xfffe, 0xffff}) {
                    byte[] packet = flow.packet(out, data(31));
                    Naive.put16(packet, Naive.checksumAt(packet), field);
                    flow.send(story, out, "checksum is " + field, Way.FAST, packet);
                }
                for (int want : new int[] {0, 0xffff, 1}) {
                    byte[] packet = flow.packet(out, data(30));
                    byte[] sent =
                            Naive.translate(
                                    packet,
                                    out,
                                    out ? flow.family.eip() : flow.family.client(),
                                    out ? flow.nat : flow.port);
                    // One word of data moves the sum from what it is to what is wanted.
                    int at = packet.length - 2;
                    int is = Naive.u16(sent, Naive.checksumAt(sent));
                    int word = Naive.u16(packet, at) + is + (~want & 0xffff);
                    word = (word & 0xffff) + (word >>> 16);
                    word = (word & 0xffff) + (word >>> 16);
                    Naive.put16(packet, at, word);
                    Naive.fixTransport(packet);
                    flow.send(story, out, "checksum becomes " + want, Way.FAST, packet);
                }
            }
        }
    }

    static void padding(Story story) {
        for (Flow flow : flows(story, 4400)) {
            for (boolean out : new boolean[] {true, false}) {
                for (int more : new int[] {1, 6, 20, 100}) {
                    byte[] packet = flow.packet(out, data(3));
                    byte[] padded = Arrays.copyOf(packet, packet.length + more);
                    Arrays.fill(padded, packet.length, padded.length, (byte) 0xee);
                    flow.send(story, out, more + " bytes of padding", Way.FAST, padded);
                }
            }
        }
    }

    static void fragments(Story story) {
        int id = 100;
        for (Flow flow : flows(story, 4500)) {
            boolean v4 = flow.family.v4();
            for (boolean out : new boolean[] {true, false}) {
                byte[] whole = flow.packet(out, data(500));
                List<byte[]> parts = pieces(whole, 128, ++id);
                flow.send(story, out, "first fragment", Way.UP, parts.getFirst());
                for (byte[] part : parts.subList(1, parts.size())) {
                    flow.send(story, out, "later fragment", Way.FAST, part);
                }
                flow.send(story, out, "later fragment again", Way.FAST, parts.getLast());
                parts = pieces(whole, 64, ++id);
                flow.send(story, out, "later fragment too early", Way.UP, parts.get(2));
                flow.send(story, out, "its first", Way.UP, parts.getFirst());
                story.change("time passes", rig -> rig.pass(20));
                flow.send(story, out, "after its first", Way.FAST, parts.get(1));
                byte[] used = parts.get(3).clone();
                used[v4 ? 8 : 7] = 1;
                flow.send(story, out, "fragment's TTL is 1", Way.UP, Naive.fixHeader(used));
                byte[] over = pieces(whole, 8, ++id).get(1);
                Naive.put16(over, v4 ? 4 : 46, v4 ? id - 1 : id - 1);
                flow.send(
                        story,
                        out,
                        "fragment at 8",
                        flow.tcp ? Way.UP : Way.FAST,
                        Naive.fixHeader(over));
                byte[] tiny = pieces(whole, flow.tcp ? 16 : 8, ++id).getFirst();
                flow.send(story, out, "tiny first fragment", Way.UP, tiny);
                byte[] end = pieces(whole, 128, ++id).getLast();
                Naive.put16(end, v4 ? 6 : 42, v4 ? 0x1fff : 0xfff8);
                flow.send(story, out, "fragment past the end", Way.UP, Naive.fixHeader(end));
            }
            story.change("all that waits is lost", rig -> rig.pass(5000));
        }
        for (Flow flow : flows(story, 4501)) {
            if (!flow.family.v4()) {
                byte[] atomic = pieces(flow.packet(true, data(60)), 1024, ++id).getFirst();
                Naive.put16(atomic, 42, 0);
                flow.send(story, true, "atomic fragment", Way.UP, atomic);
            }
            byte[] unknown = pieces(flow.packet(false, data(60)), 32, 60_000).getLast();
            flow.send(story, false, "later fragment of nobody's", Way.UP, unknown);
            story.change("all that waits is lost", rig -> rig.pass(5000));
        }
    }

    private static List<byte[]> pieces(byte[] whole, int size, int id) {
        byte[] named = whole.clone();
        if (Naive.isV4(whole)) {
            Naive.put16(named, 4, id);
        }
        List<byte[]> pieces = Naive.fragments(named, size);
        if (!Naive.isV4(whole)) {
            pieces.forEach(piece -> Naive.put32(piece, 44, id));
        }
        return pieces;
    }

    /** IPv4 options; IPv6 extension headers. */
    static void options(Story story) {
        byte[][] options = {
            {1, 1, 1, 0}, {7, 4, 4, 0}, {(byte) 131, 4, 4, 0}, {(byte) 137, 3, 4, 0}, {68, 9, 5, 0}
        };
        int[] extensions = {0, 60, 43, 135, 51, 59, 44};
        for (Flow flow : flows(story, 4600)) {
            for (boolean out : new boolean[] {true, false}) {
                byte[] packet = flow.packet(out, data(40));
                if (flow.family.v4()) {
                    for (byte[] option : options) {
                        byte[] with = insert(packet, 20, option);
                        with[0] = 0x46;
                        Naive.put16(with, 2, with.length);
                        String name = "option " + (option[0] & 0xff);
                        flow.send(story, out, name, Way.UP, Naive.fixHeader(with));
                    }
                } else {
                    for (int extension : extensions) {
                        byte[] header = {packet[6], 0, 1, 4, 0, 0, 0, 0};
                        byte[] with = insert(packet, 40, header);
                        with[6] = (byte) extension;
                        Naive.put16(with, 4, with.length - 40);
                        flow.send(story, out, "extension " + extension, Way.UP, with);
                    }
                }
            }
        }
        story.change("all that waits is lost", rig -> rig.pass(5000));
    }

    private static byte[] insert(byte[] packet, int at, byte[] what) {
        byte[] with = Arrays.copyOf(packet, packet.length + what.length);
        System.arraycopy(what, 0, with, at, what.length);
        System.arraycopy(packet, at, with, at + what.length, packet.length - at);
        return with;
    }

    static void damaged(Story story) {
        for (Flow flow : flows(story, 4700)) {
            int header = flow.family.header();
            for (boolean out : new boolean[] {true, false}) {
                byte[] packet = flow.packet(out, data(16));
                for (int length = 1; length < packet.length; length += 5) {
                    byte[] cut = Arrays.copyOf(packet, length);
                    flow.send(story, out, "cut to " + length, Way.UP, cut);
                }
                damage(story, flow, out, "version", packet, 0, 0x75, true);
                damage(
                        story,
                        flow,
                        out,
                        "header length",
                        packet,
                        0,
                        flow.family.v4() ? 0x44 : 0x10,
                        true);
                if (flow.family.v4()) {
                    damage(story, flow, out, "total length", packet, 3, 19, true);
                    damage(story, flow, out, "header sum", packet, 11, packet[11] ^ 1, false);
                }
                damage(story, flow, out, "protocol", packet, flow.family.v4() ? 9 : 6, 132, true);
                if (flow.tcp) {
                    damage(story, flow, out, "TCP offset 4", packet, header + 12, 0x40, true);
                    damage(story, flow, out, "TCP offset 15", packet, header + 12, 0xf0, true);
                } else {
                    damage(story, flow, out, "UDP length 7", packet, header + 5, 7, true);
                    damage(story, flow, out, "UDP too long", packet, header + 4, 1, true);
                    byte[] shorter = packet.clone();
                    shorter[header + 5] -= 5;
                    flow.send(story, out, "UDP shorter than its packet", Way.FAST, shorter);
                }
            }
        }
    }

    private static void damage(
            Story story,
            Flow flow,
            boolean out,
            String name,
            byte[] packet,
            int at,
            int value,
            boolean heal) {
        byte[] bad = packet.clone();
        bad[at] = (byte) value;
        flow.send(story, out, "bad " + name, Way.UP, heal ? Naive.fixHeader(bad) : bad);
    }

    static void lengths(Story story) {
        List<Flow> flows = flows(story, 4800);
        story.change("narrow", rig -> rig.outsideMtu = 1280);
        for (Flow flow : flows) {
            int headers = flow.family.header() + (flow.tcp ? 20 : 8);
            for (boolean out : new boolean[] {true, false}) {
                int mtu = out ? 1280 : story.insideMtu();
                flow.send(story, out, "fits", Way.FAST, flow.packet(out, data(mtu - headers)));
                byte[] longer = flow.packet(out, data(mtu - headers + 1));
                flow.send(story, out, "too long", Way.UP, longer);
                if (flow.family.v4()) {
                    byte[] may = longer.clone();
                    Naive.put16(may, 6, 0);
                    flow.send(story, out, "too long, may be cut", Way.UP, Naive.fixHeader(may));
                }
                byte[] large = flow.packet(out, data(3000));
                Side side = out ? story.inside : Side.OUTSIDE;
                String name = (flow.tcp ? "TCP" : "UDP") + (flow.family.v4() ? "4" : "6");
                for (int size :
                        new int[] {500, 1000, mtu - headers, mtu - headers + 1, 2999, 3000, 4000}) {
                    Way way = size <= mtu - headers ? Way.FAST : Way.UP;
                    byte[] frame =
                            out
                                    ? story.outFrame(large)
                                    : Naive.frame(OUTSIDE_MAC, ROUTER_MAC, large);
                    story.large(name + " in segments of " + size, way, side, frame, size);
                }
            }
        }
        story.change("wide", rig -> rig.outsideMtu = 1500);
    }
}
