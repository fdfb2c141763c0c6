package io.sallyport.flowlogs.export;

import static io.sallyport.flowlogs.export.FileFormat.PARQUET;
import static io.sallyport.flowlogs.export.FileFormat.PLAIN_TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {

    private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

    private static SegmentHeader header(String node, String prefix, long sequence) {
        return header(node, sequence, new Destination("bucket", prefix, PLAIN_TEXT, false, false));
    }

    private static SegmentHeader header(String node, long sequence, Destination destination) {
        return new SegmentHeader(
                new NodeId(node),
                new TenantId("123456789012"),
                new FlowLogId("fl-0123456789abcdef0"),
                destination,
                AwsFormat.DEFAULT,
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
    void namesParquetAndPartitionsAsAwsDoes() {
        assertThat(key(PARQUET, true, true))
                .isEqualTo(
                        "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/"
                                + "aws-region=us-east-1/year=2018/month=06/day=20/hour=16/"
                                + "123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_"
                                + "20180620T1620Z_f666b8a1.log.parquet");
        assertThat(key(PLAIN_TEXT, true, false))
                .contains("/year=2018/month=06/day=20/123456789012_vpcflowlogs_");
        assertThat(key(PLAIN_TEXT, false, true))
                .contains("/us-east-1/2018/06/20/16/123456789012_vpcflowlogs_");
    }

    private static String key(FileFormat format, boolean hive, boolean perHour) {
        return ObjectKeys.key(
                header("node-1", 5, new Destination("bucket", "", format, hive, perHour)), TEXT);
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
