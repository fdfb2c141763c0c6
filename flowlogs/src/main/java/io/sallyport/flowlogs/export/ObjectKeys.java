package io.sallyport.flowlogs.export;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/**
 * Where an object goes: AWS' path and name. The last eight digits come from the node, the file's
 * number and the text: a retry writes the same object again, two nodes or two files of one period
 * write two.
 */
final class ObjectKeys {

    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm'Z'").withZone(ZoneOffset.UTC);

    private ObjectKeys() {}

    static String key(SegmentHeader header, byte[] text) {
        Instant period = Instant.ofEpochSecond(header.periodSeconds());
        String folder = trimSlashes(header.prefix());
        return (folder.isEmpty() ? "" : folder + "/")
                + "AWSLogs/"
                + header.account()
                + "/vpcflowlogs/"
                + header.region()
                + "/"
                + FOLDER.format(period)
                + "/"
                + header.account()
                + "_vpcflowlogs_"
                + header.region()
                + "_"
                + header.flowLog()
                + "_"
                + TIME.format(period)
                + "_"
                + hash(header, text)
                + ".log.gz";
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
