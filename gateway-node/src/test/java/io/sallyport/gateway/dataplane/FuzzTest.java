package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A million damaged packets through both doors. Each is translated as the naive reference says, or
 * is a counted drop, or waits, or is nobody's; nothing throws; and no packet leaves that still
 * shows an inside address.
 */
class FuzzTest {

    private static final int PACKETS = Integer.getInteger("fuzz.packets", 1_000_000);

    private final Rig rig = new Rig(200_000);
    private final long seed = Long.getLong("fuzz.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private long translated;
    private long dropped;
    private long other;

    @Test
    void aMillionDamagedPacketsAreTranslatedRightlyOrCountedAndNeverLeak() {
        System.out.println("fuzz seed " + seed);
        List<byte[]> outward = outwardSeeds();
        outward.forEach(rig::out);
        List<byte[]> inward = inwardSeeds();
        inward.forEach(rig::in);
        assertThat(rig.drops()).as("undamaged packets all pass").isZero();
        for (int i = 0; i < PACKETS; i++) {
            boolean out = random.nextBoolean();
            List<byte[]> seeds = out ? outward : inward;
            byte[] packet = damage(random, seeds.get(random.nextInt(seeds.size())));
            try {
                judge(packet, out);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "packet "
                                + i
                                + " of seed "
                                + seed
                                + ": "
                                + java.util.HexFormat.of().formatHex(packet),
                        e);
            }
        }
        System.out.printf(
                "%d packets: %d translated, %d dropped, %d waiting, answered or not ours%n",
                PACKETS, translated, dropped, other);
        assertThat(translated).isGreaterThan(PACKETS / 20);
        assertThat(dropped).isGreaterThan(PACKETS / 20);
    }

    private void judge(byte[] packet, boolean out) {
        rig.outside.sent.clear();
        rig.tunnel.sent.clear();
        long drops = rig.drops();
        byte[] frame =
                Naive.frame(out ? VIRTUAL_MAC : OUTSIDE_MAC, out ? CLIENT_MAC : ROUTER_MAC, packet);
        if (random.nextInt(50) == 0) {
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
        }
        rig.now += 30_000_000; // what waits does not pile up
        rig.pipeline.begin(rig.now, true);
        if (out) {
            rig.pipeline.handle(rig.tunnel, rig.tunnelFrame(frame, HOST));
        } else {
            rig.pipeline.handle(rig.outside, rig.outside.frame(frame));
        }
        rig.settle();
        MemoryDoor to = out ? rig.outside : rig.tunnel;
        for (MemoryDoor.Sent sent : rig.outside.sent) {
            IpAddress source = Naive.source(sent.ip());
            check(source.equals(EIP) || source.equals(EIP6), "nothing leaks");
        }
        boolean passed = to.sent.size() == 1 && frame.length == 14 + packet.length;
        if (passed && rig.drops() == drops) {
            compare(packet, to.sent.getFirst().ip(), out);
            translated++;
        } else if (rig.drops() > drops) {
            dropped++;
        } else {
            other++;
        }
    }

    /** Same bytes but for what translation changes; a wrong checksum stays exactly as wrong. */
    private void compare(byte[] before, byte[] after, boolean out) {
        boolean v4 = Naive.isV4(before);
        int length = v4 ? Naive.u16(before, 2) : 40 + Naive.u16(before, 4);
        byte[] packet = Arrays.copyOf(before, length);
        int protocol = Naive.protocol(packet);
        if (v4) {
            check(Naive.sum(after, 0, (after[0] & 15) * 4, 0) == 0xffff, "header checksum");
        } else if (packet[6] != (byte) protocol
                || (protocol != 6 && protocol != 17 && protocol != 58)) {
            return; // extension headers: the reference does not walk them
        }
        boolean later = v4 && (Naive.u16(packet, 6) & 0x1fff) != 0;
        IpAddress eip = v4 ? EIP : EIP6;
        check((out ? Naive.source(after) : Naive.target(packet)).equals(eip), "the EIP");
        if (later) {
            return; // only its addresses change
        }
        int at = Naive.transport(packet);
        int type = packet[at] & 0xff;
        boolean error =
                (protocol == 1 && type != 8 && type != 0)
                        || (protocol == 58 && type != 128 && type != 129);
        if (error) {
            return; // TranslationTest judges the quote
        }
        boolean icmp = protocol == 1 || protocol == 58;
        int source = icmp ? (out ? Naive.u16(packet, at + 4) : 0) : Naive.u16(packet, at);
        int target = icmp ? (out ? 0 : Naive.u16(packet, at + 4)) : Naive.u16(packet, at + 2);
        IpAddress address;
        int port;
        if (out) {
            Connection connection =
                    java.util.Objects.requireNonNull(
                            rig.keeping.open.get(
                                    new InsideKey(
                                            VPC,
                                            new Protocol(protocol),
                                            new Endpoint(Naive.source(packet), source),
                                            new Endpoint(Naive.target(packet), target))));
            address = connection.eip();
            port = connection.natPort();
        } else {
            int slot =
                    rig.table.findIn(
                            protocol,
                            eip.high(),
                            eip.low(),
                            target,
                            Naive.source(packet).high(),
                            Naive.source(packet).low(),
                            source);
            address = IpAddress.of(rig.table.clientHigh(slot), rig.table.clientLow(slot));
            port = rig.table.clientPort(slot);
        }
        byte[] expected = Naive.translate(packet, out, address, port);
        int field = Naive.checksumAt(packet);
        boolean none = protocol == 17 && Naive.u16(packet, field) == 0;
        boolean whole = !v4 || (Naive.u16(packet, 6) & 0x3fff) == 0;
        if (protocol == 6 && (packet[at + 13] & 2) != 0) {
            return; // a SYN's MSS may be clamped too
        }
        if (whole && !none) {
            check(Naive.residue(after) == Naive.residue(packet), "transport checksum");
        }
        Naive.put16(expected, field, Naive.u16(after, field));
        if (!Arrays.equals(after, expected)) {
            assertThat(after).isEqualTo(expected);
        }
    }

    /** A million times: AssertJ's own work would be most of the test's. */
    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static byte[] damage(Random random, byte[] seed) {
        byte[] packet = seed.clone();
        int wounds = random.nextInt(4);
        for (int i = 0; i < wounds; i++) {
            int where = random.nextInt(3) == 0 ? packet.length : Math.min(packet.length, 64);
            int at = random.nextInt(where);
            switch (random.nextInt(4)) {
                case 0 -> packet[at] = (byte) random.nextInt();
                case 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> packet[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
                default -> {
                    packet = Arrays.copyOf(packet, Math.max(1, at + random.nextInt(64)));
                    if (random.nextBoolean() && packet.length >= 40) {
                        Naive.put16(
                                packet,
                                Naive.isV4(packet) ? 2 : 4,
                                Naive.isV4(packet) ? packet.length : packet.length - 40);
                    }
                }
            }
        }
        boolean heals = random.nextInt(4) != 0 && packet.length >= 20 && (packet[0] & 15) >= 5;
        if (heals && Naive.isV4(packet) && packet.length >= (packet[0] & 15) * 4) {
            Naive.fixHeader(packet);
        }
        return packet;
    }

    private List<byte[]> outwardSeeds() {
        List<byte[]> seeds = new java.util.ArrayList<>();
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            IpAddress remote = client.isV4() ? REMOTE : REMOTE6;
            seeds.add(Naive.udp(client, 5000, remote, 53, new byte[60]));
            seeds.add(Naive.tcp(client, 4000, remote, 80, 2, new byte[] {2, 4, 5, 1}, new byte[0]));
            seeds.add(Naive.tcp(client, 4000, remote, 80, 24, new byte[0], new byte[200]));
            seeds.add(Naive.echo(client, remote, true, 77, new byte[56]));
            seeds.addAll(Naive.fragments(Naive.udp(client, 5001, remote, 53, new byte[300]), 128));
        }
        return seeds;
    }

    private List<byte[]> inwardSeeds() {
        List<byte[]> seeds = new java.util.ArrayList<>();
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            boolean v4 = client.isV4();
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            IpAddress eip = v4 ? EIP : EIP6;
            int udp = rig.connection(Protocol.UDP, client, 5000, remote, 53).natPort();
            int tcp = rig.connection(Protocol.TCP, client, 4000, remote, 80).natPort();
            Protocol icmp = v4 ? Protocol.ICMP : Protocol.ICMPV6;
            int echo = rig.connection(icmp, client, 77, remote, 0).natPort();
            seeds.add(Naive.udp(remote, 53, eip, udp, new byte[60]));
            seeds.add(Naive.tcp(remote, 80, eip, tcp, 24, new byte[0], new byte[200]));
            seeds.add(Naive.echo(remote, eip, false, echo, new byte[56]));
            byte[] left = Naive.udp(eip, udp, remote, 53, new byte[60]);
            seeds.add(Naive.error(remote, eip, v4 ? 3 : 1, v4 ? 3 : 4, 0, left));
        }
        return seeds;
    }
}
