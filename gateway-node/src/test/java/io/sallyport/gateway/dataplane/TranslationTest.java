package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TranslationTest {

    private static final byte[] MSS_1460 = {2, 4, 5, (byte) 0xb4};
    private final Rig rig = new Rig();

    @Test
    void everyTransportAndFamilyIsTranslatedAsTheNaiveReferenceSays() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            boolean v4 = random.nextBoolean();
            IpAddress client = v4 ? CLIENT : CLIENT6;
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            IpAddress eip = v4 ? EIP : EIP6;
            int port = 1 + random.nextInt(65535);
            int far = 1 + random.nextInt(65535);
            byte[] data = new byte[random.nextInt(1300)];
            random.nextBytes(data);
            int kind = random.nextInt(4);
            byte[] out;
            byte[] in;
            Protocol protocol;
            rig.outside.sent.clear();
            switch (kind) {
                case 0 -> {
                    out = Naive.udp(client, port, remote, far, data);
                    protocol = Protocol.UDP;
                }
                case 1 -> {
                    out = Naive.udp(client, port, remote, far, data);
                    protocol = Protocol.UDP;
                    if (v4) {
                        Naive.put16(out, 26, 0);
                    }
                }
                case 2 -> {
                    out = Naive.tcp(client, port, remote, far, 2, MSS_1460.clone(), new byte[0]);
                    Naive.put16(out, Naive.transport(out) + 22, 1300);
                    Naive.fixTransport(out);
                    protocol = Protocol.TCP;
                }
                default -> {
                    far = 0;
                    out = Naive.echo(client, remote, true, port, data);
                    protocol = v4 ? Protocol.ICMP : Protocol.ICMPV6;
                }
            }
            rig.out(out);
            int nat = rig.connection(protocol, client, port, remote, far).natPort();
            assertThat(rig.outside.sent).hasSize(1);
            assertThat(rig.lastOutside()).isEqualTo(Naive.translate(out, true, eip, nat));
            in =
                    switch (kind) {
                        case 0, 1 -> Naive.udp(remote, far, eip, nat, data);
                        case 2 -> Naive.tcp(remote, far, eip, nat, 16, new byte[0], data);
                        default -> Naive.echo(remote, eip, false, nat, data);
                    };
            rig.tunnel.sent.clear();
            rig.in(in);
            assertThat(rig.tunnel.sent).hasSize(1);
            assertThat(rig.lastInside()).isEqualTo(Naive.translate(in, false, client, port));
            assertThat(rig.tunnel.sent.getFirst().vni()).isEqualTo(VPC);
            assertThat(rig.tunnel.sent.getFirst().tunnelLow()).isEqualTo(HOST.low());
        }
        assertThat(rig.drops()).isZero();
    }

    @Test
    void aReplyIsSentToTheClientsMacFromTheMacHeKnows() {
        rig.out(Naive.udp(CLIENT, 5000, REMOTE, 53, new byte[4]));
        int nat = rig.connection(Protocol.UDP, CLIENT, 5000, REMOTE, 53).natPort();
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[4]));
        byte[] frame = rig.tunnel.sent.getLast().bytes();
        byte[] expected = Naive.frame(CLIENT_MAC, VIRTUAL_MAC, rig.lastInside());
        assertThat(frame).isEqualTo(expected);
        byte[] outside = rig.outside.sent.getLast().bytes();
        assertThat(outside).isEqualTo(Naive.frame(ROUTER_MAC, OUTSIDE_MAC, rig.lastOutside()));
    }

    @Test
    void aPlainInterfaceIsServedByTheSameCode() {
        rig.plain(Naive.udp(PLAIN_CLIENT, 5000, REMOTE, 53, new byte[4]));
        int nat = rig.connection(Protocol.UDP, PLAIN_CLIENT, 5000, REMOTE, 53).natPort();
        byte[] in = Naive.udp(REMOTE, 53, PLAIN_EIP, nat, new byte[9]);
        rig.in(in);
        assertThat(rig.plain.sent.getLast().bytes())
                .isEqualTo(
                        Naive.frame(
                                CLIENT_MAC,
                                INSIDE_MAC,
                                Naive.translate(in, false, PLAIN_CLIENT, 5000)));
    }

    @Test
    void whatThePlainInterfaceCarriesForTheBoxIsLeftAloneUncounted() {
        rig.plain(Naive.udp(PLAIN_CLIENT, 5000, IpAddress.parse("192.168.7.1"), 22, new byte[4]));
        rig.plain(Naive.udp(PLAIN_CLIENT, 5000, IpAddress.parse("192.168.7.77"), 22, new byte[4]));
        rig.plain(Naive.udp(PLAIN_CLIENT, 5000, IpAddress.parse("224.0.0.251"), 22, new byte[4]));
        rig.in(Naive.udp(REMOTE, 53, IpAddress.parse("203.0.113.99"), 22, new byte[4]));
        assertThat(rig.drops()).isZero();
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.plain.sent).isEmpty();
    }

    @Test
    void aSynIsClampedToTheSmallerPathBothWays() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            IpAddress remote = client.isV4() ? REMOTE : REMOTE6;
            byte[] syn = Naive.tcp(client, 4000, remote, 80, 2, MSS_1460, new byte[0]);
            rig.out(syn);
            int nat = rig.connection(Protocol.TCP, client, 4000, remote, 80).natPort();
            int clamped = 1450 - (client.isV4() ? 40 : 60);
            byte[] got = rig.lastOutside();
            assertThat(Naive.u16(got, Naive.transport(got) + 22)).isEqualTo(clamped);
            assertThat(Naive.residue(got)).isEqualTo(0xffff);
            IpAddress eip = client.isV4() ? EIP : EIP6;
            byte[] odd = {1, 2, 4, 5, (byte) 0xb4, 1, 1, 0};
            rig.in(Naive.tcp(remote, 80, eip, nat, 18, odd, new byte[0]));
            got = rig.lastInside();
            assertThat(Naive.u16(got, Naive.transport(got) + 23)).isEqualTo(clamped);
            assertThat(Naive.residue(got)).isEqualTo(0xffff);
        }
        assertThat(rig.counters.value(Counters.Name.MSS_CLAMPED)).isEqualTo(4);
    }

    @Test
    void errorsFromOutsideReachTheClientWithTheQuoteAsHeSentIt() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            boolean v4 = client.isV4();
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            IpAddress eip = v4 ? EIP : EIP6;
            IpAddress router = IpAddress.parse(v4 ? "192.0.2.1" : "2001:db8:9::1");
            for (byte[] sent :
                    List.of(
                            Naive.udp(client, 4000, remote, 53, new byte[100]),
                            Naive.tcp(client, 4000, remote, 80, 2, MSS_1460, new byte[0]),
                            Naive.echo(client, remote, true, 77, new byte[20]))) {
                Naive.put16(sent, Naive.checksumAt(sent), 0);
                if (Naive.protocol(sent) == 6) {
                    Naive.put16(sent, Naive.transport(sent) + 22, 1200);
                }
                Naive.fixTransport(sent);
                rig.out(sent);
                byte[] left = rig.lastOutside();
                long counted = rig.table.packets(1, false);
                rig.in(Naive.error(router, eip, v4 ? 3 : 2, v4 ? 4 : 0, 1280, left));
                byte[] got = rig.lastInside();
                assertThat(Naive.source(got)).isEqualTo(router);
                assertThat(Naive.target(got)).isEqualTo(client);
                assertThat(Naive.residue(got)).isEqualTo(0xffff);
                byte[] quote =
                        java.util.Arrays.copyOfRange(got, Naive.transport(got) + 8, got.length);
                byte[] expected = sent.clone();
                expected[v4 ? 8 : 7]--; // the quote was forwarded once
                assertThat(quote).isEqualTo(Naive.fixHeader(expected));
                assertThat(rig.table.packets(1, false)).isEqualTo(counted);
            }
        }
        assertThat(rig.counters.value(Counters.Name.ICMP_ERRORS_TRANSLATED)).isEqualTo(6);
    }

    @Test
    void errorsFromInsideLeaveWithTheEipAndTheQuoteAsItArrivedThere() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            boolean v4 = client.isV4();
            IpAddress remote = v4 ? REMOTE : REMOTE6;
            IpAddress eip = v4 ? EIP : EIP6;
            rig.out(Naive.udp(client, 4000, remote, 53, new byte[100]));
            int nat = rig.connection(Protocol.UDP, client, 4000, remote, 53).natPort();
            byte[] in = Naive.udp(remote, 53, eip, nat, new byte[60]);
            rig.in(in);
            rig.out(Naive.error(client, remote, v4 ? 3 : 1, v4 ? 3 : 4, 0, rig.lastInside()));
            byte[] got = rig.lastOutside();
            assertThat(Naive.source(got)).isEqualTo(eip);
            assertThat(Naive.target(got)).isEqualTo(remote);
            assertThat(Naive.residue(got)).isEqualTo(0xffff);
            byte[] expected = in.clone();
            expected[v4 ? 8 : 7]--;
            byte[] quote = java.util.Arrays.copyOfRange(got, Naive.transport(got) + 8, got.length);
            assertThat(quote).isEqualTo(Naive.fixHeader(expected));
        }
    }

    @Test
    void fragmentsOfEveryTransportPassInAnyOrder() {
        for (IpAddress client : List.of(CLIENT, CLIENT6)) {
            IpAddress remote = client.isV4() ? REMOTE : REMOTE6;
            IpAddress eip = client.isV4() ? EIP : EIP6;
            int id = 1;
            for (byte[] whole :
                    List.of(
                            Naive.udp(client, 4000, remote, 53, new byte[4000]),
                            Naive.echo(client, remote, true, 78, new byte[3000]),
                            Naive.tcp(client, 4001, remote, 80, 2, new byte[0], new byte[2500]))) {
                List<byte[]> fragments = Naive.fragments(whole, 1024);
                if (client.isV4()) {
                    Naive.put16(whole, 4, ++id);
                    fragments = Naive.fragments(whole, 1024);
                } else {
                    id++;
                    for (byte[] fragment : fragments) {
                        Naive.put32(fragment, 44, id);
                    }
                }
                rig.outside.sent.clear();
                java.util.Collections.rotate(fragments, 1); // a later one first
                fragments.forEach(rig::out);
                rig.pass(20);
                assertThat(rig.outside.sent).hasSize(fragments.size());
                int headers = client.isV4() ? 20 : 48;
                byte[] payload = new byte[whole.length - (client.isV4() ? 20 : 40)];
                for (MemoryDoor.Sent sent : rig.outside.sent) {
                    byte[] f = sent.ip();
                    assertThat(Naive.source(f)).isEqualTo(eip);
                    int at =
                            client.isV4()
                                    ? (Naive.u16(f, 6) & 0x1fff) * 8
                                    : Naive.u16(f, 42) & 0xfff8;
                    System.arraycopy(f, headers, payload, at, f.length - headers);
                }
                byte[] joined = Naive.ip(eip, remote, Naive.protocol(whole), 63, payload);
                assertThat(Naive.residue(joined)).isEqualTo(0xffff);
            }
        }
        assertThat(rig.drops()).isZero();
    }

    @Test
    void tooLongPacketsAreAnsweredOrCutAndNeverLostInSilence() {
        rig.outsideMtu = 1280;
        byte[] fits = Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[1000]);
        rig.out(fits);
        byte[] refused = Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[1300]);
        rig.out(refused);
        byte[] answer = rig.lastInside();
        assertThat(Naive.source(answer)).isEqualTo(GATEWAY);
        assertThat(Naive.target(answer)).isEqualTo(CLIENT);
        assertThat(answer[20]).isEqualTo((byte) 3);
        assertThat(answer[21]).isEqualTo((byte) 4);
        assertThat(Naive.u16(answer, 26)).isEqualTo(1280);
        assertThat(Naive.residue(answer)).isEqualTo(0xffff);
        assertThat(java.util.Arrays.copyOfRange(answer, 28, 28 + 548))
                .isEqualTo(java.util.Arrays.copyOf(refused, 548));
        assertThat(rig.counters.drops(DropReason.TOO_BIG)).isEqualTo(1);
        rig.outside.sent.clear();
        byte[] may = Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[1300]);
        Naive.put16(may, 6, 0);
        rig.out(Naive.fixHeader(may));
        assertThat(rig.outside.sent).hasSize(2);
        byte[] big = Naive.udp(CLIENT6, 4000, REMOTE6, 53, new byte[1300]);
        rig.out(big);
        answer = rig.lastInside();
        assertThat(Naive.source(answer)).isEqualTo(GATEWAY6);
        assertThat(answer[40]).isEqualTo((byte) 2);
        assertThat(Naive.u16(answer, 46)).isEqualTo(1280);
        assertThat(Naive.residue(answer)).isEqualTo(0xffff);
        assertThat(answer.length).isLessThanOrEqualTo(1280);
    }

    @Test
    void aLongPacketFromOutsideIsAnsweredByTheEip() {
        rig.out(Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[10]));
        int nat = rig.connection(Protocol.UDP, CLIENT, 4000, REMOTE, 53).natPort();
        rig.outside.sent.clear();
        rig.in(Naive.udp(REMOTE, 53, EIP, nat, new byte[1460]));
        byte[] answer = rig.lastOutside();
        assertThat(Naive.source(answer)).isEqualTo(EIP);
        assertThat(Naive.target(answer)).isEqualTo(REMOTE);
        assertThat(Naive.u16(answer, 26)).isEqualTo(1450);
        assertThat(Naive.residue(answer)).isEqualTo(0xffff);
    }

    @Test
    void aUsedUpTtlIsToldToTheClientOnly() {
        byte[] packet = Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[10]);
        rig.out(packet);
        packet[8] = 1;
        rig.out(Naive.fixHeader(packet));
        byte[] answer = rig.lastInside();
        assertThat(answer[20]).isEqualTo((byte) 11);
        assertThat(Naive.source(answer)).isEqualTo(GATEWAY);
        int nat = rig.connection(Protocol.UDP, CLIENT, 4000, REMOTE, 53).natPort();
        rig.outside.sent.clear();
        byte[] in = Naive.udp(REMOTE, 53, EIP, nat, new byte[10]);
        in[8] = 1;
        rig.in(Naive.fixHeader(in));
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.counters.drops(DropReason.TTL_EXPIRED)).isEqualTo(2);
    }

    @Test
    void aSegmentOfNoConnectionIsResetInsideAndSilentOutside() {
        rig.out(Naive.tcp(CLIENT, 4000, REMOTE, 80, 16, new byte[0], new byte[5]));
        byte[] reset = rig.lastInside();
        assertThat(reset[33]).isEqualTo((byte) 4);
        assertThat(Naive.source(reset)).isEqualTo(REMOTE);
        assertThat(Naive.residue(reset)).isEqualTo(0xffff);
        assertThat(java.util.Arrays.copyOfRange(reset, 24, 28))
                .isEqualTo(new byte[] {0x55, 0x66, 0x77, (byte) 0x88});
        rig.tunnel.sent.clear();
        rig.in(Naive.tcp(REMOTE, 80, EIP, 4000, 16, new byte[0], new byte[5]));
        rig.in(Naive.tcp(REMOTE, 80, EIP, 22, 2, new byte[0], new byte[0]));
        rig.in(Naive.echo(REMOTE, EIP, true, 9, new byte[5]));
        assertThat(rig.outside.sent).isEmpty();
        assertThat(rig.tunnel.sent).isEmpty();
        assertThat(rig.counters.drops(DropReason.UNKNOWN_CONNECTION)).isEqualTo(3);
        assertThat(rig.counters.drops(DropReason.ICMP_UNSUPPORTED)).isEqualTo(1);
    }

    @Test
    void whatComesAfterItsConnectionWasClosedIsARejectOnTheLegWhereItCame() {
        byte[] late = Naive.tcp(CLIENT, 4000, REMOTE, 80, 17, new byte[0], new byte[5]);
        rig.out(late);
        rig.out(late);
        rig.in(Naive.tcp(REMOTE, 80, EIP, 4000, 16, new byte[0], new byte[5]));
        rig.in(Naive.udp(REMOTE6, 53, EIP6, 5000, new byte[12]));
        byte[] aboutNothing = Naive.udp(EIP, 5000, REMOTE, 53, new byte[8]);
        rig.in(Naive.error(REMOTE, EIP, 3, 1, 0, aboutNothing));
        tellRejects();
        assertThat(rig.flows)
                .containsExactlyInAnyOrder(
                        new Rig.Flow(0, 0, CLIENT, 4000, GATEWAY, 80, 6, 2, 90, 1, false),
                        new Rig.Flow(0, 2, REMOTE, 80, GATEWAY, 4000, 6, 1, 45, 0, false),
                        new Rig.Flow(0, 2, REMOTE6, 53, GATEWAY6, 5000, 17, 1, 60, 0, false));
        assertThat(rig.counters.drops(DropReason.UNKNOWN_CONNECTION)).isEqualTo(5);
    }

    private void tellRejects() {
        long[] note = new long[TellingNote.BYTES / Long.BYTES];
        rig.rejects.flush(rig.sink, new TellingNote(MemorySegment.ofArray(note)));
    }
}
