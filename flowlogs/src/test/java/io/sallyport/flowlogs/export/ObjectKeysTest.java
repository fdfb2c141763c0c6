package io.sallyport.flowlogs.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {

    private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

    private static SegmentHeader header(String node, String prefix, long sequence) {
        return new SegmentHeader(
                new NodeId(node),
                new TenantId("123456789012"),
                new FlowLogId("fl-0123456789abcdef0"),
                "bucket",
                prefix,
                "us-east-1",
                Instant.parse("2018-06-20T16:20:00Z").getEpochSecond(),
                300,
                sequence);
    }

    @Test
    void namesAnObjectAsAwsDoes() {
        assertThat(ObjectKeys.key(header("node-1", "a/b/", 5), TEXT))
                .isEqualTo(
                        "a/b/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/"
                                + "123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_"
                                + "20180620T1620Z_f666b8a1.log.gz");
    }

    @Test
    void slashesAroundAPrefixDoNotMatter() {
        assertThat(ObjectKeys.key(header("node-1", "", 5), TEXT)).startsWith("AWSLogs/");
        assertThat(ObjectKeys.key(header("node-1", "/", 5), TEXT)).startsWith("AWSLogs/");
        assertThat(ObjectKeys.key(header("node-1", "/x", 5), TEXT)).startsWith("x/AWSLogs/");
    }

    @Test
    void nodeNumberAndTextEachMakeAnotherNameAndNothingElseDoes() {
        String key = ObjectKeys.key(header("node-1", "", 5), TEXT);
        assertThat(ObjectKeys.key(header("node-1", "", 5), TEXT.clone())).isEqualTo(key);
        assertThat(ObjectKeys.key(header("node-2", "", 5), TEXT)).isNotEqualTo(key);
        assertThat(ObjectKeys.key(header("node-1", "", 6), TEXT)).isNotEqualTo(key);
        assertThat(ObjectKeys.key(header("node-1", "", 5), new byte[0])).isNotEqualTo(key);
    }
}
