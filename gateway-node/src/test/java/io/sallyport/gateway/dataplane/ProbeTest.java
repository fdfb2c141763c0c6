package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeTest {

    private static final IpAddress A4 = IpAddress.parse("10.0.1.11");
    private static final IpAddress B4 = IpAddress.parse("203.0.113.9");
    private static final IpAddress A6 = IpAddress.parse("fd00:1::5");
    private static final IpAddress B6 = IpAddress.parse("2001:db8:51::11");

    @Test
    void aTupleIsAWholePacketWithRightChecksums() {
        Map<String, Integer> lengths =
                Map.of(
                        "tcp 10.0.1.11:4242 > 203.0.113.9:80 syn", 40,
                        "tcp 10.0.1.11:4242>203.0.113.9:80 vpc 7 inside ack psh ttl 3", 40,
                        "udp [fd00:1::5]:53 > [2001:db8:51::11]:53 length 100", 100,
                        "icmp 10.0.1.11:7 > 203.0.113.9", 28,
                        "icmpv6 [2001:db8:51::11] > [fd00:1::5]:9 outside", 48);
        lengths.forEach((text, length) -> {
            byte[] packet = Probe.parse(text).packet();
            assertThat(packet).as(text).hasSize(length);
            assertThat(Naive.residue(packet)).as(text).isEqualTo(0xffff);
            assertThat(packet).as(text).isEqualTo(Naive.fixHeader(packet.clone()));
        });
    }

    @Test
    void aTupleSaysWhatItSays() {
        Probe probe = Probe.parse("TCP 10.0.1.11:4242 > 203.0.113.9:80 vpc 7 inside syn ttl 3");
        byte[] packet = probe.packet();
        assertThat(Naive.source(packet)).isEqualTo(A4);
        assertThat(Naive.target(packet)).isEqualTo(B4);
        assertThat(Naive.u16(packet, 20)).isEqualTo(4242);
        assertThat(Naive.u16(packet, 22)).isEqualTo(80);
        assertThat(packet[33]).isEqualTo((byte) 2);
        assertThat(packet[8]).isEqualTo((byte) 3);
        assertThat(probe.vpc()).hasValue(7);
        assertThat(probe.side()).hasValue(Probe.Side.INSIDE);
    }

    @Test
    void hexIsReadAsTcpdumpPrintsIt() {
        byte[] packet = Naive.udp(A4, 5, B4, 6, new byte[] {1, 2, 3});
        String digits = HexFormat.of().formatHex(packet);
        StringBuilder printed = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 4) {
            printed.append(i % 32 == 0 ? "\n\t0x%04x: ".formatted(i / 2) : "");
            printed.append(' ').append(digits, i, Math.min(i + 4, digits.length()));
        }
        assertThat(Probe.parse(printed + " outside").packet()).isEqualTo(packet);
        assertThat(Probe.parse(digits).packet()).isEqualTo(packet);
        byte[] six = Naive.udp(A6, 5, B6, 6, new byte[] {1, 2, 3});
        byte[] frame = Naive.frame(0x0200_0000_0001L, 0x0200_0000_0002L, six);
        Probe framed = Probe.parse(HexFormat.of().formatHex(frame));
        assertThat(framed.packet()).isEqualTo(six);
        assertThat(framed.ethernet()).startsWith(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2).hasSize(14);
    }

    @Test
    void aLineOfTcpdumpIsTheTupleThatItIs() {
        Map.ofEntries(
                        Map.entry(
                                "12:01:02.345678 IP 10.0.1.11.4242 > 203.0.113.9.80: Flags [S],"
                                        + " seq 7, win 64240, options [mss 1460], length 0",
                                "tcp 10.0.1.11:4242 > 203.0.113.9:80 syn"),
                        Map.entry(
                                "12:01:02 in0 In  IP 10.0.1.11.4242 > 203.0.113.9.80: Flags [P.],"
                                        + " seq 1:6, ack 1, win 64240, length 5 vpc 7 inside",
                                "tcp 10.0.1.11:4242 > 203.0.113.9:80 psh ack length 45 vpc 7"
                                        + " inside"),
                        Map.entry(
                                "IP (tos 0x0, ttl 3, id 1, offset 0, flags [DF], proto UDP (17),"
                                        + " length 39)\n    10.0.1.11.5 > 203.0.113.9.6: UDP,"
                                        + " length 11",
                                "udp 10.0.1.11:5 > 203.0.113.9:6 ttl 3 length 39"),
                        Map.entry(
                                "IP6 fd00:1::5.53 > 2001:db8:51::11.53: 4660+ A? example.com. (29)",
                                "udp [fd00:1::5]:53 > [2001:db8:51::11]:53"),
                        Map.entry(
                                "IP 10.0.1.11 > 203.0.113.9: ICMP echo request, id 7, seq 1,"
                                        + " length 64",
                                "icmp 10.0.1.11:7 > 203.0.113.9 length 84"),
                        Map.entry(
                                "IP6 2001:db8:51::11 > fd00:1::5: ICMP6, echo reply, id 9, seq 1,"
                                        + " length 16 outside",
                                "icmpv6 [2001:db8:51::11] > [fd00:1::5]:9 length 56 outside"))
                .forEach((line, tuple) -> {
                    Probe read = Probe.parse(line);
                    Probe meant = Probe.parse(tuple);
                    assertThat(read.packet()).as(line).isEqualTo(meant.packet());
                    assertThat(read.vpc()).isEqualTo(meant.vpc());
                    assertThat(read.side()).isEqualTo(meant.side());
                    assertThat(read.isTuple()).isTrue();
                });
    }

    @Test
    void aWholeDumpWithItsLineAndItsCharactersIsReadByItsOctets() {
        byte[] packet = Naive.udp(A4, 5, B4, 6, "ab cd  ef".getBytes(StandardCharsets.US_ASCII));
        StringBuilder dump = new StringBuilder("12:01:02 IP 10.0.1.11.5 > 203.0.113.9.6: UDP");
        for (int at = 0; at < packet.length; at += 16) {
            StringBuilder octets = new StringBuilder();
            StringBuilder characters = new StringBuilder();
            for (int i = at; i < Math.min(packet.length, at + 16); i++) {
                octets.append(i % 2 == 0 && i > at ? " " : "").append("%02x".formatted(packet[i]));
                characters.append(packet[i] >= ' ' ? (char) packet[i] : '.');
            }
            dump.append("\n\t0x%04x:  %-39s  %s".formatted(at, octets, characters));
        }
        Probe probe = Probe.parse(dump.toString());
        assertThat(probe.packet()).isEqualTo(packet);
        assertThat(probe.isTuple()).isFalse();
    }

    @Test
    void whatIsNoPacketIsRefusedWithWhatIsAllowed() {
        Map<String, String> wrong =
                Map.ofEntries(
                        Map.entry("", "there is no packet"),
                        Map.entry("tpc 10.0.1.11:4242 > 203.0.113.9:80", "'tpc' begins no packet"),
                        Map.entry("tcp 10.0.1.11:4242", "after tcp comes SOURCE > TARGET"),
                        Map.entry("tcp 10.0.1.11 > 203.0.113.9:80", "is not address:port"),
                        Map.entry("tcp 10.0.1.11:99999 > 203.0.113.9:80", "is not 0 to 65535"),
                        Map.entry("udp 10.0.1.11:1 > [fd00::1]:80", "are of two families"),
                        Map.entry("udp 10.0.1.11:1 > 10.0.1.12:1 syn", "SYN is a flag of tcp only"),
                        Map.entry("icmp 10.0.1.11 > 10.0.1.12", "has an identifier"),
                        Map.entry("icmp [fd00::1]:1 > [fd00::2]", "IPv6 has icmpv6"),
                        Map.entry("udp 10.0.1.11:1 > 10.0.1.12:1 vpc x", "vpc 'x' is not 0 to"),
                        Map.entry("udp 10.0.1.11:1 > 10.0.1.12:1 ttl 256", "ttl '256' is not 0"),
                        Map.entry("udp 10.0.1.11:1 > 10.0.1.12:1 length 20", "its headers, 28"),
                        Map.entry("udp 10.0.1.11:1 > 10.0.1.12:1 sideways", "'sideways'"),
                        Map.entry("45 00 0", "an odd number of hex digits (5)"),
                        Map.entry("4500 0040 0000", "these 6 bytes begin neither"),
                        Map.entry(
                                "IP 10.0.1.11.4242 > 203.0.113.9.http: Flags [S], length 0",
                                "'203.0.113.9.http' ends with no port number: use tcpdump -n"),
                        Map.entry(
                                "IP 10.0.1.11 > 203.0.113.9: ICMP 10.0.1.1 unreachable, length 36",
                                "tells too little of 'icmp 10.0.1.1 unreachable"),
                        Map.entry(later(), "a later fragment follows its datagram's first"));
        wrong.forEach((text, told) ->
                assertThatThrownBy(() -> Probe.parse(text))
                        .as(text)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(told)
                        .hasMessageContaining("a packet is \"PROTOCOL SOURCE > TARGET\""));
    }

    private static String later() {
        byte[] whole = Naive.udp(A6, 5, B6, 6, new byte[100]);
        return HexFormat.of().formatHex(Naive.fragments(whole, 64).getLast());
    }
}
