package io.sallyport.control.access;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.TenantId;
import io.sallyport.store.catalog.KeyScope;
import io.sallyport.store.catalog.Resource.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * What tenants sign requests with. A signature can only be checked by who knows the secret, so a
 * hash of it would not do; and the catalog goes to every store's disk and to every gateway node. So
 * no secret is kept anywhere: it follows from the access key's id and a key that only the control
 * processes have.
 */
@Component
public class AccessKeys {

    private static final String MAC = "HmacSHA256";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Optional<SecretKeySpec> root;
    private final CatalogService catalog;

    AccessKeys(ControlConfig config, CatalogService catalog) {
        this.root =
                config.ec2Key()
                        .map(key -> new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), MAC));
        this.catalog = catalog;
    }

    /** Whether this installation lets tenants sign requests. */
    public boolean areKept() {
        return root.isPresent();
    }

    public static AccessKeyId draw() {
        StringBuilder id = new StringBuilder("SKIA");
        for (int i = 0; i < 16; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new AccessKeyId(id.toString());
    }

    /** 43 characters of 256 bits; also of an id that nobody has. */
    public String secret(AccessKeyId id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac("access-key " + id));
    }

    /** Somebody who signs, and what the key may do. */
    public record Signer(TenantId tenant, KeyScope scope) {}

    /** Who signs as this. */
    public Optional<Signer> signer(AccessKeyId id) {
        return catalog.all(Tenant.class).stream()
                .flatMap(tenant ->
                        tenant.accessKeys().stream()
                                .filter(key -> key.id().equals(id))
                                .map(key -> new Signer(tenant.id(), key.scope())))
                .findFirst();
    }

    /**
     * What only a control process can say of a text; for words that it will be shown again.
     *
     * @param purpose no two uses have the same
     */
    public byte[] seal(String purpose, String text) {
        return mac(purpose + " " + text);
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(root.orElseThrow(() -> new IllegalStateException("ec2.key is not set")));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }
}
