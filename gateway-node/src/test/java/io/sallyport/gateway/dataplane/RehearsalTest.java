package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a packet is what then happens to it, and saying it changes nothing. */
class RehearsalTest {

    private static final String FIRST = "tcp 192.168.7.9:4242 > 198.51.100.11:80 syn";
    private static final String OPEN = "udp 192.168.7.9:4000 > 198.51.100.11:53";

    private final Rig rig = new Rig();

    private String explain(String text) {
        long drops = rig.drops();
        int asked = rig.keeping.asked;
        int sent = rig.outside.sent.size() + rig.plain.sent.size() + rig.tunnel.sent.size();
        byte[][] records = records();
        Rehearsal rehearsal =
                new Rehearsal(Probe.parse(text), rig.pipeline, rig.table, rig.outbox, 0);
        String told = rehearsal.perform(rig.hops, null).text();
        rig.settle();
        assertThat(rig.drops()).isEqualTo(drops);
        assertThat(rig.keeping.asked).isEqualTo(asked);
        assertThat(rig.outside.sent.size() + rig.plain.sent.size() + rig.tunnel.sent.size())
                .isEqualTo(sent);
        assertThat(records()).isDeepEqualTo(records);
        return told;
    }

    private byte[][] records() {
        byte[][] records = new byte[rig.table.size()][];
        Arrays.setAll(records, i -> rig.table.copy(i + 1));
        return records;
    }

    private void openUdp() {
        rig.plain(Naive.udp(PLAIN_CLIENT, 4000, REMOTE, 53, new byte[3]));
    }

    @Test
    void aFirstPacketOpensAConnection() {
        assertThat(explain(FIRST))
                .contains("interface   in0, inside, VPC " + PLAIN_VPC)
                .contains("gateway     nat-00000000000000002")
                .contains("acl         none")
                .contains("connection  none")
                .contains("opens a connection: a port of 203.0.113.8 towards 198.51.100.11:80")
                .endsWith("result      open, then forward\n");
        assertThat(rig.table.size()).isZero();
    }

    @Test
    void aPacketOfAConnectionIsForwardedAsItThenIs() {
        openUdp();
        int port = rig.connection(Protocol.UDP, PLAIN_CLIENT, 4000, REMOTE, 53).natPort();
        assertThat(explain(OPEN))
                .contains("udp 192.168.7.9:4000 > 198.51.100.11:53 (VPC " + PLAIN_VPC + ") <->")
                .contains("<-> 203.0.113.8:" + port + " > 198.51.100.11:53; open")
                .contains("rewritten   udp 203.0.113.8:" + port + " > 198.51.100.11:53, 28 bytes")
                .contains("TTL 63, to the MAC 02:00:00:00:00:cc")
                .endsWith("result      forward\n");
        assertThat(explain("udp 198.51.100.11:53 > 203.0.113.8:" + port))
                .contains("interface   out0, outside")
                .contains("rewritten   udp 198.51.100.11:53 > 192.168.7.9:4000, 28 bytes, TTL 63")
                .endsWith("result      forward\n");
    }

    @Test
    void aTupleOfTcpContinuesItsConnectionsStream() {
        for (boolean v4 : new boolean[] {true, false}) {
            TcpStream stream = TcpStream.established(rig, v4, 3_000_000_000L, 1_000_000_000L);
            String client = v4 ? CLIENT + ":4000" : "[" + CLIENT6 + "]:4000";
            String remote = v4 ? REMOTE + ":80" : "[" + REMOTE6 + "]:80";
            int transport = v4 ? 14 + 20 : 14 + 40;
            byte[] segment = arrivingAs("tcp " + client + " > " + remote + " psh ack length 99");
            assertThat(number(segment, transport + 4)).isEqualTo(stream.out);
            assertThat(number(segment, transport + 8)).isEqualTo(stream.in);
            byte[] packet = Arrays.copyOfRange(segment, 14, segment.length);
            assertThat(Naive.residue(packet)).isEqualTo(0xffff);
            byte[] syn = arrivingAs("tcp " + client + " > " + remote + " syn");
            assertThat(number(syn, transport + 4)).as("begins another").isZero();
        }
    }

    private static long number(byte[] frame, int at) {
        return (long) Naive.u16(frame, at) << 16 | Naive.u16(frame, at + 2);
    }

    private byte[] arrivingAs(String text) {
        return new Rehearsal(Probe.parse(text), rig.pipeline, rig.table, rig.outbox, 0)
                .arrival.bytes();
    }

    @Test
    void anErrorIsExplainedByThePacketItQuotes() {
        openUdp();
        byte[] sent = rig.lastOutside();
        byte[] error = Naive.error(REMOTE, PLAIN_EIP, 3, 3, 0, Arrays.copyOf(sent, 28));
        assertThat(explain(HexFormat.of().formatHex(error)))
                .contains("connection  udp 192.168.7.9:4000")
                .contains("rewritten   icmp 198.51.100.11 > 192.168.7.9, type 3 code 3")
                .endsWith("result      forward\n");
    }

    @Test
    void aDenialNamesItsRule() {
        rig.plainView(Optional.of(List.of(rule(100, true, 443), rule(200, false, 80))), true);
        assertThat(explain(FIRST))
                .contains(
                        "acl         the gateway's acl-00000000000000001: egress rule 200 denies it:")
                .contains("denies it: tcp 0.0.0.0/0 ports 80 to 80")
                .contains("drops it: 30 acl_denied_out: The network ACL denies it (egress).")
                .endsWith("result      drop\n");
        assertThat(explain(OPEN)).contains("no egress rule matches: denied");
        assertThat(rig.view.acls())
                .as("what is only imagined is not counted")
                .hasSize(1)
                .allSatisfy(acl -> assertThat(AclHits.of(acl).rules()).isEmpty());
    }

    private static AclEntry rule(int number, boolean allow, int port) {
        IpPrefix all = IpPrefix.parse("0.0.0.0/0");
        return new AclEntry(number, true, 6, allow, all, port, port, -1, -1);
    }

    @Test
    void dropsAreExplainedByTheirReason() {
        assertThat(explain("udp 198.51.100.11:53 > 203.0.113.8:9"))
                .contains("40 unknown_connection")
                .endsWith("result      ask the peers\n");
        assertThat(explain("udp 192.168.9.9:1 > 198.51.100.11:53 vpc " + PLAIN_VPC))
                .contains("24 source_not_in_vpc")
                .endsWith("result      drop\n");
        openUdp();
        assertThat(explain(OPEN + " ttl 1"))
                .contains("32 ttl_expired")
                .contains("It answers: icmp")
                .endsWith("result      drop\n");
        rig.nextHop = NextHops.UNRESOLVED;
        assertThat(explain(OPEN))
                .contains("34 next_hop_unresolved")
                .endsWith("result      hold back, then drop\n");
        rig.keeping.acting = false;
        rig.settle();
        assertThat(explain(OPEN)).contains("1 not_acting").endsWith("result      drop\n");
        assertThat(explain("udp 192.168.7.9:1 > 192.168.7.1:53"))
                .endsWith("result      left to the box\n");
    }

    @Test
    void aTunnelsPacketComesFromTheHostWhereItsClientIs() {
        rig.out(Naive.udp(CLIENT, 4000, REMOTE, 53, new byte[3]));
        assertThat(explain("udp 10.0.1.5:4000 > 198.51.100.11:53"))
                .contains("interface   tunnel, inside, VPC 100 from the host " + HOST)
                .contains("kernel      not asked")
                .endsWith("result      forward\n");
    }

    @Test
    void whatTheViewDoesNotTellMustBeSaid() {
        assertRefused("udp 9.9.9.9:1 > 8.8.8.8:53", "9.9.9.9 is in no VPC, and 8.8.8.8 is no");
        assertRefused("udp 9.9.9.9:1 > 8.8.8.8:53 vpc 3", "vpc 3: this node's are [100, 15728640]");
    }

    private void assertRefused(String text, String told) {
        assertThatThrownBy(() -> explain(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told);
    }
}
