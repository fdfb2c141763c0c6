package io.sallyport.flowlogs.export;

import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Where an object goes: AWS' path and name. The last eight digits come from the node, the file's
 * number and the text: a retry writes the same object again, two nodes or two files of one period
 * write two.
 */
public final class ObjectKeys {

    private static final DateTimeFormatter DAY = utc("/yyyy/MM/dd/");
    private static final DateTimeFormatter HOUR = utc("HH/");
    private static final DateTimeFormatter HIVE_DAY = utc("'/year='yyyy'/month='MM'/day='dd/");
    private static final DateTimeFormatter HIVE_HOUR = utc("'hour='HH/");
    private static final DateTimeFormatter TIME = utc("yyyyMMdd'T'HHmm'Z'");

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    private ObjectKeys() {}

    static String key(SegmentHeader header, byte[] text) {
        return folder(
                        header.account(),
                        header.region(),
                        header.destination(),
                        header.periodSeconds())
                + name(header.account(), header.region(), header.flowLog(), header.periodSeconds())
                + "_"
                + hash(header, text)
                + header.destination().format().suffix();
    }

    /**
     * The folder of a time, with a slash at its end.
     *
     * @param seconds Unix time
     */
    public static String folder(TenantId account, String region, Destination where, long seconds) {
        Instant time = Instant.ofEpochSecond(seconds);
        String prefix = trimSlashes(where.prefix());
        String top = (prefix.isEmpty() ? "" : prefix + "/") + "AWSLogs/";
        return where.hive()
                ? top
                        + "aws-account-id="
                        + account
                        + "/aws-service=vpcflowlogs/aws-region="
                        + region
                        + HIVE_DAY.format(time)
                        + (where.perHour() ? HIVE_HOUR.format(time) : "")
                : top
                        + account
                        + "/vpcflowlogs/"
                        + region
                        + DAY.format(time)
                        + (where.perHour() ? HOUR.format(time) : "");
    }

    /** The name of an object up to its time; names of one flow log are in the order of time. */
    public static String name(TenantId account, String region, FlowLogId flowLog, long seconds) {
        return account
                + "_vpcflowlogs_"
                + region
                + "_"
                + flowLog
                + "_"
                + TIME.format(Instant.ofEpochSecond(seconds));
    }

    private static String hash(SegmentHeader header, byte[] text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String origin = header.node() + "/" + header.sequence() + "/";
            digest.update(origin.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(text), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String trimSlashes(String prefix) {
        int start = 0;
        int end = prefix.length();
        while (start < end && prefix.charAt(start) == '/') {
            start++;
        }
        while (end > start && prefix.charAt(end - 1) == '/') {
            end--;
        }
        return prefix.substring(start, end);
    }
}
