package io.sallyport.store.trust;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The parts of a certificate that say what it may be used for (RFC 5280, 4.2). */
final class Extensions {

    /** The signature's algorithm. */
    static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.name("1.2.840.10045.4.3.2"));

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_KEY = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final String PURPOSES = "2.5.29.37";
    private static final String AS_SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String AS_CLIENT = "1.3.6.1.5.5.7.3.2";

    /** Bits 5 and 6: signs certificates and lists of those that are revoked. */
    private static final byte[] SIGNS_CERTIFICATES = Der.bits(1, new byte[] {0x06});

    /** Bit 0: signs handshakes. */
    private static final byte[] SIGNS = Der.bits(7, new byte[] {(byte) 0x80});

    private static final int URI = 0x86;
    private static final int ADDRESS = 0x87;

    private Extensions() {}

    static byte[] subject(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.name(COMMON_NAME), Der.text(commonName))));
    }

    static byte[] ofAuthority(byte[] keyId) {
        return Der.sequence(
                critical(CONSTRAINTS, Der.sequence(Der.truth())),
                critical(KEY_USAGE, SIGNS_CERTIFICATES),
                plain(SUBJECT_KEY, Der.octets(keyId)));
    }

    static byte[] ofMember(
            MemberName member, List<InetAddress> addresses, byte[] keyId, byte[] signerKeyId) {
        List<byte[]> names = new ArrayList<>();
        names.add(Der.value(URI, member.uri().getBytes(StandardCharsets.US_ASCII)));
        addresses.forEach(each -> names.add(Der.value(ADDRESS, each.getAddress())));
        return Der.sequence(
                critical(CONSTRAINTS, Der.sequence()),
                critical(KEY_USAGE, SIGNS),
                plain(PURPOSES, Der.sequence(Der.name(AS_SERVER), Der.name(AS_CLIENT))),
                plain(ALTERNATIVE_NAMES, Der.sequence(names.toArray(byte[][]::new))),
                plain(SUBJECT_KEY, Der.octets(keyId)),
                plain(AUTHORITY_KEY, Der.sequence(Der.value(0x80, signerKeyId))));
    }

    private static byte[] critical(String name, byte[] content) {
        return Der.sequence(Der.name(name), Der.truth(), Der.octets(content));
    }

    private static byte[] plain(String name, byte[] content) {
        return Der.sequence(Der.name(name), Der.octets(content));
    }
}
