package io.sallyport.control.access;

import io.sallyport.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * API keys of tenants: {@code sp-<account>-<43 characters>}, 256 random bits. The account is in the
 * key so that it can be found; only the key's SHA-256 is ever stored.
 */
public final class ApiKeys {

    private static final Pattern FORM = Pattern.compile("sp-([0-9]{12})-[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private ApiKeys() {}

    public static String draw(TenantId tenant) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return "sp-"
                + tenant
                + "-"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What the catalog keeps of a key: lower-case hex SHA-256. */
    public static String hash(String key) {
        return HexFormat.of().formatHex(sha256(key));
    }

    /** Whose key it says it is; empty where it has another form. */
    static Optional<TenantId> claimed(String key) {
        Matcher matcher = FORM.matcher(key);
        return matcher.matches() ? Optional.of(new TenantId(matcher.group(1))) : Optional.empty();
    }

    /** Takes the same time whatever the key is. */
    static boolean matches(String key, String hash) {
        return MessageDigest.isEqual(
                hash(key).getBytes(StandardCharsets.US_ASCII),
                hash.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
