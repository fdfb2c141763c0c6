package io.sallyport.flowlogs.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS's Signature Version 4 of a GET without a body. Any thread. */
final class Signature {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";
    private static final String TOKEN = "x-amz-security-token";
    private static final String UNRESERVED = "-_.~";
    private static final HexFormat HEX = HexFormat.of();
    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    private final String region;
    private final S3Credentials.Keys keys;
    private final String nothing = HEX.formatHex(sha256(""));

    Signature(String region, S3Credentials.Keys keys) {
        this.region = region;
        this.keys = keys;
    }

    /**
     * @param host as the Host header has it
     * @param path {@link #encoded}
     * @param query {@link #query}
     */
    Map<String, String> headers(String host, String path, String query, Instant now) {
        String time = TIME.format(now);
        String day = time.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String signed = SIGNED + keys.token().map(it -> ";" + TOKEN).orElse("");
        String request =
                "GET\n%s\n%s\nhost:%s\nx-amz-content-sha256:%s\nx-amz-date:%s\n%s\n%s\n%s"
                        .formatted(
                                path,
                                query,
                                host,
                                nothing,
                                time,
                                keys.token().map(it -> TOKEN + ":" + it + "\n").orElse(""),
                                signed,
                                nothing);
        String text =
                "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + HEX.formatHex(sha256(request));
        byte[] key = ("AWS4" + keys.secretKey()).getBytes(StandardCharsets.UTF_8);
        for (String word : new String[] {day, region, "s3", "aws4_request", text}) {
            key = hmac(key, word);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amz-content-sha256", nothing);
        headers.put("x-amz-date", time);
        keys.token().ifPresent(it -> headers.put(TOKEN, it));
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                        .formatted(keys.accessKey(), scope, signed, HEX.formatHex(key)));
        return headers;
    }

    /** In the order of the names. */
    static String query(Map<String, String> sorted) {
        return sorted.entrySet().stream()
                .map(it -> encoded(it.getKey(), false) + "=" + encoded(it.getValue(), false))
                .collect(Collectors.joining("&"));
    }

    /** As AWS wants it: all but letters, digits and {@code -_.~}. */
    static String encoded(String text, boolean slashes) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean letter =
                    (one >= 'a' && one <= 'z')
                            || (one >= 'A' && one <= 'Z')
                            || (one >= '0' && one <= '9');
            if (letter || UNRESERVED.indexOf(one) >= 0 || (slashes && one == '/')) {
                out.append((char) one);
            } else {
                out.append('%').append(UPPER.toHexDigits(one));
            }
        }
        return out.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
