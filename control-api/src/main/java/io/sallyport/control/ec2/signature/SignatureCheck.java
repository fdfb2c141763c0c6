package io.sallyport.control.ec2.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks AWS Signature Version 4 in the Authorization header. The body is always covered, whatever
 * the client says of it. A copy of a request is as good as the request until it expires, as with
 * AWS: who must not have it must not see it, so use TLS.
 */
public final class SignatureCheck {

    /** Either way: as AWS allows clocks to differ. */
    public static final Duration WINDOW = Duration.ofMinutes(15);

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    ALGORITHM
                            + " +Credential=([^, /]{1,128})/([0-9]{8})/([^, /]{1,64})/([^, /]{1,64})"
                            + "/aws4_request, *SignedHeaders=([^, =]{1,2048}), *Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);

    private final String region;
    private final InstantSource clock;
    private final Function<String, String> secrets;

    /**
     * @param secrets the secret of an access key's id; of an unknown one any other, so that it
     *     takes as long
     */
    public SignatureCheck(String region, InstantSource clock, Function<String, String> secrets) {
        this.region = region;
        this.clock = clock;
        this.secrets = secrets;
    }

    /**
     * Which service a header says that it is signed for, so that it can be answered in that
     * service's way; "" where it says none.
     */
    public static String claimedService(String authorization) {
        Matcher parts = AUTHORIZATION.matcher(authorization.strip());
        return parts.matches() ? parts.group(4) : "";
    }

    /** Any bytes at all have a verdict. */
    public Verdict check(SignedRequest request, String service) {
        String header = request.header("authorization").strip();
        if (header.isEmpty()) {
            return new Verdict.Unsigned();
        }
        if (!header.startsWith(ALGORITHM + " ")) {
            return new Verdict.Incomplete("Unsupported authorization type");
        }
        Matcher parts = AUTHORIZATION.matcher(header);
        if (!parts.matches()) {
            return new Verdict.Incomplete(
                    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'"
                            + " parameters");
        }
        List<String> signedHeaders = Arrays.asList(parts.group(5).split(";", -1));
        if (!List.copyOf(new TreeSet<>(signedHeaders)).equals(signedHeaders)
                || !signedHeaders.contains("host")
                || !signedHeaders.contains("x-amz-date")) {
            return new Verdict.Incomplete(
                    "'host' and 'x-amz-date' must be signed headers, sorted and each once");
        }
        String date = request.header("x-amz-date");
        Instant signed;
        try {
            signed = LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            return new Verdict.Incomplete("X-Amz-Date must be in the form YYYYMMDD'T'HHMMSS'Z'");
        }
        boolean sameScope =
                date.startsWith(parts.group(2))
                        && parts.group(3).equals(region)
                        && parts.group(4).equals(service);
        String scope = String.join("/", parts.group(2), region, service, "aws4_request");
        byte[] expected =
                signature(request, signedHeaders, date, scope, secrets.apply(parts.group(1)));
        byte[] claimed = parts.group(6).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, claimed) || !sameScope) {
            return new Verdict.Mismatch();
        }
        // Only now: to a stranger an old signature is one as wrong as any.
        return Duration.between(signed, clock.instant()).abs().compareTo(WINDOW) > 0
                ? new Verdict.Expired(date)
                : new Verdict.Signed(parts.group(1));
    }

    private byte[] signature(
            SignedRequest request,
            List<String> signedHeaders,
            String date,
            String scope,
            String secret) {
        String canonical = CanonicalRequest.of(request, signedHeaders);
        String toSign =
                String.join(
                        "\n",
                        ALGORITHM,
                        date,
                        scope,
                        Hashes.hex(Hashes.sha256(canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = Hashes.mac(key, part);
        }
        return Hashes.hex(Hashes.mac(key, toSign)).getBytes(StandardCharsets.US_ASCII);
    }
}
