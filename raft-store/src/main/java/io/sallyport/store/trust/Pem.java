package io.sallyport.store.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text. */
final class Pem {

    /** A file of certificates is a few kilobytes; a larger one is another file. */
    private static final long BYTES_MAX = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    static String write(String kind, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    /**
     * @throws TrustException naming {@code key} where there is no certificate
     */
    static List<X509Certificate> certificates(String key, Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (byte[] block : blocks(key, file, "CERTIFICATE")) {
                found.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(new ByteArrayInputStream(block)));
            }
        } catch (CertificateException e) {
            throw new TrustException(key, file, "holds a certificate that cannot be read: " + e);
        }
        if (found.isEmpty()) {
            throw new TrustException(key, file, "holds no PEM block CERTIFICATE");
        }
        return found;
    }

    /**
     * @throws TrustException naming {@code key} where there is no private key, or more than one
     */
    static PrivateKey privateKey(String key, Path file) {
        List<byte[]> found = blocks(key, file, "PRIVATE KEY");
        if (found.size() != 1) {
            throw new TrustException(
                    key, file, "a PEM file with one block PRIVATE KEY (PKCS#8, not encrypted)");
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(found.getFirst()));
            } catch (GeneralSecurityException notThisOne) {
                continue;
            }
        }
        throw new TrustException(key, file, "a private key of one of " + ALGORITHMS);
    }

    private static List<byte[]> blocks(String key, Path file, String kind) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text(key, file));
        while (block.find()) {
            if (block.group(1).equals(kind)) {
                try {
                    blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
                } catch (IllegalArgumentException e) {
                    throw new TrustException(key, file, "holds a PEM block that is no Base64");
                }
            }
        }
        return blocks;
    }

    private static String text(String key, Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new TrustException(key, file, "a PEM file of at most " + BYTES_MAX);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new TrustException(key, file, "there is no such file");
        } catch (IOException e) {
            throw new TrustException(key, file, "cannot be read: " + e);
        }
    }
}
