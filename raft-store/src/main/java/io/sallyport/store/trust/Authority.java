package io.sallyport.store.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The certificate room: signs certificates of one cluster's members, for labs, for one box, and for
 * those who have no authority of their own. Keys are of P-256. One thread at a time.
 */
public final class Authority {

    /** How long an authority is believed. */
    public static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

    /** How long a member is. */
    public static final Duration MEMBER_LIFE = Duration.ofDays(365);

    /** Clocks differ, and a lab moves them on purpose. */
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 127;
    private static final int KEY_ID_BYTES = 20;

    private final X509Certificate certificate;
    private final PrivateKey key;

    private Authority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** A new one, which nobody believes yet. */
    public static Authority found(String cluster) {
        KeyPair pair = pair();
        String name = "Sallyport " + cluster + " " + HexFormat.of().toHexDigits(RANDOM.nextInt());
        byte[] subject = Extensions.subject(name);
        byte[] id = keyId(pair.getPublic());
        Instant now = Instant.now();
        return new Authority(
                signed(
                        pair.getPrivate(),
                        subject,
                        subject,
                        now.minus(BEFORE),
                        now.plus(AUTHORITY_LIFE),
                        pair.getPublic(),
                        Extensions.ofAuthority(id)),
                pair.getPrivate());
    }

    /**
     * One that was written by {@link #write}.
     *
     * @throws TrustException where the files are not there, or hold something else
     */
    public static Authority read(Path certificate, Path key) {
        PrivateKey secret = Pem.privateKey(TlsFiles.KEY, key);
        // During a change there are others in the same file.
        X509Certificate own =
                Pem.certificates(TlsFiles.AUTHORITIES, certificate).stream()
                        .filter(each -> Credentials.belong(secret, each))
                        .findFirst()
                        .orElseThrow(() ->
                                new TrustException(
                                        TlsFiles.KEY, key, "is of no authority in " + certificate));
        return new Authority(own, secret);
    }

    /** Keeps it for later; the key is for its owner's eyes. */
    public void write(Path certificateFile, Path keyFile) {
        writeSecret(keyFile, Pem.write("PRIVATE KEY", key.getEncoded()));
        write(certificateFile, pem(certificate));
    }

    /** Its certificate, for {@code tls.authorities}. */
    public void writeCertificate(Path file) {
        write(file, pem(certificate));
    }

    /**
     * Makes a key and a certificate for a member and writes both; over former ones in one step
     * each, so that a process that reads meanwhile sees the old or the new.
     *
     * @param addresses where others than members reach it, such as users of the API
     */
    public void issue(
            MemberName member,
            List<InetAddress> addresses,
            Instant from,
            Instant until,
            Path certificateFile,
            Path keyFile) {
        KeyPair pair = pair();
        X509Certificate issued =
                signed(
                        key,
                        certificate.getSubjectX500Principal().getEncoded(),
                        Extensions.subject(member.role().word() + " " + member.id()),
                        from,
                        until,
                        pair.getPublic(),
                        Extensions.ofMember(
                                member,
                                addresses,
                                keyId(pair.getPublic()),
                                keyId(certificate.getPublicKey())));
        writeSecret(keyFile, Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
        write(certificateFile, pem(issued));
    }

    /** As {@link #issue(MemberName, List, Path, Duration)} for a year. */
    public TlsFiles issue(MemberName member, List<InetAddress> addresses, Path directory) {
        return issue(member, addresses, directory, MEMBER_LIFE);
    }

    /**
     * The same from now on, as {@code ROLE/ID.pem} and {@code ROLE/ID.key} in a directory, with the
     * authority's own certificate beside them.
     */
    public TlsFiles issue(
            MemberName member, List<InetAddress> addresses, Path directory, Duration life) {
        Path authority = directory.resolve("authority.pem");
        Path own = directory.resolve(member.role().word()).resolve(member.id() + ".pem");
        Path secret = own.resolveSibling(member.id() + ".key");
        Instant now = Instant.now();
        issue(member, addresses, now.minus(BEFORE), now.plus(life), own, secret);
        if (!Files.exists(authority)
                || !Pem.certificates(TlsFiles.AUTHORITIES, authority).contains(certificate)) {
            write(authority, pem(certificate));
        }
        return new TlsFiles(own, secret, List.of(authority));
    }

    private static X509Certificate signed(
            PrivateKey signer,
            byte[] issuer,
            byte[] subject,
            Instant from,
            Instant until,
            PublicKey owner,
            byte[] extensions) {
        byte[] body =
                Der.sequence(
                        Der.value(0xa0, Der.integer(BigInteger.TWO)),
                        Der.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
                        Extensions.ECDSA_WITH_SHA256,
                        issuer,
                        Der.sequence(Der.time(from), Der.time(until)),
                        subject,
                        owner.getEncoded(),
                        Der.value(0xa3, extensions));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(body);
            byte[] whole =
                    Der.sequence(body, Extensions.ECDSA_WITH_SHA256, Der.bits(0, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be signed", e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no P-256 keys", e);
        }
    }

    /** RFC 7093, section 2, method 1. */
    private static byte[] keyId(PublicKey owner) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(owner.getEncoded());
            return Arrays.copyOf(hash, KEY_ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK knows no SHA-256", e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.write("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was made cannot be written", e);
        }
    }

    private static void writeSecret(Path file, String text) {
        write(file, text, "rw-------");
    }

    private static void write(Path file, String text) {
        write(file, text, "rw-r--r--");
    }

    private static void write(Path file, String text, String mode) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
