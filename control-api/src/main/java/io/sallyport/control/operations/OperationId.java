package io.sallyport.control.operations;

import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.Resource.Owner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What was begun, in a name: no operation is stored anywhere.
 *
 * @param resource that it is about
 * @param version of the catalog in which it began
 * @param target who owns the address then: eight hex digits that follow from the owner, {@link
 *     #NOBODY} where that is nobody or the operation moves no address
 */
record OperationId(Kind kind, String resource, long version, String target) {

    static final String NOBODY = "00000000";

    private static final String MAC = "HmacSHA256";
    private static final int SEAL = 16;
    private static final Pattern FORM =
            Pattern.compile(
                    "op-(create|delete|move)-((?:nat|eipalloc)-[0-9a-f]{17})-([0-9]{1,18})"
                            + "-([0-9a-f]{8})-([0-9a-f]{16})");

    enum Kind {
        CREATE,
        DELETE,
        MOVE;

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static String targetOf(Optional<Owner> owner) {
        return owner.map(to -> hex(digest(to.toString()), NOBODY.length())).orElse(NOBODY);
    }

    /** The name, which nobody can make for another tenant, nor up. */
    String sealed(TenantId tenant, SecretKeySpec key) {
        String text = "op-" + kind.text() + "-" + resource + "-" + version + "-" + target;
        return text + "-" + seal(tenant, key, text);
    }

    /** Empty where it is no such name of the tenant's. */
    static Optional<OperationId> opened(TenantId tenant, SecretKeySpec key, String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        OperationId id =
                new OperationId(
                        Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT)),
                        parts.group(2),
                        Long.parseLong(parts.group(3)),
                        parts.group(4));
        return Optional.of(id)
                .filter(any ->
                        MessageDigest.isEqual(
                                any.sealed(tenant, key).getBytes(StandardCharsets.UTF_8),
                                text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String seal(TenantId tenant, SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return hex(mac.doFinal((tenant + " " + text).getBytes(StandardCharsets.UTF_8)), SEAL);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    /** Of a key that only the control processes have. */
    static SecretKeySpec keyFrom(String secret) {
        return new SecretKeySpec(digest("operations " + secret), MAC);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes, int digits) {
        return HexFormat.of().formatHex(bytes).substring(0, digits);
    }
}
