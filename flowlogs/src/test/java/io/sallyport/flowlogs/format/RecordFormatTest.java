package io.sallyport.flowlogs.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.Leg;
import io.sallyport.flowlogs.record.Records;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import io.sallyport.ids.NodeId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordFormatTest {

    private static final Watched AT = Records.watched("123456789010", 1);
    private static final Origin ORIGIN = new Origin("us-east-1", new NodeId("node-1"));
    private static final Tuple TCP = Records.tuple(Protocol.TCP, 49152, 1024);
    private static final FlowRecord OUT = traffic(TCP, Records.OUTWARD, 20, Ended.FIN);
    private static final FlowRecord IN = traffic(TCP, Records.INWARD, 20, Ended.FIN);
    private static final FlowRecord ENDED = traffic(TCP, Records.OUTWARD, 0, Ended.IDLE);
    private static final FlowRecord ECHO =
            traffic(Records.tuple(Protocol.ICMP, 77, 4242), Records.OUTWARD, 20, Ended.FIN);
    private static final FlowRecord V6 =
            new FlowRecord.Traffic(
                    AT,
                    new Tuple(
                            Protocol.UDP,
                            Optional.of(IpAddress.parse("2001:db8:1234:a100:8d6e:3477:df66:f105")),
                            34892,
                            Optional.of(IpAddress.parse("2001:db8:eee::7")),
                            1024,
                            Optional.of(IpAddress.parse("2001:db8::1")),
                            22),
                    Records.OUTWARD,
                    Action.ACCEPT,
                    0,
                    Long.MAX_VALUE,
                    0,
                    1418530010,
                    1418530010,
                    1418530010000L,
                    1418530010000L,
                    0,
                    1418530010000L,
                    Ended.NOT);

    /** Nobody knows whose it was to be. */
    private static final FlowRecord REFUSED =
            new FlowRecord.Traffic(
                    AT,
                    new Tuple(
                            Protocol.TCP,
                            Optional.empty(),
                            0,
                            Optional.of(Records.EIP),
                            49761,
                            Optional.of(Records.REMOTE),
                            443),
                    Leg.FROM_REMOTE.bit(),
                    Action.REJECT,
                    31,
                    1,
                    60,
                    1418530010,
                    1418530010,
                    1418530010000L,
                    1418530010000L,
                    2,
                    0,
                    Ended.NOT);

    private static final FlowRecord SILENCE = new FlowRecord.NoData(AT, 1431280876, 1431280934);
    private static final FlowRecord GAP = new FlowRecord.SkipData(AT, 1431280876, 1431280934);

    private static FlowRecord traffic(Tuple tuple, int legs, long packets, Ended ended) {
        return traffic(AT, tuple, legs, packets, ended);
    }

    private static FlowRecord traffic(
            Watched at, Tuple tuple, int legs, long packets, Ended ended) {
        return new FlowRecord.Traffic(
                at,
                tuple,
                legs,
                Action.ACCEPT,
                0,
                packets,
                packets == 0 ? 0 : 4249,
                1418530010,
                1418530070,
                1418530010250L,
                1418530070750L,
                19,
                1418530009000L,
                ended);
    }

    private static String text(RecordFormat format, FlowRecord... records) {
        List<String> lines = new ArrayList<>(List.of(format.header()));
        for (FlowRecord record : records) {
            format.lines(record, ORIGIN, lines::add);
        }
        return String.join("\n", lines) + "\n";
    }

    private static String golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        RecordFormatTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The four ways past a gateway's interface, silence, a gap, both families, a refusal. */
    @Test
    void theDefaultFormatIsAwsVersionTwo() throws IOException {
        assertThat(text(AwsFormat.DEFAULT, OUT, IN, ENDED, ECHO, V6, REFUSED, SILENCE, GAP))
                .isEqualTo(golden("default-format.txt"));
        assertThat(AwsFormat.DEFAULT.text())
                .isEqualTo(
                        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport}"
                                + " ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end}"
                                + " ${action} ${log-status}");
    }

    @Test
    void everyFieldSaysWhatItCan() throws IOException {
        RecordFormat all =
                RecordFormat.parse(
                                Stream.of(AwsField.values())
                                        .map(field -> "${" + field.column().name() + "}")
                                        .collect(Collectors.joining(" ")))
                        .orElseThrow();
        assertThat(text(all, OUT, IN, V6, REFUSED, SILENCE)).isEqualTo(golden("all-fields.txt"));
    }

    @Test
    void theJoinedFormatHasInsideAndOutsideInOneLine() throws IOException {
        assertThat(text(JoinedFormat.INSTANCE, OUT, IN, ECHO, REFUSED, ENDED, GAP))
                .isEqualTo(golden("joined-format.txt"));
    }

    /** Remotes see an address of its interface: AWS shows which in the packet's own alone. */
    @Test
    void aPrivateGatewaysWayIsNotToldAndItsPacketsHaveItsAddress() {
        Watched at =
                new Watched(
                        AT.account(),
                        AT.gateway(),
                        AT.networkInterface(),
                        AT.vpc(),
                        AT.subnet(),
                        AT.address(),
                        AT.addressV6(),
                        true);
        RecordFormat ways = parse("${flow-direction} ${srcaddr} ${pkt-srcaddr} ${traffic-path}");
        RecordFormat back = parse("${flow-direction} ${dstaddr} ${pkt-dstaddr}");
        assertThat(lines(ways, AT, Records.OUTWARD))
                .containsExactly("ingress 10.0.1.5 10.0.1.5 -", "egress 10.0.0.220 10.0.0.220 8");
        assertThat(lines(ways, at, Records.OUTWARD))
                .containsExactly("ingress 10.0.1.5 10.0.1.5 -", "egress 10.0.0.220 198.51.100.7 -");
        assertThat(lines(back, AT, Records.INWARD))
                .containsExactly("ingress 10.0.0.220 10.0.0.220", "egress 10.0.1.5 10.0.1.5");
        assertThat(lines(back, at, Records.INWARD))
                .containsExactly("ingress 10.0.0.220 198.51.100.7", "egress 10.0.1.5 10.0.1.5");
    }

    private static List<String> lines(RecordFormat format, Watched at, int legs) {
        List<String> lines = new ArrayList<>();
        format.lines(traffic(at, TCP, legs, 20, Ended.NOT), ORIGIN, lines::add);
        return lines;
    }

    @Test
    void theVersionIsTheHighestOfTheFields() {
        assertThat(text(parse("${version} ${srcaddr}"), IN)).contains("2 203.0.113.5\n");
        assertThat(text(parse("${version} ${pkt-dstaddr}"), OUT)).contains("3 203.0.113.5\n");
        assertThat(text(parse("${region} ${version}"), OUT)).contains("us-east-1 4\n");
        assertThat(text(parse("${flow-direction} ${version}"), OUT)).contains("egress 5\n");
        assertThat(text(parse("${version} ${resource-id}"), SILENCE))
                .contains("9 nat-00000000000000001\n");
    }

    private static RecordFormat parse(String text) {
        RecordFormat format = RecordFormat.parse(text).orElseThrow();
        assertThat(format.text()).isEqualTo(text);
        return format;
    }

    @Test
    void aFormatIsReadStrictly() {
        assertThat(RecordFormat.parse("joined")).contains(JoinedFormat.INSTANCE);
        assertThat(RecordFormat.parse(AwsFormat.DEFAULT.text())).contains(AwsFormat.DEFAULT);
        for (String bad :
                List.of(
                        "",
                        " ",
                        "version",
                        "${version} ",
                        " ${version}",
                        "${version}  ${srcaddr}",
                        "${version}\t${srcaddr}",
                        "${version},${srcaddr}",
                        "${version}${srcaddr}",
                        "${Version}",
                        "${src-addr}",
                        "${}",
                        "${",
                        "$version",
                        "$${version}",
                        "${version} ${version}",
                        "${version} ${ecs-task-id}",
                        "${version} joined",
                        "JOINED")) {
            assertThat(RecordFormat.parse(bad)).as("'%s'", bad).isEmpty();
        }
    }
}
