package io.sallyport.control.ec2;

import io.sallyport.ids.GatewayId;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Owner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * EC2 names the tie between an elastic IP and its owner; the catalog does not, so the name follows
 * from both and from the life of the address that began with the tie.
 */
final class Associations {

    private static final int DIGITS = 17;

    private Associations() {}

    /** Empty where nobody owns it. */
    static Optional<String> id(ElasticIp eip) {
        return eip.owner()
                .map(owner -> {
                    String tie = eip.key() + " " + name(owner) + " " + eip.poolGeneration();
                    return "eipassoc-" + digits(tie);
                });
    }

    /** An instance stays what it is, on whichever host. */
    private static String name(Owner owner) {
        return switch (owner) {
            case Owner.OfGateway(GatewayId gateway) -> gateway.value();
            case Owner.OfInstance instance -> instance.vpc() + " " + instance.privateAddress();
        };
    }

    /** Of an id that follows from a text. */
    static String digits(String text) {
        return HexFormat.of().formatHex(sha256(text)).substring(0, DIGITS);
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
