package io.sallyport.control.catalog;

import io.sallyport.control.problems.Problem;
import io.sallyport.ids.AclId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Ids of things to be created. With an idempotency key the id follows from tenant, kind and key, so
 * that a retry names the same thing and the catalog's law answers with what exists.
 */
public final class NewId {

    private static final int DIGITS = 17;
    private static final int MAC_DIGITS = 10;
    private static final long LOCAL = 0x02_00_00_00_00_00L;
    private static final SecureRandom RANDOM = new SecureRandom();

    private NewId() {}

    /**
     * @param kind the id's prefix, such as {@code vpc}
     * @param idempotencyKey 1 to 255 visible characters, or null for a random id
     * @throws Problem invalid-value where the key is something else
     */
    public static String of(TenantId tenant, String kind, @Nullable String idempotencyKey) {
        if (idempotencyKey == null) {
            byte[] random = new byte[9];
            RANDOM.nextBytes(random);
            return text(kind, random);
        }
        if (!idempotencyKey.matches("[ -~]{1,255}")) {
            throw Problem.invalid(
                    "Idempotency-Key", idempotencyKey, "1 to 255 printable ASCII characters");
        }
        String seed = tenant + "\n" + kind + "\n" + idempotencyKey;
        return text(kind, sha256(seed.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of the ACL that comes with a VPC: a retried create of the VPC names the same one. */
    public static AclId defaultAcl(VpcId vpc) {
        return new AclId("acl-" + vpc.value().substring("vpc-".length()));
    }

    /** Of a private gateway's own address; an elastic IP's id follows from a key, too. */
    public static EipId ownAddress(GatewayId gateway) {
        return new EipId("eipalloc-" + gateway.value().substring("nat-".length()));
    }

    /**
     * Likewise, of one of the others that a gateway is made with. Where it is made with more or
     * fewer they have other ids, so that one token for two wishes is found out.
     */
    public static EipId ownAddress(TenantId tenant, GatewayId gateway, int number, int of) {
        return new EipId(of(tenant, "eipalloc", "own %s %d of %d".formatted(gateway, number, of)));
    }

    /** Of an interface's instance: locally administered, and its own as far as its id is. */
    public static long mac(InterfaceId id) {
        String digits = id.value().substring(id.value().length() - MAC_DIGITS);
        return LOCAL | Long.parseLong(digits, 16);
    }

    private static String text(String kind, byte[] bytes) {
        return kind + "-" + HexFormat.of().formatHex(bytes).substring(0, DIGITS);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
