package io.sallyport.flowlogs.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.record.Action;
import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DefaultFormatTest {

    private static final TenantId ACCOUNT = new TenantId("123456789010");
    private static final InterfaceId ENI = new InterfaceId("eni-1235b8ca123456789");

    private static FlowRecord.Traffic traffic(
            String source, String target, int sourcePort, int targetPort, Protocol protocol) {
        return new FlowRecord.Traffic(
                ACCOUNT,
                ENI,
                IpAddress.parse(source),
                IpAddress.parse(target),
                sourcePort,
                targetPort,
                protocol,
                20,
                4249,
                1418530010,
                1418530070,
                Action.ACCEPT,
                19);
    }

    /** The four ways past a gateway's interface, silence, a gap, both families, a refusal. */
    @Test
    void writesEachKindOfRecordAsTheGoldenFileHasIt() throws IOException {
        List<FlowRecord> records =
                List.of(
                        traffic("10.0.1.5", "10.0.0.220", 49152, 443, Protocol.TCP),
                        traffic("10.0.0.220", "203.0.113.5", 1024, 443, Protocol.TCP),
                        traffic("203.0.113.5", "10.0.0.220", 443, 1024, Protocol.TCP),
                        traffic("10.0.0.220", "10.0.1.5", 443, 49152, Protocol.TCP),
                        traffic("10.0.1.5", "203.0.113.5", 0, 0, Protocol.ICMP),
                        traffic(
                                "2001:db8:1234:a100:8d6e:3477:df66:f105",
                                "2001:db8::1",
                                34892,
                                22,
                                Protocol.UDP),
                        new FlowRecord.Traffic(
                                ACCOUNT,
                                ENI,
                                IpAddress.parse("172.31.9.69"),
                                IpAddress.parse("172.31.9.12"),
                                49761,
                                3389,
                                Protocol.TCP,
                                Long.MAX_VALUE,
                                0,
                                1418530010,
                                1418530010,
                                Action.REJECT,
                                2),
                        new FlowRecord.NoData(ACCOUNT, ENI, 1431280876, 1431280934),
                        new FlowRecord.SkipData(ACCOUNT, ENI, 1431280876, 1431280934));
        StringBuilder text = new StringBuilder(DefaultFormat.HEADER + "\n");
        records.forEach(record -> text.append(DefaultFormat.line(record)).append('\n'));
        assertThat(text.toString()).isEqualTo(golden("default-format.txt"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        DefaultFormatTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
